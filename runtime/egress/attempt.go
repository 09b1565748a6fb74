package egress

import (
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// attempt is an invocation that was read: which one of the execution it is and
// what came before.
type attempt struct {
	contract.Invocation
	egress int       // the egress that makes it, 1..50
	end    time.Time // of the whole execution
	// past are the attempts before this one, those included whose egress
	// crashed. The last gap of them were never reported: they crashed after the
	// last one that an egress knew of.
	past []contract.Attempt
	gap  int
	by   caller // nil where the egress shows no credentials
	// previous is the last failure that an egress reported, if any.
	previous contract.Failure
	// turn is how a coordinated attempt comes to its call.
	turn
}

// readAttempt reads an invocation for the egress with the given number. The
// error names what in it is not as the definition writes it.
func readAttempt(in contract.Invocation, egress int) (attempt, error) {
	in.Policy = in.Policy.Renamed()
	a := attempt{Invocation: in, egress: egress}
	p := in.Policy
	switch {
	case in.Attempt < 1 || in.Attempt > p.MaxAttempts:
		return a, fmt.Errorf("invocation: attempt must be 1 to policy.maxAttempts (%d), got %d", p.MaxAttempts, in.Attempt)
	case p.Egresses < 1:
		return a, fmt.Errorf("invocation: policy.egresses must be at least 1, got %d", p.Egresses)
	case p.DeadlineSeconds < 1:
		return a, fmt.Errorf("invocation: policy.deadlineSeconds must be at least 1, got %d", p.DeadlineSeconds)
	}
	start, err := time.Parse(time.RFC3339Nano, in.Execution.StartTime)
	if err != nil {
		return a, fmt.Errorf("invocation: execution.startTime: %w", err)
	}
	if err := a.fillTemplate(); err != nil {
		return a, err
	}
	a.end = start.Add(time.Duration(p.DeadlineSeconds) * time.Second)
	a.previous = readFailure(in.Input.Failure)
	a.readPast()
	return a, nil
}

// fillTemplate makes the request of an event whose parts come from it. Without all of
// them nothing is sent: another path would be another thing to act on.
func (a *attempt) fillTemplate() error {
	t := a.Input.Template
	if t == nil {
		return nil
	}
	filled, err := t.Fill(a.Input.Event)
	if err != nil {
		a.Input.Request = t.Request // for the log, as it is written
		return fmt.Errorf("the event %s: %w", a.Input.Trigger, err)
	}
	a.Input.Request = filled
	return nil
}

// readFailure reads what an earlier egress reported. A Cause that no egress wrote
// counts as no report: its attempts then count as crashed.
func readFailure(reported *contract.ErrorOutput) contract.Failure {
	if reported == nil {
		return contract.Failure{}
	}
	var cause contract.Cause
	var report contract.Report // in the form of either kind of execution: a definition may be older
	if json.Unmarshal([]byte(reported.Cause), &cause) != nil ||
		json.Unmarshal([]byte(cause.ErrorMessage), &report) != nil {
		return contract.Failure{}
	}
	return report.Failure
}

// readPast takes the attempts of the last report and adds those since, up to
// this one: an attempt without a report is one whose egress crashed.
func (a *attempt) readPast() {
	reported := a.previous.Attempts[:min(len(a.previous.Attempts), a.Attempt-1)]
	a.past = append(a.past, reported...)
	for k := len(reported) + 1; k < a.Attempt; k++ {
		a.past = append(a.past, contract.Attempt{Attempt: k, Egress: a.egressOf(k), Fault: contract.FaultEgress})
		a.gap++
	}
}

// egressOf gives the egress of attempt j.
func (a attempt) egressOf(j int) int {
	if died := a.diedBefore(a.Attempt - j); died > 0 {
		return died
	}
	return contract.EgressAfter(a.egress, j-a.Attempt, a.Policy.Egresses)
}

// outcome is the result of an attempt.
type outcome struct {
	// record is this attempt's entry; its Attempt is 0 when it was refused
	// because of what an earlier one may have done.
	record contract.Attempt
	// error is the name to report under; "" for a success.
	error  string
	reason string // what happened
	final  string // why no attempt follows; "" when one does, or for a success
	// certain: the upstream did not act on the request.
	certain bool
	// scope is what the limit counts; "" where the answer is none. least is the least
	// wait after the answer, in seconds.
	scope contract.Scope
	least int
	// pool: that wait is of all egresses, whoever asks them.
	pool      bool
	requested int // seconds that the upstream requests to wait; 0 also for no request
	// unread is what stands in headers and body about waits and could not be read.
	unread string
	pause
	handover
	answer *answer
	// forward is an earlier answer that replaces this attempt's.
	forward *contract.Response
}

// pause is the wait before the next attempt, and what decided it.
type pause struct {
	wait       int // seconds, jitter included
	waitReason contract.WaitReason
	waitEgress int // whose requested or least wait decided; 0 for a backoff
	jitter     int // seconds of wait that lie on top of such a wait
}

func backingOff(seconds int) pause {
	return pause{wait: seconds, waitReason: contract.WaitBackoff}
}

// atLeast lengthens the pause to a requested wait of an egress, or to its minWait.
func (p *pause) atLeast(seconds, egress int, minimum bool) {
	if seconds == 0 || seconds < p.wait {
		return
	}
	*p = pause{wait: seconds, waitReason: contract.WaitRequested, waitEgress: egress}
	if minimum {
		p.waitReason = contract.WaitMinimum
	}
}

// cut takes from the jitter what does not fit into the time that is left: no attempt is
// lost to it. What was requested is not cut.
func (p *pause) cut(left time.Duration) {
	over := int(math.Ceil((time.Duration(p.wait)*time.Second - left).Seconds()))
	if over > 0 && over <= p.jitter {
		p.wait -= over
		p.jitter -= over
	}
}

// never is the outcome of an attempt that no other may follow and that the
// upstream did not see.
func (a attempt) never(fault contract.Fault, reason string) outcome {
	return outcome{
		record:  contract.Attempt{Attempt: a.Attempt, Egress: a.egress, Fault: fault},
		error:   contract.ErrRejected,
		reason:  reason,
		final:   "it would fail again",
		certain: true,
	}
}

// reject makes the outcome final, whatever it was, unless it is already.
func (o *outcome) reject(why string) {
	o.error, o.final, o.pause = contract.ErrRejected, why, pause{}
}
