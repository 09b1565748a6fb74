package review_test

import (
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/gen/review"
)

// TestCoordinationThatGoes: what was kept is kept no more, and what executions knew is lost.
func TestCoordinationThatGoes(t *testing.T) {
	on := change(t, "count: 3", "count: 3, coordination: dynamodb")
	limited := func(spec string) string {
		return strings.Replace(spec, "  headers:", "  limits: [{requests: 60, window: 1h, per: ip}]\n  headers:", 1)
	}
	for _, test := range []struct{ name, from, to, danger string }{
		{"limits", limited(on), limited(base), "! limits-not-kept: the limits of the API are kept no more"},
		{"no limits", on, base, ""},
		{"the limits too", limited(on), base, "! limits-not-kept: "},
		{"it stays", limited(on), on, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := text(of(t, load(t, test.to), files(load(t, test.from))))
			if strings.Contains(got, "limits-not-kept") != (test.danger != "") || !strings.Contains(got, test.danger) {
				t.Errorf("want %q:\n%s", test.danger, got)
			}
			goes := test.to != on
			for _, line := range []string{"! deleted: PoolTable (table of the pool): what executions know of each other is lost",
				"executions that began before the workflow is updated end without the table"} {
				if strings.Contains(got, line) != goes {
					t.Errorf("%q: want %v:\n%s", line, goes, got)
				}
			}
		})
	}
	first := of(t, load(t, on), nil)
	if len(first.Notes) > 0 || first.State != review.New {
		t.Errorf("a new stack has notes: %v", first.Notes)
	}
}
