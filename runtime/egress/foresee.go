package egress

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/judge"
)

// Foreseen is what would come of an answer.
type Foreseen struct {
	// Verdict is what the answer means, whether or not an attempt may follow; zero where
	// there is no answer to judge, because its body is broken or no call would be made.
	Verdict judge.Verdict
	// Unmatched are the rules that do not match it, before the one that does.
	Unmatched []judge.Unmatched
	Error     string // the name that it is reported under; "" for a success
	Fault     contract.Fault
	Reason    string
	Final     string // why no attempt would follow; "" when one would, or for a success
	// WaitSeconds is the wait before the next attempt, JitterSeconds what of it lies on
	// top of what is requested. RequestedSeconds is what the answer requests, and
	// BlockedSeconds how long this egress may not call, or with Verdict.Scope credential
	// any.
	WaitSeconds, JitterSeconds, RequestedSeconds, BlockedSeconds int
	WaitReason                                                   contract.WaitReason
	UnreadWait                                                   string
	// CoolDownSeconds is how long other requests through this egress make no call after it.
	CoolDownSeconds int
}

// Foresee says what the egress would report of an answer to an invocation. It calls nothing
// and is a run all the same: one whose call gets this answer, the body packed or not. What
// the process was told counts for nothing in it, and it is told nothing.
func (e *Egress) Foresee(ctx context.Context, in contract.Invocation, resp *http.Response) Foreseen {
	at := *e
	at.transport, at.memory, at.pool = unpacking{theAnswer{resp}}, newMemory(), nil
	at.sleep = func(context.Context, time.Duration) error { return nil }
	if e.credentials != nil {
		at.credentials = e.credentials.foreseeing()
	}
	a, o := at.run(ctx, in)
	var v judge.Verdict
	var unmatched []judge.Unmatched
	if o.answer != nil {
		v, unmatched = a.verdict(o.answer), a.unmatched(o.answer)
	}
	if success, err := report(a, &o, e.now()); err == nil {
		o.record = success.Attempts[len(success.Attempts)-1]
	}
	f := Foreseen{
		Verdict: v, Unmatched: unmatched, Error: o.error, Fault: o.record.Fault, Reason: o.reason, Final: o.final, WaitSeconds: o.wait,
		JitterSeconds: o.jitter, RequestedSeconds: o.requested, WaitReason: o.waitReason, UnreadWait: o.unread,
	}
	if o.record.RetryAt != "" {
		f.BlockedSeconds = o.blocked()
	}
	f.CoolDownSeconds = at.memory.longestLeft(at.now())
	return f
}

// unmatched are the rules that an answer does not match, without credentials.
func (a attempt) unmatched(ans *answer) []judge.Unmatched {
	all := judge.UnmatchedBy(a.Policy, a.judged(), ans.asItCame().judged())
	for _, u := range all {
		for i := range u.Got {
			if a.by != nil {
				u.Got[i] = a.by.Mask(u.Got[i])
			}
		}
	}
	return all
}

// theAnswer is a transport to an upstream that gives this answer.
type theAnswer struct{ resp *http.Response }

func (a theAnswer) RoundTrip(req *http.Request) (*http.Response, error) {
	if trace := httptrace.ContextClientTrace(req.Context()); trace != nil { // as over a connection, for the words of a fault
		trace.GotConn(httptrace.GotConnInfo{})
		trace.WroteHeaders()
		trace.GotFirstResponseByte()
	}
	a.resp.Request = req
	return a.resp, nil
}
