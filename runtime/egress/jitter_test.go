package egress

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sfngen/sfngen/runtime/contract"
)

func TestFullJitter(t *testing.T) {
	url, _ := serve(t, answering(500, ""))
	for _, test := range []struct {
		drawn float64
		want  int
	}{{0, 0}, {0.01, 1}, {0.5, 5}, {0.51, 6}, {0.999, 10}} {
		l := newLab(url)
		l.Random = func() float64 { return test.drawn }
		in := first("GET")
		in.Policy.FullJitter, in.Policy.Transient.BackoffSeconds = true, 10
		failed := mustFail(t, l.build(t), in)
		diff(t, "wait", test.want, failed.failure.WaitSeconds)
	}
}

// With full jitter a share of the backoff lies on top of a requested wait, whichever
// decided it, and no attempt is lost to that share.
func TestJitterOnTopOfARequestedWait(t *testing.T) {
	requested := func(seconds, jitter, egress int) pause {
		return pause{wait: seconds, jitter: jitter, waitReason: contract.WaitRequested, waitEgress: egress}
	}
	backoff := func(seconds int) pause { return pause{wait: seconds, waitReason: contract.WaitBackoff} }
	one := func(in *contract.Invocation) { in.Policy.Egresses = 1 }
	of := func(backoff int) func(*contract.Invocation) {
		return func(in *contract.Invocation) { in.Policy.Egresses, in.Policy.RateLimited.BackoffSeconds = 1, backoff }
	}
	credential := func(in *contract.Invocation) { in.Policy.RateLimited.Scope = contract.ScopeCredential }
	deadline := func(seconds int) func(*contract.Invocation) {
		return func(in *contract.Invocation) { in.Policy.Egresses, in.Policy.DeadlineSeconds = 1, seconds }
	}
	pool := func(*contract.Invocation) {}
	next := []contract.Attempt{limited(1, 2, 20*time.Second), broken(2, 3)}
	tests := []struct {
		name       string
		change     func(*contract.Invocation)
		past       []contract.Attempt
		status     int
		retryAfter string
		drawn      float64
		want       pause
	}{
		{"nothing on top", one, nil, 429, "5", 0, requested(5, 0, 1)},
		{"the least that is drawn above nothing", one, nil, 429, "5", 0.12, requested(6, 1, 1)},
		{"half", one, nil, 429, "5", 0.5, requested(9, 4, 1)},
		{"all of the backoff", one, nil, 429, "5", 0.999, requested(13, 8, 1)},
		{"shorter than the backoff", one, nil, 429, "1", 0.999, requested(9, 8, 1)},
		{"of a credential", credential, nil, 429, "5", 0.5, requested(9, 4, 1)},
		{"a 503", pool, nil, 503, "5", 0.5, requested(9, 4, 1)},
		{"of the next egress", pool, next, 500, "", 0.5, requested(24, 4, 2)},
		{"of the next egress, in the next round", pool, []contract.Attempt{limited(1, 2, 20*time.Second), limited(2, 3, time.Second)}, 429, "",
			0.5, requested(24, 4, 2)},
		{"maxWait bounds the request alone", one, nil, 429, "60", 0.999, requested(68, 8, 1)},
		{"more than maxWait", one, nil, 429, "61", 0.5, pause{}},
		{"a fresh egress goes at once", pool, nil, 429, "5", 0.5, pause{}},
		{"0 s requested: a backoff", one, nil, 429, "0", 0.5, backoff(4)},
		{"nothing requested: a backoff", one, nil, 429, "", 0.5, backoff(4)},
		{"a backoff of 1 s: one half adds nothing", of(1), nil, 429, "5", 0.49, requested(5, 0, 1)},
		{"a backoff of 1 s: the other half adds it", of(1), nil, 429, "5", 0.5, requested(6, 1, 1)},
		{"no backoff, no jitter", of(0), nil, 429, "5", 0.9, requested(5, 0, 1)},
		{"the deadline has room for all of it", deadline(12 + 13), nil, 429, "5", 0.99, requested(13, 8, 1)},
		{"the deadline cuts it", deadline(12 + 9), nil, 429, "5", 0.99, requested(9, 4, 1)},
		{"the deadline leaves nothing of it", deadline(12 + 5), nil, 429, "5", 0.99, requested(5, 0, 1)},
		{"the deadline cuts no request", deadline(12 + 4), nil, 429, "5", 0.99, pause{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			url, _ := serve(t, answering(test.status, "", "Retry-After", test.retryAfter))
			l, in := newLab(url), first("GET")
			if len(test.past) > 0 {
				in = after(in, nil, test.past...)
			}
			in.Policy.FullJitter, in.Policy.MaxAttempts, in.Policy.DeadlineSeconds = true, 6, 3600
			in.Policy.RateLimited.BackoffSeconds, in.Policy.Transient.BackoffSeconds = 8, 8
			test.change(&in)
			l.Random = func() float64 { return test.drawn }
			f := mustFail(t, l.build(t), in).failure
			diff(t, "wait", test.want, pause{f.WaitSeconds, f.WaitReason, f.WaitEgress, f.JitterSeconds}, cmp.AllowUnexported(pause{}))
			last := f.Attempts[len(f.Attempts)-1]
			diff(t, "wait of the record", test.want.wait, last.WaitSeconds)
		})
	}
}
