package spec

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Whoever follows a hint must not be refused again.
func TestDurationHintIsTaken(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"400d":    "write 8760h, the longest that there is",
		"999999w": "write 8760h, the longest that there is",
		"365 d":   "write 8760h",
		"2 weeks": "write 336h",
		"0":       "write 1s, the shortest that there is",
		"90":      "write 90s",
		"soon":    "",
	} {
		got := durationHint(&node{kind: isText, text: text}, time.Second, 8760*time.Hour)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}
