// Package view shows executions on a terminal: one as a page, several as a list.
package view

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/sfngen/sfngen/internal/history/execution"
	"github.com/sfngen/sfngen/internal/history/story"
	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/internal/term/wrap"
)

// page is an execution that is shown.
type page struct{ *execution.Execution }

// Execution writes what an execution is, its attempts as a table, its outcome, and
// what to look at next. Times are in UTC.
func Execution(w io.Writer, e *execution.Execution, s Style) error {
	x := page{e}
	var b strings.Builder
	x.header(&b, s)
	if len(x.Timeline.Attempts) > 0 {
		b.WriteString("\n" + x.attempts(s))
	}
	b.WriteString("\n")
	s.paragraph(&b, "", sentence(x.conclusion()))
	for _, place := range x.places() {
		b.WriteString("look at: " + place + "\n") // whole, so that it can be followed
	}
	writeNotes(&b, s, x.Notes)
	_, err := io.WriteString(w, b.String())
	return err
}

func (x page) header(b *strings.Builder, s Style) {
	kind := "standard"
	if x.Express {
		kind = "express"
	}
	t := &x.Timeline
	s.paragraph(b, "execution  ", story.OneLine(x.Name+" of "+x.Stack)+" ("+kind+")")
	if x.Request != "" {
		s.paragraph(b, "request    ", story.OneLine(x.Request))
	}
	if !t.Began.IsZero() {
		s.paragraph(b, "began      ", instant(t.Began)+" UTC"+x.took())
	}
	if w := t.FirstWait; w != nil {
		s.paragraph(b, "waited     ", fmt.Sprintf("%s before the first attempt: %s", story.Rounded(w.Duration()), story.WaitFor(*w)))
	}
	status := s.paint(outcomeOf(t.Status), statusWord(t.Status))
	if t.Redrives > 0 {
		status += fmt.Sprintf(" (redriven %s)", times(t.Redrives))
	}
	b.WriteString("status     " + status + "\n")
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return strconv.Itoa(n) + " times"
}

// took is how long it has taken, up to now while it goes on.
func (x page) took() string {
	t := &x.Timeline
	switch {
	case !t.Ended.IsZero():
		return ", took " + lasted(t.Began, t.Ended)
	case !x.HasEnded() && x.IsRecent() || !x.Express:
		return ", " + story.Rounded(x.Now.Sub(t.Began)).String() + " ago"
	}
	return ""
}

// lasted is how long something took. What AWS and a record tell of times ends with
// milliseconds, and nothing takes none.
func lasted(began, ended time.Time) string {
	d := ended.Sub(began)
	if d < time.Millisecond {
		return "<1ms"
	}
	return story.Rounded(d).String()
}

func instant(at time.Time) string { return at.UTC().Format("2006-01-02 15:04:05.000") }

var (
	wideHead   = []string{"ATTEMPT", "EGRESS", "BEGAN (UTC)", "", "TOOK", "RESULT", "THEN"}
	narrowHead = []string{"ATTEMPT", "EGRESS", "BEGAN", "TOOK", "RESULT"}
)

// attempts is their table: in full where it fits, else with what followed below
// the result, and how long after the begin in the place of the time of day.
func (x page) attempts(s Style) string {
	wide, narrow := make([]row, len(x.Timeline.Attempts)), make([]row, len(x.Timeline.Attempts))
	for i, a := range x.Timeline.Attempts {
		result, then, more := x.result(a), x.then(i), x.more(a)
		wide[i] = row{cells: append(x.facts(a, false), result), last: []string{then}, below: more, outcome: a.Outcome, painted: 5}
		lines := append([]string{result}, more...)
		switch {
		case then != "" && a.Final == "" && a.Outcome != timeline.Open:
			lines = append(lines, "then "+then)
		case then != "":
			lines = append(lines, then)
		}
		narrow[i] = row{cells: x.facts(a, true), last: lines, outcome: a.Outcome, painted: 4}
	}
	if s.fits(Style{}.table(wideHead, wide)) {
		return s.table(wideHead, wide)
	}
	return s.table(narrowHead, narrow)
}

// facts are the cells before the result.
func (x page) facts(a timeline.Attempt, narrow bool) []string {
	cells := []string{strconv.Itoa(a.Number), x.egress(a)}
	began, offset, took := "?", "", ""
	if !a.Began.IsZero() {
		began = a.Began.UTC().Format("15:04:05.000")
		if !x.Timeline.Began.IsZero() {
			offset = "+" + story.Rounded(max(0, a.Began.Sub(x.Timeline.Began))).String()
		}
	}
	if !a.Ended.IsZero() {
		took = lasted(a.Began, a.Ended)
	}
	switch {
	case !narrow:
		return append(cells, began, offset, took)
	case offset != "":
		began = offset
	}
	return append(cells, began, took)
}

func (x page) egress(a timeline.Attempt) string {
	if a.Egress == 0 {
		return "?"
	}
	text := strconv.Itoa(a.Egress)
	if x.Address != nil {
		if address := x.Address(a.Egress); address != "" {
			text += " from " + story.OneLine(address)
		}
	}
	return text
}

// more is what else there is to say of an attempt.
func (x page) more(a timeline.Attempt) []string {
	var lines []string
	for _, name := range a.Repeats {
		lines = append(lines, story.OneLine(name)+" before: Step Functions called it again")
	}
	if said := strings.TrimSpace(story.Said(a)); said != "" {
		lines = append(lines, said)
	}
	return lines
}

// paragraph writes a text with a word before it, broken to the width.
func (s Style) paragraph(b *strings.Builder, label, text string) {
	for i, part := range wrap.Words(text, s.room(len(label))) {
		if i > 0 {
			label = strings.Repeat(" ", len(label))
		}
		b.WriteString(label + part + "\n")
	}
}

func writeNotes(b *strings.Builder, s Style, notes []string) {
	for _, note := range notes {
		s.paragraph(b, "note: ", note)
	}
}

// sentence begins with a capital letter.
func sentence(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
