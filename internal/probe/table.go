package probe

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/table"
)

// Text is the report for people: the pool as a table, why an egress showed no
// address, and what it all means. Columns are the terminal's; 0 for any number.
func (r Report) Text(columns int, paint color.Painter) string {
	return r.table(paint).Text(columns, paint) + "\n" + strings.Join(slices.Concat(r.faultLines(), r.verdict()), "\n") + "\n"
}

func (r Report) table(paint color.Painter) table.Table {
	t := table.Table{Head: []string{"EGRESS", "FUNCTION", "ADDRESS", "ROUNDS"}}
	for _, e := range r.Egresses {
		head := []string{strconv.Itoa(e.Egress), e.Function}
		for _, row := range e.rows(r.Rounds, paint) {
			t.Rows = append(t.Rows, slices.Concat(head, row))
			head = []string{"", ""} // the same egress
		}
	}
	return t
}

// rows are an egress's addresses, then its faults, each with how often.
func (e Egress) rows(rounds int, paint color.Painter) [][]string {
	var rows [][]string
	add := func(what string, times int) {
		rows = append(rows, []string{what, fmt.Sprintf("%d of %d", times, rounds)})
	}
	for _, s := range e.Addresses {
		add(s.Address.String(), s.Times)
	}
	for _, f := range e.Faults {
		add(paint.Paint(color.Red, "none: "+string(f.Fault)), f.Times)
	}
	return rows
}

// faultLines say each reason once, with the egresses that it is of.
func (r Report) faultLines() []string {
	type cause struct{ service, reason string }
	var order []cause
	of := map[cause][]int{}
	for _, e := range r.Egresses {
		for _, f := range e.Faults {
			c := cause{reason: f.Reason}
			if !ofInvocation(f.Fault) {
				c.service = e.Service
			}
			if of[c] == nil {
				order = append(order, c)
			}
			of[c] = append(of[c], e.Egress)
		}
	}
	var lines []string
	for _, c := range order {
		line := egresses(of[c]) + ": " + c.reason
		if c.service != "" {
			line += fmt.Sprintf(" (asked %s; --service URL asks another one)", c.service)
		}
		lines = append(lines, line)
	}
	return lines
}
