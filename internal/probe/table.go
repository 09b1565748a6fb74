package probe

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

// Write writes the report for people: the pool as a table, why an egress showed
// no address, and what it all means.
func (r Report) Write(w io.Writer) error {
	var page bytes.Buffer
	r.writeTable(&page)
	fmt.Fprintln(&page)
	for _, line := range slices.Concat(r.faultLines(), r.verdict()) {
		fmt.Fprintln(&page, line)
	}
	_, err := page.WriteTo(w)
	return err
}

func (r Report) writeTable(w io.Writer) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "EGRESS\tFUNCTION\tADDRESS\tROUNDS")
	for _, e := range r.Egresses {
		head := []string{strconv.Itoa(e.Egress), e.Function}
		for _, row := range e.rows(r.Rounds) {
			fmt.Fprintln(table, strings.Join(append(head, row...), "\t"))
			head = []string{"", ""} // the same egress
		}
	}
	table.Flush() // to memory
}

// rows are an egress's addresses, then its faults, each with how often.
func (e Egress) rows(rounds int) [][]string {
	var rows [][]string
	add := func(what string, times int) {
		rows = append(rows, []string{what, fmt.Sprintf("%d of %d", times, rounds)})
	}
	for _, s := range e.Addresses {
		add(s.Address.String(), s.Times)
	}
	for _, f := range e.Faults {
		add("none: "+string(f.Fault), f.Times)
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
