package cfn_test

import (
	"fmt"
	"testing"

	"github.com/sfngen/sfngen/internal/gen/asl"
	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/gen/plan"
)

// BenchmarkTemplate builds and writes the template; bytes per second stay the
// same while the template grows.
func BenchmarkTemplate(b *testing.B) {
	for _, attempts := range []int{1, 3, 10, 50} {
		b.Run(fmt.Sprintf("%dx%d", attempts, attempts), func(b *testing.B) {
			file := read(b, fmt.Sprintf("retry: {maxAttempts: %d}\n%s", attempts, standard))
			p, _ := plan.New(file)
			definition := asl.Build(p).Document()
			b.ReportAllocs()
			for b.Loop() {
				b.SetBytes(int64(len(cfn.YAML(cfn.Build(p, definition)))))
			}
		})
	}
}
