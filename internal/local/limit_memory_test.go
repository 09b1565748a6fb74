package local_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/clock/clocktest"
	"github.com/sfngen/sfngen/internal/history/story"
	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/local/mockapi"
)

// Nine requests, one after the other, to an API that takes 2 calls in 60 s from an address
// and bans one that goes on. Without memory they take 21 attempts, and ban the whole pool.
func TestAPoolThatRemembersIsNotBanned(t *testing.T) {
	t.Parallel()
	c := clocktest.NewVirtual(wholeSecond())
	upstream, at := apiAt(t, mockapi.Config{
		Limits: []mockapi.Limit{{Requests: 2, Window: time.Minute}}, Ban: mockapi.Ban{After: 3, For: time.Hour, Code: 403},
	}, c.Now)
	r := run(t, base(`retry: {maxAttempts: 3, `+noJitter+`}`), at, onClock(c))
	var got []string
	for range 9 {
		a := r.call("GET", "/orders", "")
		got = append(got, fmt.Sprintf("%d after %s, retry-after %q", a.status, a.header.Get("X-Sfngen-Attempts"), a.header.Get("Retry-After")))
	}
	same(t, "answers", []string{
		`200 after 1, retry-after ""`, `200 after 1, retry-after ""`,
		`200 after 2, retry-after ""`, `200 after 2, retry-after ""`,
		`200 after 3, retry-after ""`, `200 after 3, retry-after ""`,
		`429 after 3, retry-after "60"`, `429 after 3, retry-after "60"`, `429 after 3, retry-after "60"`,
	}, got)
	same(t, "upstream: one refusal for each address", fromEgresses("GET /orders", 1, 1, 1, 2, 2, 2, 3, 3, 3), callsAt(upstream))
	refused := 0
	for _, q := range upstream.Requests() {
		if q.Status == http.StatusForbidden {
			t.Error("an address is banned")
		}
		if q.Status == http.StatusTooManyRequests {
			refused++
		}
	}
	same(t, "refusals", 3, refused)

	if err := c.Sleep(t.Context(), time.Minute); err != nil {
		t.Fatal(err)
	}
	r.call("GET", "/orders", "").says(t, 200, "X-Sfngen-Attempts", "1")
}

// An API that says what is left is never called in vain.
func TestTheLastCallOfAWindowIsRemembered(t *testing.T) {
	t.Parallel()
	c := clocktest.NewVirtual(wholeSecond())
	upstream, at := apiAt(t, mockapi.Config{
		Limits: []mockapi.Limit{{Requests: 2, Window: time.Minute}}, Headers: []mockapi.QuotaHeader{mockapi.QuotaX},
	}, c.Now)
	r := run(t, base(`retry: {maxAttempts: 3, `+noJitter+`}`), at, onClock(c))
	for i := range 9 {
		a := r.call("GET", "/orders", "")
		if i < 6 {
			a.says(t, 200)
			continue
		}
		a.isProblem(t, 429, "upstream-rate-limited")
		a.says(t, 429, "Retry-After", "60", "X-Sfngen-Attempts", "3")
		same(t, "story", []string{"1 by egress 1: rate-limited skipped", "2 by egress 2: rate-limited skipped",
			"3 by egress 3: rate-limited skipped"}, storyOf(r, a.execution))
		first := r.attempts(a.execution)[0].Reason
		const want = "skipped: egress 1 cools down until 12:01:00Z (last call of its window by execution "
		if !strings.HasPrefix(first, want) {
			t.Errorf("reason %q, want %q…", first, want)
		}
	}
	same(t, "upstream", fromEgresses("GET /orders", 1, 1, 2, 2, 3, 3), callsAt(upstream))
}

// With an attempt left the end of the cool-down is waited for, if the execution may wait so
// long; else the caller is told at once, and the API sees nothing.
func TestACoolDownIsWaitedFor(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, spec string
		second     []string // how the request after the refused one goes
		status     int
		retryAfter string
	}{
		{"it fits", "egress: {count: 1}\nretry: {maxAttempts: 2, " + noJitter + ", rateLimit: {maxWait: 45s}}",
			[]string{"1 by egress 1: rate-limited skipped, waits 40s", "2 by egress 1: success 200"}, 200, ""},
		{"longer than maxWait", "egress: {count: 1}\nretry: {maxAttempts: 2, " + noJitter + ", rateLimit: {maxWait: 39s}}",
			[]string{"1 by egress 1: rejected skipped"}, 429, "40"},
		{"no attempt is left", "egress: {count: 1}\nretry: {maxAttempts: 1}",
			[]string{"1 by egress 1: rate-limited skipped"}, 429, "40"},
		{"of the credential", "egress: {count: 2, start: first}\nretry: {maxAttempts: 2, " + noJitter +
			", rateLimit: {scope: credential, maxWait: 45s}}",
			[]string{"1 by egress 1: rate-limited skipped, waits 40s", "2 by egress 2: success 200"}, 200, ""},
		{"of the credential, too long", "egress: {count: 2, start: first}\nretry: {maxAttempts: 2, " + noJitter +
			", rateLimit: {scope: credential, maxWait: 39s}}",
			[]string{"1 by egress 1: rejected skipped"}, 429, "40"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := clocktest.NewVirtual(wholeSecond())
			upstream, at := apiAt(t, mockapi.Config{Paths: scripts(t, "/last=200:x-ratelimit-remaining=0:x-ratelimit-reset=40", "/=200")}, c.Now)
			r := run(t, head+tt.spec, at, onClock(c))
			r.call("GET", "/last", "").says(t, 200)
			a := r.call("GET", "/orders", "")
			a.says(t, tt.status, "Retry-After", tt.retryAfter)
			same(t, "story", tt.second, storyOf(r, a.execution))
			calls := 0
			if tt.status == 200 {
				calls = 1
			}
			same(t, "calls", calls, len(callsUnder(upstream, "/orders")))
		})
	}
}

// A ban ends its execution, although other egresses are left, and later requests end at
// once, or wait for the end of it.
func TestABanIsKeptByThePool(t *testing.T) {
	t.Parallel()
	for _, start := range []string{"first", "random"} {
		c := clocktest.NewVirtual(wholeSecond())
		upstream, at := apiAt(t, mockapi.Config{Paths: scripts(t, "/=418,200")}, c.Now)
		r := run(t, head+"egress: {count: 2, start: "+start+"}\nretry:\n  maxAttempts: 2\n  "+noJitter+`
  rules:
    - {name: ban, when: {status: 418}, is: rejected, coolDown: {pool: 10m}}
`, at, onClock(c), func(o *local.Options) { o.Random = func() float64 { return 0 } })
		banned := r.call("GET", "/", "")
		banned.says(t, 418, "Retry-After", "", "X-Sfngen-Attempts", "1")
		same(t, "story", []string{"1 by egress 1: rejected 418"}, storyOf(r, banned.execution))
		same(t, "words", "rejected: 418 I'm a teapot (rule ban), the pool cools down for 10m0s", story.Result(r.attempts(banned.execution)[0]))

		next := r.call("GET", "/", "")
		next.isProblem(t, 429, "upstream-rate-limited")
		next.says(t, 429, "Retry-After", "600", "X-Sfngen-Attempts", "1")
		same(t, "story", []string{"1 by egress 1: rejected skipped"}, storyOf(r, next.execution))
		same(t, "calls", 1, len(upstream.Requests()))

		if err := c.Sleep(t.Context(), 9*time.Minute+20*time.Second); err != nil {
			t.Fatal(err)
		}
		waits := r.call("GET", "/", "")
		waits.says(t, 200, "X-Sfngen-Attempts", "2")
		same(t, "story", []string{"1 by egress 1: transient skipped, waits 40s", "2 by egress 2: success 200"}, storyOf(r, waits.execution))
		same(t, "why", "cool-down of the pool", story.WaitFor(*r.attempts(waits.execution)[0].Wait))
	}
}

// A circuit breaker: a limit with a coolDown leads through Wait states also where another
// egress of a pool would go at once.
func TestALimitWithACoolDownIsWaitedFor(t *testing.T) {
	t.Parallel()
	c := clocktest.NewVirtual(wholeSecond())
	upstream, at := apiAt(t, mockapi.Config{Paths: scripts(t, "/=420,200")}, c.Now)
	r := run(t, head+"egress: {count: 2, start: first}\nretry:\n  maxAttempts: 2\n  "+noJitter+`
  rules:
    - {name: calm, when: {status: 420}, is: rateLimited, coolDown: {pool: 50s}}
`, at, onClock(c))
	a := r.call("GET", "/", "")
	a.says(t, 200, "X-Sfngen-Attempts", "2")
	same(t, "story", []string{"1 by egress 1: rate-limited 420, waits 50s", "2 by egress 2: success 200"}, storyOf(r, a.execution))
	same(t, "calls", 2, len(upstream.Requests()))
}
