package timeline

import (
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// Outcome is how an attempt has ended.
type Outcome string

// The outcomes. Crashed is an egress that did not report: it died, took too
// long, or could not be called.
const (
	Open        Outcome = "" // it has not ended
	Success     Outcome = contract.OutcomeSuccess
	RateLimited Outcome = "rate-limited"
	Transient   Outcome = "transient"
	Rejected    Outcome = "rejected"
	Crashed     Outcome = "crashed"
	// Skipped is an egress that has called nothing, because it must not now. It is no
	// attempt: the next one has the same number.
	Skipped Outcome = "skipped"
)

// NoneLeft is Attempt.Final of the last attempt that the spec allows, in the
// egress's words.
const NoneLeft = "no attempt is left"

var outcomes = map[string]Outcome{
	contract.ErrRateLimited: RateLimited,
	contract.ErrTransient:   Transient,
	contract.ErrRejected:    Rejected,
	contract.ErrAllLimited:  RateLimited,
	contract.ErrSkipped:     Skipped,
}

// Made is how many attempts there were: skips are none.
func (t *Timeline) Made() int {
	made := 0
	for _, a := range t.Attempts {
		if a.Outcome != Skipped {
			made++
		}
	}
	return made
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
	// RequestID is the upstream's own name for a call that failed, Said the
	// beginning of what it answered, if that is text: both as it wrote them, both
	// zero when they are not known.
	RequestID RequestID
	Said      string
	// RetryAt is when the requested wait of this egress ends; zero without one.
	RetryAt time.Time
	// RetryMinimum: that is a minWait of the spec, longer than what was requested.
	RetryMinimum bool
	// RetryScope is what that wait is for where it is not what the spec says of limits:
	// contract.ScopePool is no egress at all.
	RetryScope contract.Scope
	// Rule is the name of the rule that said what the answer means; "" where a list of
	// status codes did.
	Rule string
	// UnreadWait is what the egress could not read in headers about waits, "name:
	// value" as the API sent it; "" for nothing.
	UnreadWait string
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
	// Reason is what decided how long it takes; empty when no report has said it.
	Reason contract.WaitReason
	// RequestedOf is the egress that the upstream has requested to wait until
	// then, or whose minWait it is; 0 when the wait is a backoff.
	RequestedOf int
	// Jitter is the part of the wait that lies on top of what was requested.
	Jitter time.Duration
}

// Duration is how long the wait takes.
func (w Wait) Duration() time.Duration { return w.Until.Sub(w.Began) }

// decided takes from a report what decided the wait. Those of an older runtime do not
// say it.
func (w *Wait) decided(reason contract.WaitReason, egress, jitterSeconds int) {
	if reason != "" {
		w.Reason, w.RequestedOf = reason, egress
		w.Jitter = min(max(0, time.Duration(jitterSeconds)*time.Second), w.Duration())
	}
}

// OutcomeOf is that of an attempt which an egress has reported under this error's
// name; Crashed for another name.
func OutcomeOf(name string) Outcome {
	if o, reported := outcomes[name]; reported {
		return o
	}
	return Crashed
}

// ErrorOf is the name of the error that an outcome is reported under; "" for one
// that no egress reports.
func ErrorOf(o Outcome) string {
	for name, outcome := range outcomes {
		if outcome == o && name != contract.ErrAllLimited {
			return name
		}
	}
	return ""
}
