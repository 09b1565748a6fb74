package table_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/table"
)

func TestText(t *testing.T) {
	attempts := table.Table{Head: []string{"ATTEMPT", "EGRESS", "IF TRANSIENT"}, Rows: [][]string{
		{"1", "start", "attempt 2 after 0s..1s; requested wait up to 1m"},
		{"2", "", "fail"},
	}}
	tests := []struct {
		name    string
		table   table.Table
		columns int
		want    string
	}{
		{"no terminal", attempts, 0, `
ATTEMPT  EGRESS  IF TRANSIENT
1        start   attempt 2 after 0s..1s; requested wait up to 1m
2                fail
`},
		{"the widest column shrinks", attempts, 40, `
ATTEMPT  EGRESS  IF TRANSIENT
1        start   attempt 2 after 0s..1s;
                 requested wait up to 1m
2                fail
`},
		{"no column can shrink", attempts, 24, `
ATTEMPT       1
EGRESS        start
IF TRANSIENT
  attempt 2 after
  0s..1s; requested wait
  up to 1m

ATTEMPT       2
IF TRANSIENT  fail
`},
		{"another gap", table.Table{Head: []string{"", "B"}, Rows: [][]string{{"a", "b"}}, Gap: 3}, 0, "\n    B\na   b\n"},
		{"wide characters", table.Table{Head: []string{"A", "B"}, Rows: [][]string{{"日本", "x"}, {"e\u0301", "y"}}}, 0,
			"\nA     B\n日本  x\ne\u0301     y\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(strings.TrimPrefix(test.want, "\n"), test.table.Text(test.columns, false)); diff != "" {
				t.Errorf("in %d columns (-want +got):\n%s", test.columns, diff)
			}
		})
	}
}

func TestColoursMoveNothing(t *testing.T) {
	paint := color.Painter(true)
	rows := func(paint color.Painter) table.Table {
		return table.Table{Head: []string{"A", "B"}, Rows: [][]string{{paint.Paint(color.Red, "one two three"), "x"}}}
	}
	for _, columns := range []int{0, 10, 6} {
		if diff := cmp.Diff(rows(false).Text(columns, false), color.Strip(rows(paint).Text(columns, paint))); diff != "" {
			t.Errorf("in %d columns (-without +with):\n%s", columns, diff)
		}
	}
	if got := rows(paint).Text(10, paint); strings.Count(got, "\x1b[31m") != strings.Count(got, "\n")-1 {
		t.Errorf("a colour does not end with its line: %q", got)
	}
}
