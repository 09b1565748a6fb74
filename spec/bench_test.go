package spec_test

import (
	"os"
	"testing"

	"github.com/sfngen/sfngen/spec"
)

// BenchmarkParse reads the spec of the design, the schema already compiled.
func BenchmarkParse(b *testing.B) {
	src, err := os.ReadFile("testdata/full.yaml")
	if err != nil {
		b.Fatal(err)
	}
	if file, findings := spec.Parse("full.yaml", src); file == nil {
		b.Fatal(lines(findings))
	}
	b.ReportAllocs()
	for b.Loop() {
		spec.Parse("full.yaml", src)
	}
}
