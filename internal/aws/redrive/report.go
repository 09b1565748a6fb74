package redrive

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/internal/term/table"
	"github.com/sfngen/sfngen/runtime/contract"
)

// Report is what was read, and what became of it.
type Report struct {
	Stack    string    `json:"stack"`
	Time     time.Time `json:"time"` // of reading, UTC
	Queues   []Size    `json:"queues"`
	Messages []*Item   `json:"messages"` // those that were read, the oldest first
	Notes    []string  `json:"notes,omitempty"`

	where   string
	express bool
	limited bool   // there were as many as were wanted
	header  string // of idempotency keys
}

// Size is how full a queue is.
type Size struct {
	Queue Kind   `json:"queue"`
	Name  string `json:"name"`
	// About is how many messages SQS counted before, roughly; Left how many are there still.
	About int `json:"about"`
	Left  int `json:"left"`
}

func (s *Session) report() *Report {
	r := &Report{
		Stack: s.stack.Name, Time: s.Clock.Now().UTC().Truncate(time.Millisecond), Messages: slices.Clone(s.held), Notes: s.notes,
		where:   fmt.Sprintf("%s in %s of account %s", s.stack.Name, s.cloud.Region, s.cloud.Account),
		express: s.stack.Summary.Express, header: s.triggers.KeyHeader,
	}
	if r.Messages == nil {
		r.Messages = []*Item{}
	}
	for _, q := range s.queues {
		r.Queues = append(r.Queues, Size{Queue: q.kind, Name: q.name(), About: s.sizes[q.kind]})
	}
	r.Count()
	return r
}

// Count brings up to date how many messages are left.
func (r *Report) Count() {
	for i := range r.Queues {
		q := &r.Queues[i]
		read, gone := 0, 0
		for _, m := range r.Messages {
			if m.Queue == q.Queue {
				read++
				if slices.Contains([]Result{Started, Before, Deleted}, m.Result) {
					gone++
				}
			}
		}
		q.Left = max(q.About, read) - gone
	}
}

// Sendable are those that can be started again: callers' requests only if that is asked for.
func (r *Report) Sendable(callers bool) []*Item {
	return r.filter(func(i *Item) bool { return i.Problem == "" && (callers || !i.Caller) })
}

// Deletable are all messages that AWS has sent for the stack; others only if they were named.
func (r *Report) Deletable(named bool) []*Item {
	return r.filter(func(i *Item) bool { return named || !i.Foreign })
}

func (r *Report) filter(is func(*Item) bool) []*Item {
	return slices.DeleteFunc(slices.Clone(r.Messages), func(i *Item) bool { return !is(i) })
}

// JSON writes the report for machines.
func (r *Report) JSON(w io.Writer) error { return printable.JSON(w, r) }

// In columns: an answer of the API, and a message, may be any text.
const longestWhy, longestProblem = 200, 400

// Text is the list for a terminal of so many columns; 0 for any number. It is "" for none.
func (r *Report) Text(columns int, paint color.Painter) string {
	if len(r.Messages) == 0 {
		return ""
	}
	t := table.Table{Head: []string{"AGE", "QUEUE", "TRIGGER", "REQUEST", "WHY", "MESSAGE"}}
	for _, i := range r.Messages {
		t.Rows = append(t.Rows, []string{age(r.Time, i.Sent), words(i.Queue), i.trigger(), orDash(strings.TrimSpace(i.Method + " " + i.Path)),
			orDash(printable.Cut(printable.Line(i.Why), longestWhy)), short(i.Message)})
	}
	return t.Text(columns, paint)
}

func (i *Item) trigger() string {
	switch {
	case i.Caller:
		return "(a caller)"
	case i.For != "":
		return printable.Line(i.Trigger + " for " + instant(i.For))
	}
	return orDash(printable.Line(i.Trigger))
}

// words may be broken between lines.
func words(kind Kind) string { return strings.ReplaceAll(string(kind), "-", " ") }

// instant is Scheduler's time in words that may be broken between lines.
func instant(text string) string {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return text
	}
	return at.UTC().Format("2006-01-02 15:04 UTC")
}

func orDash(text string) string { return cmp.Or(text, "-") }

// short tells messages apart at a glance, as --id takes them.
func short(id string) string { return printable.Line(id[:min(len(id), 8)]) }

// age is in one unit, rounded down.
func age(now, then time.Time) string {
	d := max(now.Sub(then), 0)
	switch {
	case then.IsZero():
		return "?"
	case d < time.Minute:
		return fmt.Sprintf("%ds", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%dm", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh", int(d.Hours()))
	}
	return fmt.Sprintf("%dd", int(d.Hours())/24)
}

// Remarks say what the list does not: how many there are, and what cannot be sent.
func (r *Report) Remarks() []string {
	var lines []string
	for _, q := range r.Queues {
		lines = append(lines, r.size(q))
	}
	for _, i := range r.Messages {
		if i.Problem != "" {
			lines = append(lines, "message "+short(i.Message)+" cannot be sent again: "+printable.Cut(printable.Line(i.Problem), longestProblem))
		}
	}
	return append(lines, r.Notes...)
}

func (r *Report) size(q Size) string {
	read := 0
	for _, i := range r.Messages {
		if i.Queue == q.Queue {
			read++
		}
	}
	switch {
	case read == 0 && q.About == 0:
		return q.Name + " is empty"
	case read == 0 && r.limited:
		return fmt.Sprintf("%s: none of about %s is shown", q.Name, count.Of(q.About, "message"))
	case read == 0:
		return fmt.Sprintf("%s gives no message now, and has about %d: somebody else reads them", q.Name, q.About)
	case q.About > read:
		return fmt.Sprintf("%s: %d of about %d messages are shown", q.Name, read, q.About)
	}
	return q.Name + ": " + count.Of(read, "message")
}

// SendQuestion is asked before executions are started.
func (r *Report) SendQuestion(items []*Item) string {
	var text strings.Builder
	for _, line := range r.warnings(items) {
		text.WriteString(line + "\n")
	}
	fmt.Fprintf(&text, "Start %s of %s, and delete the %s?", count.Of(len(items), "execution"), printable.Line(r.where),
		word(len(items), "message"))
	return text.String()
}

// DeleteQuestion is asked before messages are deleted.
func (r *Report) DeleteQuestion(items []*Item) string {
	return fmt.Sprintf("Delete %s of %s? What was to be sent is lost with it.", count.Of(len(items), "message"), printable.Line(r.where))
}

func word(n int, noun string) string {
	_, text, _ := strings.Cut(count.Of(n, noun), " ")
	return text
}

// warnings say what the API sees of requests that it may have seen already.
func (r *Report) warnings(items []*Item) []string {
	var lines []string
	first, unguarded, aborted := 0, 0, 0
	for _, i := range items {
		if i.Status == "ABORTED" {
			aborted++
		}
		switch {
		case i.Key != KeyNone && i.Key != KeyNew && i.Queue == FailedExecutions:
			first++
		case i.Key == KeyNone && i.Queue == FailedExecutions && !contract.IsIdempotent(i.Method):
			unguarded++
		}
	}
	if aborted > 0 {
		lines = append(lines, fmt.Sprintf("%s aborted: somebody stopped %s.", count.Of(aborted, "execution")+count.Verb(aborted, " was", " were"),
			count.Verb(aborted, "it", "them")))
	}
	if first > 0 {
		lines = append(lines, fmt.Sprintf("The API sees the first idempotency key again, in %s (%s).", r.header, count.Of(first, "request")))
	}
	if unguarded > 0 {
		lines = append(lines, fmt.Sprintf("The API sees no idempotency key in %s, and may do again what it did for the execution that failed: "+
			"retry.idempotency.header gives a key.", count.Of(unguarded, "POST or PATCH request")))
	}
	if r.express {
		lines = append(lines, "The workflow is express: if this is interrupted between a start and the deletion of its message, the next time "+
			"starts it once more.")
	}
	return lines
}

// Outcome says what became of the messages, and what is left.
func (r *Report) Outcome() []string {
	r.Count()
	var lines []string
	for _, o := range []struct {
		result Result
		words  string
	}{
		{Started, "started, and deleted"}, {Before, "started earlier already: only deleted"}, {Deleted, "deleted"},
		{Undelete, "started, but not deleted: sent again it does not start twice" + r.unlessExpress()},
		{Lost, "held too long, and left: somebody else may read it"}, {Refused, "refused by Step Functions, and left"},
	} {
		if n := len(r.filter(func(i *Item) bool { return i.Result == o.result })); n > 0 {
			lines = append(lines, count.Of(n, "message")+" "+o.words)
		}
	}
	for _, i := range r.Messages {
		if i.Result == Refused {
			lines = append(lines, "message "+short(i.Message)+": "+printable.Line(i.Problem))
		}
	}
	return append(lines, r.left()...)
}

func (r *Report) unlessExpress() string {
	if r.express {
		return " on a standard workflow; on this express one it does"
	}
	return ""
}

func (r *Report) left() []string {
	var lines []string
	for _, q := range r.Queues {
		if q.Left > 0 {
			lines = append(lines, fmt.Sprintf("about %s left in %s", count.Of(q.Left, "message"), q.Name))
		}
	}
	return lines
}

// AllDone reports whether each of the items was started or deleted.
func AllDone(items []*Item) bool {
	return !slices.ContainsFunc(items, func(i *Item) bool {
		return !slices.Contains([]Result{Started, Before, Undelete, Deleted}, i.Result)
	})
}

func (i *Item) startedLine(result Result) string {
	what := "started " + i.name
	if result == Before {
		what = i.name + " was started earlier"
	}
	return printable.Line(fmt.Sprintf("%s: %s (message %s)", what, strings.TrimSpace(i.Method+" "+i.Path), short(i.Message)))
}
