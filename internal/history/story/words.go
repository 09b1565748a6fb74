// Package story reports on a terminal, and in a log, what an execution does:
// attempt by attempt, as it happens.
package story

import (
	"fmt"
	"strings"
	"time"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/runtime/contract"
)

// Result is the outcome of an attempt: what the egress reports, whether the API has
// requested a wait, and what it has requested that could not be read.
func Result(a timeline.Attempt) string {
	switch a.Outcome {
	case timeline.Open:
		return "cut off"
	case timeline.Success:
		return success(a)
	case timeline.Crashed:
		return crash(a)
	}
	text := fmt.Sprintf("%s: %s", a.Outcome, OneLine(a.Reason))
	switch wait := a.RetryAt.Sub(a.Ended); {
	case a.RetryAt.IsZero() || a.Ended.IsZero():
	case a.Fault == contract.FaultSkipped: // it has said so
	case a.RetryScope == contract.ScopePool:
		text += ", the pool cools down for " + requested(wait)
	case a.RetryMinimum:
		text += ", minWait is " + requested(wait)
	default:
		text += ", asks to wait " + requested(wait)
	}
	if a.UnreadWait != "" {
		text += ", " + OneLine(a.UnreadWait) + " could not be read"
	}
	return text
}

// requested writes a requested wait; a very long one, such as that of a misread clock,
// in days.
func requested(wait time.Duration) string {
	const day = 24 * time.Hour
	if wait >= 2*day {
		return count.Of(int(wait.Round(day)/day), "day")
	}
	return max(0, wait.Round(100*time.Millisecond)).String()
}

// crash says why; only that there was one is known from a later attempt's report.
func crash(a timeline.Attempt) string {
	if a.Reason == "" {
		return "egress crashed"
	}
	return "egress crashed: " + OneLine(a.Reason)
}

// success is the status, where a redirect leads, and the rule that took it for one.
func success(a timeline.Attempt) string {
	text := fmt.Sprint(a.StatusCode)
	if to := contract.PlainLocation(a.Location); to != "" {
		text += ", to " + OneLine(to)
	}
	if a.Rule != "" {
		text += " (" + OneLine(contract.RuleWords(a.Rule)) + ")"
	}
	return text
}

// Said is what the API has said beyond the status of a failure; "" for nothing.
func Said(a timeline.Attempt) string {
	const longest = 81 // with the mark of a cut
	var parts []string
	if text := strings.Join(strings.Fields(printable.Line(a.Said)), " "); text != "" {
		parts = append(parts, "the API said: "+printable.Cut(text, longest))
	}
	if a.RequestID != (timeline.RequestID{}) {
		parts = append(parts, printable.Cut(a.RequestID.String(), longest))
	}
	if len(parts) == 0 {
		return ""
	}
	return "  " + strings.Join(parts, "  ")
}

// wait says how long, until when, and what for. Of one that takes no time there is
// nothing to say: the next attempt follows at once.
func (s Style) wait(w timeline.Wait) []string {
	switch {
	case w.Duration() <= 0:
		return nil
	case s.Skips:
		return []string{fmt.Sprintf("skips a wait of %s: %s", w.Duration(), WaitFor(w))}
	}
	return []string{fmt.Sprintf("waits %s, until %s: %s", w.Duration(), moment(w.Began, w.Until), WaitFor(w))}
}

// moment is a time of day, with the date when that could be another day's.
func moment(now, at time.Time) string {
	if at.Sub(now) < 20*time.Hour {
		return at.Local().Format(time.TimeOnly)
	}
	return at.Local().Format(time.DateTime)
}

// WaitFor says what the wait is for, and how much of it is jitter on top of what the
// API has requested.
func WaitFor(w timeline.Wait) string {
	switch {
	case w.RequestedOf == 0:
		return "backoff"
	case w.Reason == contract.WaitCoolDown && w.Jitter > 0:
		return fmt.Sprintf("cool-down of the pool, and %s of jitter", w.Jitter)
	case w.Reason == contract.WaitCoolDown:
		return "cool-down of the pool"
	case w.Reason == contract.WaitMinimum && w.Jitter > 0:
		return fmt.Sprintf("minWait of egress %d, and %s of jitter", w.RequestedOf, w.Jitter)
	case w.Reason == contract.WaitMinimum:
		return fmt.Sprintf("minWait of egress %d", w.RequestedOf)
	case w.Jitter > 0:
		return fmt.Sprintf("%s requested by the API, egress %d, and %s of jitter", Rounded(w.Duration()-w.Jitter), w.RequestedOf, w.Jitter)
	}
	return fmt.Sprintf("requested by the API, egress %d", w.RequestedOf)
}

// Final says why nothing follows; "" when something does.
func Final(a timeline.Attempt) string {
	switch a.Final {
	case "":
		return ""
	case timeline.NoneLeft:
		return "that was the last attempt"
	}
	return "no attempt follows: " + OneLine(a.Final)
}

// ending is the last line's word about an execution.
func ending(t *timeline.Timeline) string {
	attempts := count.Of(t.Made(), "attempt")
	took := Rounded(t.Ended.Sub(t.Began))
	switch t.Status {
	case event.Succeeded:
		return fmt.Sprintf("succeeded after %s in %s (%s)", attempts, took, count.Of(t.Transitions, "transition"))
	case event.TimedOut:
		return fmt.Sprintf("timed out after %s in %s: the deadline has passed", attempts, took)
	case event.Aborted:
		return fmt.Sprintf("aborted after %s in %s: %s", attempts, took, OneLine(t.Cause))
	}
	return fmt.Sprintf("failed after %s in %s: %s (%s)", attempts, took, failure(t), count.Of(t.Transitions, "transition"))
}

func failure(t *timeline.Timeline) string {
	if t.Error == "" {
		return "without an error"
	}
	if strings.HasPrefix(t.Error, contract.ErrPrefix) || t.Cause == "" {
		return t.Error // the attempt's line has said the rest
	}
	return t.Error + ": " + OneLine(t.Cause)
}

// Rounded keeps what is worth reading: milliseconds below a second, then tenths.
func Rounded(d time.Duration) time.Duration {
	switch {
	case d < time.Millisecond:
		return d.Round(100 * time.Microsecond)
	case d < time.Second:
		return d.Round(time.Millisecond)
	}
	return d.Round(100 * time.Millisecond)
}

// OneLine keeps text from outside from breaking a line or moving the cursor, and
// from filling a page.
func OneLine(text string) string { return printable.Cut(text, 200) }
