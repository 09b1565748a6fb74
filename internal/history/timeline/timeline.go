// Package timeline reads the history of an execution as what a user wants to know of
// it: which attempts there were, through which egress, what came back, and how
// long was waited for what.
//
// It reads events one by one, as they happen or from a record.
package timeline

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/runtime/contract"
)

// Step is what an event means for the story; None for most of them.
type Step string

// The steps.
const (
	None           Step = ""
	AttemptStarted Step = "attempt started"
	AttemptEnded   Step = "attempt ended" // the last attempt is complete except for its wait
	WaitStarted    Step = "wait started"  // the last attempt's
	WaitEnded      Step = "wait ended"
	// FirstWaitStarted: Timeline.FirstWait is known, and no attempt yet.
	FirstWaitStarted Step = "first wait started"
	Ended            Step = "ended"
)

// Timeline is the story so far. The zero Timeline is that of an execution that
// has not begun.
type Timeline struct {
	Attempts     []Attempt
	Began, Ended time.Time
	// FirstWait is one before the first attempt, which an orchestrator has chosen; nil: none.
	FirstWait    *Wait
	Status       event.Status
	Error, Cause string
	// Redrives is how often the execution was started again after its end.
	Redrives int
	// Transitions is what a Standard workflow is billed for up to here.
	Transitions int

	failed *event.TaskFailedDetails // what the open attempt's last call ended with
	gaps   gaps
}

// Made is how many attempts there are, the skips left out.
func (t *Timeline) Made() int { return len(t.Attempts) - t.Skips() }

// Skips is how often an egress called nothing and handed over.
func (t *Timeline) Skips() (n int) {
	for _, a := range t.Attempts {
		if a.Outcome == Skipped {
			n++
		}
	}
	return n
}

// Add reads the next event and says what it means.
func (t *Timeline) Add(e event.Event) Step {
	switch d := e.Details.(type) {
	case event.ExecutionStartedDetails:
		t.Began, t.Status = e.Timestamp, event.Running
	case event.StateEnteredDetails:
		t.Transitions++
		t.gaps.entered(e, d)
		return t.entered(e, d)
	case event.TaskScheduledDetails:
		return t.scheduled(e, d)
	case event.TaskSucceededDetails:
		t.succeeded(e, d)
		return AttemptEnded
	case event.TaskFailedDetails:
		t.callFailed(e, d)
	case event.TaskTimedOutDetails:
		t.callFailed(e, event.TaskFailedDetails{Error: d.Error, Cause: d.Cause})
	case event.StateExitedDetails:
		return t.exited(e)
	case event.ExecutionSucceededDetails, event.ExecutionFailedDetails, event.ExecutionTimedOutDetails, event.ExecutionAbortedDetails:
		t.ended(e)
		return Ended
	}
	if e.Type == redriven {
		t.redrive()
	}
	return None
}

// last is the attempt that the events are about; nil before the first.
func (t *Timeline) last() *Attempt {
	if len(t.Attempts) == 0 {
		return nil
	}
	return &t.Attempts[len(t.Attempts)-1]
}

func (t *Timeline) entered(e event.Event, d event.StateEnteredDetails) Step {
	a := t.last()
	switch {
	case e.Type != "WaitStateEntered":
		return None
	case a == nil:
		return t.firstWait(e, d)
	}
	report, ok := waitReport(d)
	if !ok {
		if t.gaps.last == nil {
			return None
		}
		report = *t.gaps.last
	}
	until := e.Timestamp.Add(time.Duration(report.WaitSeconds) * time.Second)
	a.Wait = &Wait{Began: e.Timestamp, Until: until, RequestedOf: requestedOf(t.Attempts, until)}
	a.Wait.decided(report.WaitReason, report.WaitEgress, report.JitterSeconds)
	return WaitStarted
}

// firstWait is the one that the input of its state says.
func (t *Timeline) firstWait(e event.Event, d event.StateEnteredDetails) Step {
	start := startIn(d.Input)
	if start.WaitSeconds <= 0 || len(start.Next) == 0 {
		return None
	}
	w := &Wait{Began: e.Timestamp, Until: e.Timestamp.Add(time.Duration(start.WaitSeconds) * time.Second), Reason: contract.WaitSlot}
	if start.Slot == nil {
		w.Reason, w.RequestedOf = contract.WaitRequested, start.Next[0]
	}
	t.FirstWait = w
	return FirstWaitStarted
}

// requestedOf finds the egress whose requested wait ends with a wait: waits are whole seconds,
// rounded up. It is for reports that do not say what decided the wait, and can be wrong
// when a backoff is less than a second longer.
func requestedOf(attempts []Attempt, until time.Time) int {
	for _, a := range slices.Backward(attempts) {
		if !a.RetryAt.After(a.Ended) {
			continue // it requested none, or one that was over at once
		}
		if early := until.Sub(a.RetryAt); early > -100*time.Millisecond && early < 1100*time.Millisecond {
			return a.Egress
		}
	}
	return 0
}

func (t *Timeline) scheduled(e event.Event, d event.TaskScheduledDetails) Step {
	if a := t.last(); t.failed != nil && a != nil { // a Retry: the same attempt calls again
		t.Transitions++
		a.Repeats = append(a.Repeats, t.failed.Error)
		t.failed = nil
		return None
	}
	a := Attempt{Number: t.gaps.number(t.Made() + 1), Began: e.Timestamp}
	if payload, ok := d.Parameters.Get("Payload"); ok {
		if number, ok := payload.Get("attempt"); ok {
			if n, whole := number.Int(); whole {
				a.Number = int(n)
			}
		}
	}
	if name, ok := d.Parameters.Get("FunctionName"); ok {
		a.Function = name.Text()
		a.Egress = contract.EgressNumber(a.Function)
	}
	t.Attempts = append(t.Attempts, a)
	return AttemptStarted
}

func (t *Timeline) succeeded(e event.Event, d event.TaskSucceededDetails) {
	t.failed = nil
	a := t.last()
	if a == nil {
		return // a log that begins later
	}
	a.Outcome, a.Ended = Success, e.Timestamp
	var s contract.Success
	payload, ok := d.Output.Get("Payload")
	if ok && json.Unmarshal(payload.JSON(), &s) == nil {
		a.StatusCode, a.Location = s.Response.StatusCode, location(s.Response)
		if n := len(s.Attempts); n > 0 {
			a.Rule = s.Attempts[n-1].Rule
		}
	}
}

// exited ends an attempt whose call has failed permanently: Step Functions leaves
// the state only when no Retry follows.
func (t *Timeline) exited(e event.Event) Step {
	switch {
	case e.Type == "WaitStateExited":
		t.waited(e)
		return WaitEnded
	case t.failed == nil:
		return None
	}
	t.end(e)
	return AttemptEnded
}

func (t *Timeline) end(e event.Event) {
	a, failed := t.last(), t.failed
	t.failed = nil
	a.Ended, a.Outcome = e.Timestamp, Crashed
	outcome, reported := outcomes[failed.Error]
	if reported && failed.Cause == "" {
		a.Outcome = outcome // a log without causes
		return
	}
	report, readable := readReport(failed.Cause)
	if !reported || !readable {
		a.Fault, a.Reason = contract.FaultEgress, crashReason(*failed)
		return
	}
	a.Outcome = outcome
	if outcome == Skipped || len(report.Attempts) == 0 { // it has no record, as it is no attempt
		a.Fault, a.Reason, a.Final = contract.FaultSkipped, report.Reason, report.Final
		t.gaps.report(report)
		return
	}
	record := report.Attempts[len(report.Attempts)-1]
	a.StatusCode, a.Fault = record.StatusCode, record.Fault
	a.Egress = cmp.Or(a.Egress, record.Egress)
	t.gaps.report(report)
	a.Reason, a.Final = report.Reason, report.Final
	if answer := answerOf(report, record); answer != nil {
		a.RequestID, a.Said = requestID(*answer), beginning(*answer)
	}
	a.RetryAt, a.RetryMinimum, a.Rule = instant(record.RetryAt), record.RetryMinimum, record.Rule
	a.RetryScope, a.UnreadWait = record.RetryScope, report.UnreadWait
}

func (t *Timeline) ended(e event.Event) {
	if t.failed != nil { // no catcher has taken it
		t.end(e)
	}
	t.Ended = e.Timestamp
	switch d := e.Details.(type) {
	case event.ExecutionSucceededDetails:
		t.Status = event.Succeeded
	case event.ExecutionFailedDetails:
		t.Status, t.Error, t.Cause = event.Failed, d.Error, d.Cause
		t.learn(d.Error, d.Cause, e.Timestamp)
	case event.ExecutionTimedOutDetails:
		t.Status, t.Error, t.Cause = event.TimedOut, d.Error, d.Cause
	case event.ExecutionAbortedDetails:
		t.Status, t.Error, t.Cause = event.Aborted, d.Error, d.Cause
	}
}
