package patch_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/patch"
)

const diff = "diff a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,3 @@\n same\n--- old\n+one two three\n+\x1b[2Jevil\u202e\n+\x1b[31mred\n"

func TestShow(t *testing.T) {
	for _, test := range []struct {
		name    string
		columns int
		paint   bool
		want    string
	}{
		{"in colour", 0, true, "\x1b[1mdiff a/x b/x\x1b[0m\n\x1b[1m--- a/x\x1b[0m\n\x1b[1m+++ b/x\x1b[0m\n\x1b[36m@@ -1,2 +1,3 @@\x1b[0m\n " +
			"same\n" +
			"\x1b[31m--- old\x1b[0m\n\x1b[32m+one two three\x1b[0m\n\x1b[32m+\ufffd[2Jevil\ufffd\x1b[0m\n\x1b[32m+\ufffd[31mred\x1b[0m\n"},
		{"narrow", 10, false, "diff a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,3 @@\n same\n--- old\n+one two\n+  " +
			"three\n+\ufffd[2Jevil\ufffd\n+\ufffd[31mred\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, patch.Show(diff, test.columns, color.Painter(test.paint))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
