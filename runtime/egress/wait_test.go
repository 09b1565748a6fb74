package egress

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sfngen/sfngen/runtime/contract"
)

func TestWaits(t *testing.T) {
	const tooLong = "every egress left is limited for longer than retry.rateLimit.maxWait (60s)"
	credential := func(in *contract.Invocation) { in.Policy.RateLimited.Scope = contract.ScopeCredential }
	backoff := func(seconds int) func(*contract.Invocation) {
		return func(in *contract.Invocation) {
			in.Policy.RateLimited.BackoffSeconds, in.Policy.Transient.BackoffSeconds = seconds, seconds
		}
	}
	six := func(change ...func(*contract.Invocation)) func(*contract.Invocation) {
		return func(in *contract.Invocation) {
			in.Policy.MaxAttempts, in.Policy.DeadlineSeconds = 6, 3600
			for _, c := range change {
				c(in)
			}
		}
	}
	maxWait0 := func(in *contract.Invocation) { in.Policy.Egresses, in.Policy.RequestedWait.MaxSeconds = 1, 0 }
	limitBy503 := func(in *contract.Invocation) { in.Policy.RateLimited.StatusCodes = codes("429", "503") }
	tests := []struct {
		name    string
		change  func(*contract.Invocation)
		past    []contract.Attempt
		status  int
		headers []string
		want    want
	}{
		{"fresh egress: at once", backoff(5), nil, 429, nil, want{name: contract.ErrRateLimited}},
		{"fresh egress: at once, whatever wait this one requests", six(), nil, 429, []string{"Retry-After", "3600"},
			want{name: contract.ErrRateLimited, retryAt: "2026-03-01T13:00:00Z"}},
		{"second round: at least the backoff", six(backoff(5)),
			[]contract.Attempt{limited(1, 2, 2*time.Second), limited(2, 3, time.Second)}, 429, nil,
			want{name: contract.ErrRateLimited, wait: 5}},
		{"second round: the next egress's own requested wait", six(backoff(5)),
			[]contract.Attempt{limited(1, 2, 20*time.Second), limited(2, 3, time.Second)}, 429, []string{"Retry-After", "50"},
			want{name: contract.ErrRateLimited, wait: 20, retryAt: "2026-03-01T12:00:50Z"}},
		{"second round: a requested wait that is over", six(backoff(0)),
			[]contract.Attempt{limited(1, 2, -time.Second), limited(2, 3, 0)}, 429, nil,
			want{name: contract.ErrRateLimited}},
		{"second round: next is out, a later one may go", six(),
			[]contract.Attempt{limited(1, 2, time.Hour), limited(2, 3, 10*time.Second)}, 429, nil,
			want{name: contract.ErrRateLimited}},
		{"second round: every one is out", six(), []contract.Attempt{limited(1, 2, time.Hour), limited(2, 3, time.Hour)}, 429,
			[]string{"Retry-After", "61"},
			want{name: contract.ErrRejected, final: tooLong, retryAt: "2026-03-01T12:01:01Z"}},
		{"second round: who may go has no attempt left", func(in *contract.Invocation) { in.Policy.MaxAttempts = 4 },
			[]contract.Attempt{limited(1, 2, time.Hour), limited(2, 3, time.Second)}, 429, nil,
			want{name: contract.ErrRejected, final: tooLong}},
		{"one egress waits for itself", six(func(in *contract.Invocation) { in.Policy.Egresses = 1 }), nil, 429, []string{"Retry-After", "30"},
			want{name: contract.ErrRateLimited, wait: 30, retryAt: "2026-03-01T12:00:30Z"}},
		{"one egress that is out ends it", six(func(in *contract.Invocation) { in.Policy.Egresses = 1 }), nil, 429, []string{"Retry-After", "61"},
			want{name: contract.ErrRejected, final: tooLong, retryAt: "2026-03-01T12:01:01Z"}},
		{"maxWait 0 ignores the requested wait", six(maxWait0), nil, 429, []string{"Retry-After", "3600"},
			want{name: contract.ErrRateLimited, wait: 1}},
		{"maxWait 0 does not shorten the backoff", six(backoff(30), maxWait0), nil, 429, nil,
			want{name: contract.ErrRateLimited, wait: 30}},

		{"credential: the requested wait", six(credential), nil, 429, []string{"Retry-After", "30"},
			want{name: contract.ErrRateLimited, wait: 30, retryAt: "2026-03-01T12:00:30Z"}},
		{"credential: the backoff, when longer", six(credential, backoff(40)), nil, 429, []string{"Retry-After", "30"},
			want{name: contract.ErrRateLimited, wait: 40, retryAt: "2026-03-01T12:00:30Z"}},
		{"credential: too long a requested wait ends it", six(credential), nil, 429, []string{"Retry-After", "61"},
			want{name: contract.ErrRejected, final: "the upstream asks to wait 61s, longer than retry.rateLimit.maxWait (60s)",
				retryAt: "2026-03-01T12:01:01Z"}},

		{"transient: the backoff", backoff(4), nil, 500, nil, want{name: contract.ErrTransient, wait: 4}},
		{"transient: the requested wait, when longer", backoff(4), nil, 503, []string{"Retry-After", "9"},
			want{name: contract.ErrTransient, wait: 9, retryAt: "2026-03-01T12:00:09Z"}},
		{"transient: a reset header requests no wait", backoff(4), nil, 500, []string{"X-RateLimit-Reset", "50"},
			want{name: contract.ErrTransient, wait: 4}},
		{"transient: too long a requested wait ends it", six(), nil, 503, []string{"Retry-After", "61"},
			want{name: contract.ErrRejected, final: "the upstream asks to wait 61s, longer than retry.rateLimit.maxWait (60s)",
				retryAt: "2026-03-01T12:01:01Z"}},
		{"transient: not before the next egress may", six(), []contract.Attempt{limited(1, 2, 20*time.Second), broken(2, 3)}, 500, nil,
			want{name: contract.ErrTransient, wait: 20}},
		{"transient: credential has no egress to wait for", six(credential), []contract.Attempt{limited(1, 2, 20*time.Second), broken(2, 3)}, 500,
			nil, want{name: contract.ErrTransient, wait: 1}},
		{"transient: the backoff, when the next egress is out", six(backoff(7)), []contract.Attempt{limited(1, 2, time.Hour), broken(2, 3)}, 500,
			nil, want{name: contract.ErrTransient, wait: 7}},

		{"503 that counts as a limit, without a requested wait", limitBy503, nil, 503, nil, want{name: contract.ErrRateLimited}},
		{"503 that counts as a limit, with a requested wait: a fresh egress at once", limitBy503, nil, 503, []string{"Retry-After", "9"},
			want{name: contract.ErrRateLimited, retryAt: "2026-03-01T12:00:09Z"}},
		{"503 that counts as a limit, of 0 s: a fresh egress at once", six(backoff(5), limitBy503), nil, 503, []string{"Retry-After", "0"},
			want{name: contract.ErrRateLimited, retryAt: "2026-03-01T12:00:00Z"}},
		{"503 that counts as a limit, by a reset header", limitBy503, nil, 503, []string{"X-RateLimit-Reset", "9"},
			want{name: contract.ErrRateLimited, retryAt: "2026-03-01T12:00:09Z"}},
		{"503 that counts as a limit of the credential waits", six(credential, limitBy503), nil, 503, []string{"Retry-After", "9"},
			want{name: contract.ErrRateLimited, wait: 9, retryAt: "2026-03-01T12:00:09Z"}},

		{"last attempt: the name stays, no wait", func(in *contract.Invocation) { in.Policy.MaxAttempts = 1 }, nil, 429,
			[]string{"Retry-After", "30"},
			want{name: contract.ErrRateLimited, final: "no attempt is left", retryAt: "2026-03-01T12:00:30Z"}},
		{"last attempt, transient", func(in *contract.Invocation) { in.Policy.MaxAttempts = 1 }, nil, 500, nil,
			want{name: contract.ErrTransient, final: "no attempt is left"}},
		{"no time for another", func(in *contract.Invocation) { in.Policy.DeadlineSeconds = 20 }, nil, 503, []string{"Retry-After", "9"},
			want{name: contract.ErrRejected, final: "the deadline of 20s leaves no time for another attempt", retryAt: "2026-03-01T12:00:09Z"}},
		{"just time for another", func(in *contract.Invocation) { in.Policy.DeadlineSeconds = 21 }, nil, 503, []string{"Retry-After", "9"},
			want{name: contract.ErrTransient, wait: 9, retryAt: "2026-03-01T12:00:09Z"}},
		{"no time even at once", func(in *contract.Invocation) { in.Policy.DeadlineSeconds = 11 }, nil, 429, nil,
			want{name: contract.ErrRejected, final: "the deadline of 11s leaves no time for another attempt"}},
	}
	// Nothing depends on where in a second the execution and the clock stand.
	for _, offset := range []time.Duration{0, 400 * time.Millisecond, time.Second - time.Microsecond} {
		for _, test := range tests {
			t.Run(fmt.Sprintf("%s at +%s", test.name, offset), func(t *testing.T) {
				url, _ := serve(t, answering(test.status, "", append(test.headers, "Date", noon.Format(http.TimeFormat))...))
				l, in := newLab(url), first("GET")
				l.Now = at(offset)
				in.Execution.StartTime = noon.Add(offset).Format(time.RFC3339Nano)
				if len(test.past) > 0 {
					in = after(in, nil, later(offset, test.past)...)
				}
				test.change(&in)
				test.want.retryAt = move(test.want.retryAt, offset)
				check(t, test.want, mustFail(t, l.build(t), in))
			})
		}
	}
}

// What a report says of its wait is what decided it.
func TestTheReasonOfAWait(t *testing.T) {
	backoff := func(seconds int) pause { return pause{wait: seconds, waitReason: contract.WaitBackoff} }
	requested := func(seconds, egress int) pause {
		return pause{wait: seconds, waitReason: contract.WaitRequested, waitEgress: egress}
	}
	one := func(in *contract.Invocation) { in.Policy.Egresses = 1 }
	credential := func(in *contract.Invocation) { in.Policy.RateLimited.Scope = contract.ScopeCredential }
	pool := func(*contract.Invocation) {}
	tests := []struct {
		name       string
		change     func(*contract.Invocation)
		past       []contract.Attempt
		status     int
		retryAfter string
		want       pause
		unread     string
	}{
		{"nothing requested", one, nil, 429, "", backoff(4), ""},
		{"0 s requested", one, nil, 429, "0", backoff(4), ""},
		{"0 s requested, no backoff", func(in *contract.Invocation) { in.Policy.Transient.BackoffSeconds = 0 }, nil, 503, "0", pause{}, ""},
		{"less than the backoff", one, nil, 429, "3", backoff(4), ""},
		{"as long as the backoff", one, nil, 429, "4", requested(4, 1), ""},
		{"more than the backoff", one, nil, 429, "5", requested(5, 1), ""},
		{"unreadable", one, nil, 429, "shortly", backoff(4), "retry-after: shortly"},
		{"0 s, of a credential", credential, nil, 429, "0", backoff(4), ""},
		{"of a credential", credential, nil, 429, "9", requested(9, 1), ""},
		{"0 s, transient", pool, nil, 503, "0", backoff(4), ""},
		{"transient", pool, nil, 503, "9", requested(9, 1), ""},
		{"unreadable, transient", pool, nil, 503, "soon", backoff(4), "retry-after: soon"},
		{"at once", pool, nil, 429, "9", pause{}, ""},
		{"at once, unreadable", pool, nil, 429, "soon", pause{}, "retry-after: soon"},
		{"the next egress is not free", pool, []contract.Attempt{limited(1, 2, 20*time.Second), broken(2, 3)}, 500, "", requested(20, 2), ""},
		{"the next egress is free before the backoff ends", pool, []contract.Attempt{limited(1, 2, 2*time.Second), broken(2, 3)}, 500, "",
			backoff(4), ""},
		{"none left", func(in *contract.Invocation) { in.Policy.MaxAttempts = 1 }, nil, 503, "9", pause{}, ""},
		{"too long", pool, nil, 503, "61", pause{}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			url, _ := serve(t, answering(test.status, "", "Retry-After", test.retryAfter))
			in := first("GET")
			if len(test.past) > 0 {
				in = after(in, nil, test.past...)
			}
			in.Policy.MaxAttempts, in.Policy.DeadlineSeconds = 6, 3600
			in.Policy.RateLimited.BackoffSeconds, in.Policy.Transient.BackoffSeconds = 4, 4
			test.change(&in)
			f := mustFail(t, newLab(url).build(t), in).failure
			diff(t, "wait", test.want, pause{f.WaitSeconds, f.WaitReason, f.WaitEgress, f.JitterSeconds}, cmp.AllowUnexported(pause{}))
			diff(t, "unread", test.unread, f.UnreadWait)
		})
	}
}

// later moves the ends of the requested waits.
func later(offset time.Duration, past []contract.Attempt) []contract.Attempt {
	moved := slices.Clone(past)
	for i := range moved {
		moved[i].RetryAt = move(moved[i].RetryAt, offset)
	}
	return moved
}

func move(retryAt string, offset time.Duration) string {
	if retryAt == "" {
		return ""
	}
	t, err := time.Parse(time.RFC3339, retryAt)
	if err != nil {
		panic(err)
	}
	return t.Add(offset).Truncate(time.Millisecond).Format(time.RFC3339Nano)
}

// A requested wait as long as maxWait is honoured, to its end.
func TestARequestedWaitOfMaxWaitIsHonoured(t *testing.T) {
	for _, offset := range []time.Duration{0, 400 * time.Millisecond, 999_999_999} {
		for status, name := range map[int]string{429: contract.ErrRateLimited, 503: contract.ErrTransient} {
			t.Run(fmt.Sprintf("%d at +%s", status, offset), func(t *testing.T) {
				url, _ := serve(t, answering(status, "", "Retry-After", "60"))
				l, in := newLab(url), first("GET")
				l.Now, in.Policy.Egresses = at(offset), 1
				failed := mustFail(t, l.build(t), in)
				check(t, want{name: name, wait: 60, retryAt: move("2026-03-01T12:01:00Z", offset)}, failed)
			})
		}
	}
}
