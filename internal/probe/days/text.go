package days

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sfngen/sfngen/internal/probe"
	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/internal/term/table"
)

// layout is to the minute: nobody probes more often.
const layout = "2006-01-02 15:04"

// Text is the report for a terminal of so many columns; 0 for any number.
func (r Report) Text(columns int, paint color.Painter) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s, %s to %s UTC\n\n", printable.Line(Place{r.Stack, r.Region, r.Account}.String()),
		count.Of(r.Probes+r.Failed, "probe"), r.First.Format(layout), r.Last.Format(layout))
	if len(r.Egresses) > 0 {
		b.WriteString(r.table(paint).Text(columns, paint) + "\n")
	}
	b.WriteString(strings.Join(r.words(), "\n") + "\n")
	return b.String()
}

func (r Report) table(paint color.Painter) table.Table {
	t := table.Table{Head: []string{"EGRESS", "ADDRESS", "PROBES", "FIRST SEEN", "LAST SEEN"}}
	for _, o := range r.Egresses {
		head := strconv.Itoa(o.Egress)
		add := func(what string, probes int, times ...string) {
			t.Rows = append(t.Rows, append([]string{head, what, fmt.Sprintf("%d of %d", probes, o.Asked)}, times...))
			head = "" // the same egress
		}
		for _, s := range o.Addresses {
			add(s.Address.String(), s.Probes, s.First.Format(layout), s.Last.Format(layout))
		}
		for _, f := range o.Faults {
			add(paint.Paint(color.Red, "none: "+printable.Line(string(f.Fault))), f.Probes, "-", "-")
		}
	}
	return t
}

// words say what it means.
func (r Report) words() []string {
	var lines []string
	if r.Failed > 0 {
		lines = append(lines, fmt.Sprintf("In %s no egress was invoked, the last time because: %s", count.Of(r.Failed, "probe"),
			printable.Line(r.lastError)))
	}
	if r.Probes == 0 {
		return lines
	}
	if r.IsBlind() {
		return append(lines, "No egress showed its address.")
	}
	return slices.Concat(lines, []string{r.sharing(), r.changes()}, r.promise())
}

func (r Report) sharing() string {
	if r.Sharing == 0 {
		return "In no probe did two egresses share an address."
	}
	var groups []string
	for _, s := range r.Shared {
		groups = append(groups, fmt.Sprintf("egress %s (%s)", numbers(s.Egresses), count.Of(s.Probes, "probe")))
	}
	distinct := strconv.Itoa(r.Least)
	if r.Most > r.Least {
		distinct += " to " + strconv.Itoa(r.Most)
	}
	return fmt.Sprintf("In %d of %s egresses shared an address: %s. A probe showed %s distinct.", r.Sharing,
		count.Of(r.Probes, "probe"), strings.Join(groups, "; "), distinct)
}

func (r Report) changes() string {
	var list []string
	for _, o := range r.Egresses {
		if o.Changes > 0 {
			list = append(list, fmt.Sprintf("of egress %d (%s)", o.Egress, count.Of(o.Changes, "time")))
		}
	}
	if len(list) == 0 {
		return "No egress changed its address."
	}
	return "The address changed: " + count.And(list...) + "."
}

func (r Report) promise() []string {
	switch {
	case r.Broken > 0:
		return []string{fmt.Sprintf("In %d of %s the pool did not show what its network promises, to each egress an address of its own.",
			r.Broken, count.Of(r.Probes, "probe"))}
	case !(probe.Promise{Network: r.Network}).IsDistinct():
		return []string{"AWS does not promise a function outside a VPC its own address: this is what was seen, not what comes."}
	}
	return nil
}

// Brief is a line as one of a list: its time, and how many distinct addresses which
// egresses showed.
func (l Line) Brief() string {
	at := l.Time.Format(time.DateTime)
	if l.Error != "" {
		return at + "  no egress was invoked: " + printable.Line(l.Error)
	}
	var shown []string
	for _, e := range l.Egresses {
		text := "none"
		if e.Fault != "" {
			text += " (" + printable.Line(string(e.Fault)) + ")"
		}
		var addresses []string
		for _, a := range e.Addresses {
			addresses = append(addresses, a.String())
		}
		if len(addresses) > 0 {
			text = strings.Join(addresses, " ")
		}
		shown = append(shown, text)
	}
	return fmt.Sprintf("%s  %d distinct: %s", at, l.distinct(), strings.Join(shown, ", "))
}

func numbers(egresses []int) string {
	var list []string
	for _, k := range egresses {
		list = append(list, strconv.Itoa(k))
	}
	return count.And(list...)
}
