package written_test

import (
	"bytes"
	"strings"
	"sync"
	"testing"

	"github.com/sfngen/sfngen/internal/gen/written"
)

// TestBy: a text stays what it is while others are written, also one inside the other, and
// takes no more memory than it has bytes, but for what the runtime rounds up to.
func TestBy(t *testing.T) {
	texts := make([][]byte, 50)
	var all sync.WaitGroup
	for i := range texts {
		all.Go(func() {
			texts[i] = written.By(func(to *bytes.Buffer) {
				inner := written.By(func(to *bytes.Buffer) { to.WriteString(strings.Repeat("b", i)) })
				to.WriteString(strings.Repeat("a", 5000-i))
				to.Write(inner)
			})
		})
	}
	all.Wait()
	for i, got := range texts {
		if want := strings.Repeat("a", 5000-i) + strings.Repeat("b", i); string(got) != want || cap(got) > 5400 {
			t.Errorf("%d: %d bytes of %d, want 5000", i, len(got), cap(got))
		}
	}
}
