package view

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/sfngen/sfngen/internal/history/execution"
	"github.com/sfngen/sfngen/internal/history/story"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/width"
)

var listHead = []string{"BEGAN (UTC)", "STATUS", "TOOK", "ATTEMPTS", "LAST RESULT", "EXECUTION", "REQUEST"}

const statusColumn = 1

// List writes one line for each execution; two where the terminal is too narrow.
func List(w io.Writer, l *execution.List, s Style) error {
	if len(l.Executions) == 0 {
		return nil
	}
	_, err := io.WriteString(w, listRows(l, s))
	return err
}

// Remarks are shown beside the list: that it is empty, and what is not known.
func Remarks(l *execution.List, s Style) string {
	var b strings.Builder
	if len(l.Executions) == 0 {
		s.paragraph(&b, "", nothing(l))
	}
	writeNotes(&b, s, l.Notes)
	return b.String()
}

func nothing(l *execution.List) string {
	what, did := "no execution", "none was started"
	if l.Failed {
		what, did = "no failed execution", "none has failed"
	}
	switch {
	case l.Since.IsZero():
		return fmt.Sprintf("%s of %s: %s in the last 90 days", what, l.Stack, did)
	case l.Express:
		return fmt.Sprintf("%s of %s since %s: a longer --since looks further back, as far as the logs are kept", what, l.Stack,
			execution.UTC(l.Since))
	}
	return fmt.Sprintf("%s of %s since %s: a longer --since looks further back, 90 days at most", what, l.Stack, execution.UTC(l.Since))
}

func listRows(l *execution.List, s Style) string {
	rows := make([]row, len(l.Executions))
	for i, e := range l.Executions {
		x := page{e}
		rows[i] = row{cells: append(x.summary(), story.OneLine(x.Name)), last: []string{x.call()}, outcome: outcomeOf(x.Timeline.Status),
			painted: statusColumn}
	}
	if !s.fits(Style{}.table(listHead, rows)) {
		return pairs(l, s)
	}
	return s.table(listHead, rows)
}

// pairs are for narrow terminals.
func pairs(l *execution.List, s Style) string {
	var b strings.Builder
	for _, e := range l.Executions {
		x := page{e}
		c := x.summary()
		name := story.OneLine(x.Name)
		b.WriteString(name + gutter + s.cut(x.call(), width.Of(name+gutter)) + "\n")
		status := s.paint(outcomeOf(x.Timeline.Status), c[statusColumn])
		line := strings.Join([]string{c[0], status, c[2], count.Of(x.Timeline.Made(), "attempt"), c[4]}, gutter)
		b.WriteString(gutter + strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

// call is METHOD PATH.
func (x page) call() string {
	call, _, _ := strings.Cut(x.Request, "?") // not every log has the query's names
	return orDash(story.OneLine(call))
}

// summary are the cells before the name.
func (x page) summary() []string {
	began, took := "?", ""
	if !x.Timeline.Began.IsZero() {
		began = x.Timeline.Began.UTC().Format("2006-01-02 15:04:05")
		if !x.Timeline.Ended.IsZero() {
			took = lasted(x.Timeline.Began, x.Timeline.Ended)
		}
	}
	return []string{began, statusWord(x.Timeline.Status), orDash(took), strconv.Itoa(x.Timeline.Made()), orDash(x.lastResult())}
}

// lastResult is what the last attempt came to: the API's status, or the fault.
// What the caller got may be something else, and is not always known.
func (x page) lastResult() string {
	attempts := x.Timeline.Attempts
	switch code := x.LastStatus(); {
	case code != 0:
		return strconv.Itoa(code)
	case len(attempts) > 0:
		return story.OneLine(string(attempts[len(attempts)-1].Fault))
	}
	return ""
}

// orDash keeps a cell from being empty.
func orDash(text string) string { return cmp.Or(text, "-") }
