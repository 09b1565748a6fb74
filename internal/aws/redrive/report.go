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
const longestRequest, longestWhy, longestProblem = 100, 200, 400

// Text is the list for a terminal of so many columns; 0 for any number. It is "" for none.
func (r *Report) Text(columns int, paint color.Painter) string {
	if len(r.Messages) == 0 {
		return ""
	}
	t := table.Table{Head: []string{"AGE", "QUEUE", "TRIGGER", "REQUEST", "WHY", "MESSAGE"}}
	for _, i := range r.Messages {
		t.Rows = append(t.Rows, []string{age(r.Time, i.Sent), words(i.Queue), i.trigger(), orDash(i.request()),
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

// request is METHOD PATH.
func (i *Item) request() string {
	return printable.Cut(strings.TrimSpace(i.Method+" "+i.Path), longestRequest)
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
