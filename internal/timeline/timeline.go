// Package timeline reads the history of an execution as what a person asks of
// it: which attempts there were, through which egress, what came back, and how
// long was waited for what.
//
// It reads events one by one, as they happen or from a record.
package timeline

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/sfngen/sfngen/internal/engine"
	"github.com/sfngen/sfngen/runtime/contract"
)

// Outcome is how an attempt has ended.
type Outcome string

// The outcomes. Crashed is an egress that did not report: it died, took too
// long, or could not be called.
const (
	Open        Outcome = "" // it has not ended
	Success     Outcome = "success"
	RateLimited Outcome = "rate-limited"
	Transient   Outcome = "transient"
	Rejected    Outcome = "rejected"
	Crashed     Outcome = "crashed"
)

var outcomes = map[string]Outcome{
	contract.ErrRateLimited: RateLimited,
	contract.ErrTransient:   Transient,
	contract.ErrRejected:    Rejected,
}

// Attempt is one visit of an attempt's state.
type Attempt struct {
	Number   int    // 1..50
	Egress   int    // 1..50
	Function string // its name or ARN
	// Began is when the egress was first called, Ended when its last call was
	// over; Ended is zero while the attempt is open.
	Began, Ended time.Time
	Outcome      Outcome
	// StatusCode is the upstream's answer; 0 when there was none, and then Fault
	// says why.
	StatusCode int
	Fault      contract.Fault
	// Reason and Final are the egress's own words: what happened, and why no
	// other attempt follows. Of a crash, Reason is Lambda's.
	Reason, Final string
	// Location is where a success redirects to; "" when it does not.
	Location string
	// RequestID is the upstream's own name for a call that failed, as "header:
	// value", Said the beginning of what it answered, if that is text: both as
	// it wrote them, both "" when they are not known.
	RequestID, Said string
	// RetryAt is when the upstream's ask to this egress ends; zero without one.
	RetryAt time.Time
	// Repeats are the errors of Lambda itself after which Step Functions has
	// called the same egress again.
	Repeats []string
	// Wait follows the attempt; nil when the next one goes at once.
	Wait *Wait
}

// Wait is one visit of a Wait state.
type Wait struct {
	Began time.Time
	Until time.Time
	// AskedOf is the egress that the upstream has asked to wait until then; 0
	// when the wait is a backoff.
	AskedOf int
}

// Duration is how long the wait takes.
func (w Wait) Duration() time.Duration { return w.Until.Sub(w.Began) }

// Step is what an event means for the story; None for most of them.
type Step string

// The steps.
const (
	None           Step = ""
	AttemptStarted Step = "attempt started"
	AttemptEnded   Step = "attempt ended" // the last attempt is complete but for its wait
	WaitStarted    Step = "wait started"  // the last attempt's
	WaitEnded      Step = "wait ended"
	Ended          Step = "ended"
)

// Timeline is the story so far. The zero Timeline is that of an execution that
// has not begun.
type Timeline struct {
	Attempts     []Attempt
	Began, Ended time.Time
	Status       engine.Status
	Error, Cause string
	// Transitions is what a Standard workflow is billed for up to here.
	Transitions int

	failed *engine.TaskFailedDetails // what the open attempt's last call ended with
}

// Add reads the next event and says what it means.
func (t *Timeline) Add(e engine.Event) Step {
	switch d := e.Details.(type) {
	case engine.ExecutionStartedDetails:
		t.Began, t.Status = e.Timestamp, engine.Running
	case engine.StateEnteredDetails:
		t.Transitions++
		return t.entered(e, d)
	case engine.TaskScheduledDetails:
		return t.scheduled(e, d)
	case engine.TaskSucceededDetails:
		t.succeeded(e, d)
		return AttemptEnded
	case engine.TaskFailedDetails:
		t.failed = &d
	case engine.TaskTimedOutDetails:
		t.failed = &engine.TaskFailedDetails{Error: d.Error, Cause: d.Cause}
	case engine.StateExitedDetails:
		return t.exited(e)
	case engine.ExecutionSucceededDetails, engine.ExecutionFailedDetails, engine.ExecutionTimedOutDetails, engine.ExecutionAbortedDetails:
		t.ended(e)
		return Ended
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

func (t *Timeline) entered(e engine.Event, d engine.StateEnteredDetails) Step {
	a := t.last()
	if e.Type != "WaitStateEntered" || a == nil {
		return None
	}
	seconds, ok := waitSeconds(d)
	if !ok {
		return None
	}
	until := e.Timestamp.Add(time.Duration(seconds) * time.Second)
	a.Wait = &Wait{Began: e.Timestamp, Until: until, AskedOf: t.askedOf(until)}
	return WaitStarted
}

// askedOf finds the egress whose ask ends with a wait: waits are whole seconds,
// rounded up.
func (t *Timeline) askedOf(until time.Time) int {
	for _, a := range slices.Backward(t.Attempts) {
		if early := until.Sub(a.RetryAt); !a.RetryAt.IsZero() && early > -100*time.Millisecond && early < 1100*time.Millisecond {
			return a.Egress
		}
	}
	return 0
}

// egressName is how the generated Lambdas are called.
var egressName = regexp.MustCompile(`-egress-([0-9]+)$`)

func (t *Timeline) scheduled(e engine.Event, d engine.TaskScheduledDetails) Step {
	if t.failed != nil { // a Retry: the same attempt calls again
		t.Transitions++
		a := t.last()
		a.Repeats = append(a.Repeats, t.failed.Error)
		t.failed = nil
		return None
	}
	a := Attempt{Number: len(t.Attempts) + 1, Began: e.Timestamp}
	if payload, ok := d.Parameters.Get("Payload"); ok {
		if number, ok := payload.Get("attempt"); ok {
			if n, whole := number.Int(); whole {
				a.Number = int(n)
			}
		}
	}
	if name, ok := d.Parameters.Get("FunctionName"); ok {
		a.Function = name.Text()
		if match := egressName.FindStringSubmatch(a.Function); match != nil {
			a.Egress, _ = strconv.Atoi(match[1])
		}
	}
	t.Attempts = append(t.Attempts, a)
	return AttemptStarted
}

func (t *Timeline) succeeded(e engine.Event, d engine.TaskSucceededDetails) {
	t.failed = nil
	a := t.last()
	a.Outcome, a.Ended = Success, e.Timestamp
	var s contract.Success
	payload, ok := d.Output.Get("Payload")
	if ok && json.Unmarshal(payload.JSON(), &s) == nil {
		a.StatusCode, a.Location = s.Response.StatusCode, location(s.Response)
	}
}

// exited ends an attempt whose call has failed for good: Step Functions leaves
// the state only when no Retry follows.
func (t *Timeline) exited(e engine.Event) Step {
	switch {
	case e.Type == "WaitStateExited":
		return WaitEnded
	case t.failed == nil:
		return None
	}
	t.end(e)
	return AttemptEnded
}

func (t *Timeline) end(e engine.Event) {
	a, failed := t.last(), t.failed
	t.failed = nil
	a.Ended, a.Outcome = e.Timestamp, Crashed
	outcome, reported := outcomes[failed.Error]
	report, readable := readReport(failed.Cause)
	if !reported || !readable {
		a.Fault, a.Reason = contract.FaultEgress, crashReason(*failed)
		return
	}
	record := report.Attempts[len(report.Attempts)-1]
	a.Outcome = outcome
	a.StatusCode, a.Fault = record.StatusCode, record.Fault
	a.Reason, a.Final = report.Reason, report.Final
	if answer := answerOf(report, record); answer != nil {
		a.RequestID, a.Said = requestID(*answer), beginning(*answer)
	}
	a.RetryAt, _ = time.Parse(time.RFC3339, record.RetryAt)
}

func (t *Timeline) ended(e engine.Event) {
	if t.failed != nil { // no catcher has taken it
		t.end(e)
	}
	t.Ended = e.Timestamp
	switch d := e.Details.(type) {
	case engine.ExecutionSucceededDetails:
		t.Status = engine.Succeeded
	case engine.ExecutionFailedDetails:
		t.Status, t.Error, t.Cause = engine.Failed, d.Error, d.Cause
	case engine.ExecutionTimedOutDetails:
		t.Status, t.Error, t.Cause = engine.TimedOut, d.Error, d.Cause
	case engine.ExecutionAbortedDetails:
		t.Status, t.Error, t.Cause = engine.Aborted, d.Error, d.Cause
	}
}
