package view

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWrap(t *testing.T) {
	for _, test := range []struct {
		text  string
		width int
		want  []string
	}{
		{"as long as it is", 0, []string{"as long as it is"}},
		{"it fits", 7, []string{"it fits"}},
		{"it fits  not", 7, []string{"it fits", "not"}},
		{"abcdefghij k", 4, []string{"abcd", "efgh", "ij k"}},
		{"ä ö ü ß", 4, []string{"ä ö", "ü ß"}},
		{strings.Repeat(" ", 9), 4, []string{""}},
	} {
		if diff := cmp.Diff(test.want, wrap(test.text, test.width)); diff != "" {
			t.Errorf("%q in %d columns (-want +got):\n%s", test.text, test.width, diff)
		}
	}
}
