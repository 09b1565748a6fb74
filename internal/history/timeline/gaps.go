package timeline

import (
	"fmt"
	"slices"
	"time"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/runtime/contract"
)

// gaps replaces data that events may lack: CloudWatch has the events
// of a state machine without inputs and outputs unless workflow.logData says
// otherwise, and only some of them under workflow.logLevel error and fatal.
type gaps struct {
	state   string            // the name of the task state that was entered last
	waiting time.Time         // when a wait began whose length is not known
	last    *contract.Failure // the last report, which tells how long to wait
}

func (g *gaps) entered(e event.Event, d event.StateEnteredDetails) {
	switch e.Type {
	case "TaskStateEntered":
		g.state = d.Name
	case "WaitStateEntered":
		g.waiting = e.Timestamp
	}
}

func (g *gaps) report(f contract.Failure) { g.last = &f }

// number is that in the state's name, else the one given.
func (g *gaps) number(otherwise int) int {
	var n int
	if _, err := fmt.Sscanf(g.state, "Attempt %d", &n); err != nil || n < 1 {
		return otherwise
	}
	return n
}

// waited sets the length of a wait, if nothing has told it before.
func (t *Timeline) waited(e event.Event) {
	if a := t.last(); a != nil && a.Wait == nil && !t.gaps.waiting.IsZero() {
		a.Wait = &Wait{Began: t.gaps.waiting, Until: e.Timestamp, RequestedOf: requestedOf(t.Attempts, e.Timestamp)}
	}
}

// redriven is the event of an execution that continues after its end (Step
// Functions, "Restarting state machine executions with redrive").
const redriven = "ExecutionRedriven"

func (t *Timeline) redrive() {
	t.Status, t.Ended, t.Error, t.Cause, t.failed = event.Running, time.Time{}, "", "", nil
	t.Redrives++
}

// callFailed is the end of a call. Without an open attempt it is the call of one whose
// begin is not in the log.
func (t *Timeline) callFailed(e event.Event, d event.TaskFailedDetails) {
	if a := t.last(); a == nil || !a.Ended.IsZero() {
		t.learn(d.Error, d.Cause, e.Timestamp)
		return
	}
	t.failed = &d
}

// learn takes from an egress's report what no event has told: it has a record of
// every attempt up to its own.
func (t *Timeline) learn(name, cause string, at time.Time) {
	outcome, reported := outcomes[name]
	report, readable := readReport(cause)
	if !reported || !readable {
		return
	}
	t.gaps.report(report.Failure)
	for _, record := range report.Failure.Attempts {
		t.Fill(Report{Attempt: record})
	}
	if n := len(report.Failure.Attempts); n > 0 && outcome != Skipped {
		t.learnLast(outcome, report.Failure, report.Failure.Attempts[n-1], at)
	}
}

// learnLast is what the report says of its own attempt.
func (t *Timeline) learnLast(outcome Outcome, report contract.Failure, own contract.Attempt, at time.Time) {
	if a := t.attempt(own.Attempt); a.Outcome != Open {
		return // the words are of one that was not started
	}
	known := Report{Attempt: own, Outcome: outcome, Reason: report.Reason, Final: report.Final, At: at,
		WaitReason: report.WaitReason, WaitEgress: report.WaitEgress, JitterSeconds: report.JitterSeconds, UnreadWait: report.UnreadWait}
	if answer := answerOf(report, own); answer != nil {
		known.RequestID, known.Said = requestID(*answer), beginning(*answer)
	}
	t.Fill(known)
}

// Report is what an egress has told about an attempt, beside the events: in a
// later attempt's report, or in its own log.
type Report struct {
	contract.Attempt
	Outcome       Outcome // Open when it is not told
	Reason, Final string
	RequestID     RequestID
	Said          string
	WaitReason    contract.WaitReason // as in contract.Failure
	WaitEgress    int
	JitterSeconds int
	UnreadWait    string
	At            time.Time // when it was reported; zero when that is not known
}

// Fill adds to the attempt what the events have not told, and the attempt itself
// when there is none of its number. What is known stays.
func (t *Timeline) Fill(r Report) {
	a := t.attempt(r.Attempt.Attempt)
	if a.Outcome == Crashed && r.Fault != contract.FaultEgress {
		r.Outcome, r.StatusCode, r.Fault = Crashed, 0, a.Fault // it has answered, but the answer was lost
	}
	fill(&a.Egress, r.Egress)
	fill(&a.StatusCode, r.StatusCode)
	fill(&a.Fault, r.Fault)
	fill(&a.Outcome, r.outcome())
	fill(&a.Rule, r.Rule)
	fill(&a.RetryMinimum, r.RetryMinimum)
	fill(&a.RetryScope, r.RetryScope)
	fill(&a.Reason, r.Reason)
	fill(&a.Final, r.Final)
	fill(&a.RequestID, r.RequestID)
	fill(&a.Said, r.Said)
	fill(&a.UnreadWait, r.UnreadWait)
	r.times(a)
	a.fillWait(r.WaitSeconds)
	if a.Wait != nil {
		a.Wait.decided(r.WaitReason, r.WaitEgress, r.JitterSeconds)
	}
	t.fillRequestedOf()
}

// fillRequestedOf finds whose requested wait a wait follows: that may have become
// known after the wait.
func (t *Timeline) fillRequestedOf() {
	for i, a := range t.Attempts {
		if a.Wait != nil && a.Wait.Reason == "" && a.Wait.RequestedOf == 0 {
			a.Wait.RequestedOf = requestedOf(t.Attempts[:i+1], a.Wait.Until)
		}
	}
}

// attempt is the last one of this number; a new one where there is none.
func (t *Timeline) attempt(number int) *Attempt {
	after := slices.IndexFunc(t.Attempts, func(a Attempt) bool { return a.Number > number })
	if after < 0 {
		after = len(t.Attempts)
	}
	if after == 0 || t.Attempts[after-1].Number != number || t.Attempts[after-1].Outcome == Skipped {
		t.Attempts = slices.Insert(t.Attempts, after, Attempt{Number: number})
		after++
	}
	return &t.Attempts[after-1]
}

func fill[T comparable](to *T, from T) {
	var zero T
	if *to == zero {
		*to = from
	}
}

// outcome of a record in a later report: what comes after a failure of the egress
// is reported nowhere else.
func (r Report) outcome() Outcome {
	if r.Outcome == Open && r.Fault == contract.FaultEgress {
		return Crashed
	}
	return r.Outcome
}

// times fills in when the attempt was made: it ended when it was reported.
func (r Report) times(a *Attempt) {
	if a.RetryAt.IsZero() {
		a.RetryAt = instant(r.RetryAt)
	}
	took := time.Duration(r.DurationMs) * time.Millisecond
	switch {
	case r.At.IsZero():
	case a.Began.IsZero():
		a.Began, a.Ended = r.At.Add(-took), r.At
	case a.Ended.IsZero():
		a.Ended = r.At
	}
}

// fillWait adds the wait after an attempt. It begins at the zero time as long as
// nothing says when the attempt ended.
func (a *Attempt) fillWait(seconds int) {
	switch {
	case a.Wait == nil && seconds > 0:
		a.Wait = &Wait{Until: time.Time{}.Add(time.Duration(seconds) * time.Second)}
	case a.Wait == nil || !a.Wait.Began.IsZero():
		return
	}
	if !a.Ended.IsZero() {
		a.Wait.Began, a.Wait.Until = a.Ended, a.Ended.Add(a.Wait.Duration())
	}
}
