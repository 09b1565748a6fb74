package demo

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/internal/term/screen"
	"github.com/sfngen/sfngen/internal/term/table"
)

// write prints a line for each request, and the calls that the API received.
func (w way) write(out io.Writer) {
	if w.note != "" {
		fmt.Fprintln(out, "note:", w.note)
	}
	for i, a := range w.answers {
		fmt.Fprintf(out, "  request %d  %s\n", i+1, a.story())
	}
	fmt.Fprintf(out, "  the API saw %s\n", w.seen())
}

// story is a request's attempts in a line: egress 2: 429, egress 3: 200.
func (a answer) story() string {
	var steps []string
	for _, attempt := range a.attempts {
		steps = append(steps, fmt.Sprintf("egress %d: %s", attempt.Egress, said(attempt)))
		if attempt.Wait != nil {
			steps = append(steps, "waits "+attempt.Wait.Duration().String())
		}
	}
	return strings.Join(steps, ", ")
}

func said(a timeline.Attempt) string {
	if a.StatusCode == 0 {
		return string(a.Fault)
	}
	return fmt.Sprint(a.StatusCode)
}

// seen counts the calls by source address.
func (w way) seen() string {
	type count struct{ answered, refused int }
	counts := map[string]*count{}
	for _, call := range w.calls {
		c := counts[call.Address]
		if c == nil {
			c = &count{}
			counts[call.Address] = c
		}
		if call.Status < 400 {
			c.answered++
		} else {
			c.refused++
		}
	}
	var parts []string
	for _, address := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%s (%d answered, %d refused)", address, counts[address].answered, counts[address].refused))
	}
	return strings.Join(parts, ", ")
}

// compare prints them side by side.
func compare(out io.Writer, all []way) {
	t := table.Table{Head: []string{""}, Gap: 3}
	for _, w := range all {
		t.Head = append(t.Head, w.name)
	}
	row := func(name string, value func(way) string) {
		cells := []string{name}
		for _, w := range all {
			cells = append(cells, value(w))
		}
		t.Rows = append(t.Rows, cells)
	}
	row("requests that got their answer", func(w way) string { return fmt.Sprintf("%d of %d", w.succeeded(), len(w.answers)) })
	row("calls to the API", func(w way) string { return fmt.Sprint(len(w.calls)) })
	row("of them refused", func(w way) string { return fmt.Sprint(w.refused()) })
	row("bans", func(w way) string { return fmt.Sprint(w.bans) })
	row("transitions for each request", func(w way) string { return average(w, func(a answer) int { return a.steps }) })
	row("slowest answer", func(w way) string { return w.slowest().Round(time.Millisecond).String() })
	row("all of it", func(w way) string { return w.took.Round(time.Millisecond).String() })
	fmt.Fprint(out, "\n"+t.Text(screen.Columns(out), screen.Painter(out)))
}

func (w way) refused() int {
	n := 0
	for _, call := range w.calls {
		if call.Status >= 400 {
			n++
		}
	}
	return n
}

// plain is a duration without zero units.
func plain(d time.Duration) string { return strings.TrimSuffix(d.String(), "0s") }

func (w way) succeeded() int {
	n := 0
	for _, a := range w.answers {
		if a.status < 400 {
			n++
		}
	}
	return n
}

func (w way) slowest() time.Duration {
	longest := time.Duration(0)
	for _, a := range w.answers {
		longest = max(longest, a.took)
	}
	return longest
}

func average(w way, of func(answer) int) string {
	sum := 0
	for _, a := range w.answers {
		sum += of(a)
	}
	return fmt.Sprintf("%.1f", float64(sum)/float64(len(w.answers)))
}
