package redrive

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/runtime/contract"
)

// SendQuestion is asked before executions are started.
func (r *Report) SendQuestion(items []*Item) string {
	var text strings.Builder
	for _, line := range r.warnings(items) {
		text.WriteString(line + "\n")
	}
	fmt.Fprintf(&text, "Start %s of %s, and delete the %s?", count.Of(len(items), "execution"), printable.Line(r.where),
		count.Verb(len(items), "message", "messages"))
	return text.String()
}

// DeleteQuestion is asked before messages are deleted.
func (r *Report) DeleteQuestion(items []*Item) string {
	return fmt.Sprintf("Delete %s of %s? What was to be sent is lost with it.", count.Of(len(items), "message"), printable.Line(r.where))
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
	return printable.Line(fmt.Sprintf("%s: %s (message %s)", what, i.request(), short(i.Message)))
}
