package trace

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/sfngen/sfngen/internal/console"
)

var listHead = []string{"BEGAN (UTC)", "STATUS", "TOOK", "ATTEMPTS", "ANSWER", "EXECUTION"}

const statusColumn = 1

// Write tells of the executions, one in a line; in two where a line has no room
// for it.
func (l *List) Write(w io.Writer, s Style) error {
	var b strings.Builder
	if len(l.Executions) > 0 {
		b.WriteString(l.rows(s))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Remarks are for beside the list: that there is nothing, and what is not known.
func (l *List) Remarks(s Style) string {
	var b strings.Builder
	switch {
	case len(l.Executions) > 0:
	case l.Since.IsZero():
		s.paragraph(&b, "", fmt.Sprintf("no execution of %s: none was started in the last 90 days", l.Stack))
	default:
		s.paragraph(&b, "", fmt.Sprintf("no execution of %s since %s: a longer --since looks further back, as far as the logs are kept", l.Stack, moment(l.Since)))
	}
	writeNotes(&b, s, l.Notes)
	return b.String()
}

func (l *List) rows(s Style) string {
	rows := make([]row, len(l.Executions))
	for i, x := range l.Executions {
		rows[i] = row{cells: x.summary(), last: []string{console.OneLine(x.Name)}, outcome: outcomeOf(x.Timeline.Status), painted: statusColumn}
	}
	if !s.fits(Style{}.table(listHead, rows)) {
		return l.pairs(s)
	}
	return s.table(listHead, rows)
}

// pairs are for narrow terminals.
func (l *List) pairs(s Style) string {
	var b strings.Builder
	for _, x := range l.Executions {
		c := x.summary()
		b.WriteString(console.OneLine(x.Name) + "\n")
		status := s.paint(outcomeOf(x.Timeline.Status), c[statusColumn])
		line := strings.Join([]string{c[0], status, c[2], console.Count(len(x.Timeline.Attempts), "attempt"), c[4]}, gutter)
		b.WriteString(gutter + strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

// summary are the cells before the name.
func (x *Execution) summary() []string {
	began, took, answer := "?", "", ""
	if !x.Timeline.Began.IsZero() {
		began = x.Timeline.Began.UTC().Format("2006-01-02 15:04:05")
		if !x.Timeline.Ended.IsZero() {
			took = lasted(x.Timeline.Began, x.Timeline.Ended)
		}
	}
	switch code := x.lastStatus(); {
	case code != 0:
		answer = strconv.Itoa(code)
	case len(x.Timeline.Attempts) > 0:
		answer = console.OneLine(string(x.Timeline.Attempts[len(x.Timeline.Attempts)-1].Fault))
	}
	return []string{began, statusWord(x.Timeline.Status), took, strconv.Itoa(len(x.Timeline.Attempts)), answer}
}
