package stack_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/spec"
)

// A spec that was valid stays valid.
func TestOlderSpecsAreValid(t *testing.T) {
	names, err := filepath.Glob("../../testdata/older/*/*/spec.yaml")
	if err != nil || len(names) < 6 {
		t.Fatalf("%d specs, %v", len(names), err)
	}
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if s, findings := stack.Load(name, src); s == nil || spec.HasErrors(findings) {
			t.Errorf("%s: %v", name, findings)
		}
	}
}
