package local_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/clock/clocktest"
	"github.com/sfngen/sfngen/internal/local/mockapi"
)

// Nine requests, one after the other, to an API that takes 2 calls in 60 s from an address
// and bans one that goes on: it is called six times, which is what it allows.
func TestAPoolWithLimitsIsNeverRefused(t *testing.T) {
	t.Parallel()
	for _, limit := range kinds("2/60s") {
		t.Run(limit, func(t *testing.T) {
			t.Parallel()
			c := clocktest.NewVirtual(wholeSecond())
			upstream, at := asLimited(t, c.Now, mockapi.Ban{After: 3, For: time.Hour}, limit)
			r := run(t, coordinated(perAddress(2, "60s"), "count: 3", "maxAttempts: 3"), at, onClock(c))
			for i := range 9 {
				a := r.call("GET", "/orders", "")
				if i < 6 {
					a.says(t, 200, "X-Sfngen-Attempts", "1")
					continue
				}
				a.isProblem(t, 429, "upstream-rate-limited")
				if after, err := strconv.Atoi(a.header.Get("Retry-After")); err != nil || after < 60 || after > 62 {
					t.Errorf("Retry-After %q, want 60 or a little more", a.header.Get("Retry-After"))
				}
				same(t, "execution", "", a.execution)
			}
			same(t, "calls", 6, len(upstream.Requests()))
			same(t, "egresses", map[string]int{"127.0.0.101": 2, "127.0.0.102": 2, "127.0.0.103": 2}, byAddress(upstream))
			keeps(t, upstream)
		})
	}
}

func byAddress(a *mockapi.API) map[string]int {
	calls := map[string]int{}
	for _, q := range a.Requests() {
		calls[q.Address]++
	}
	return calls
}

// Where the spec states no limits, what one execution was told all know: one refusal for
// each address and window.
func TestAPoolWithoutLimitsIsRefusedOnce(t *testing.T) {
	t.Parallel()
	c := clocktest.NewVirtual(wholeSecond())
	upstream, at := asLimited(t, c.Now, mockapi.Ban{After: 3, For: time.Hour}, "2/60s")
	r := run(t, coordinated("", "count: 3", "maxAttempts: 3, rateLimit: {maxWait: 30s}"), at, onClock(c))
	got := map[int]int{}
	for range 18 {
		got[r.call("GET", "/orders", "").status]++
	}
	same(t, "answers", map[int]int{200: 6, 429: 12}, got)
	for address, n := range byAddress(upstream) {
		if n > 3 {
			t.Errorf("%d calls of %s, want 2 and at most one refusal", n, address)
		}
	}
	same(t, "refusals", 3, refusals(upstream))
}

// Twelve at once, where one call a second may come from each of two addresses: all are
// answered, in the time that pacing needs.
func TestACrowdIsPaced(t *testing.T) {
	t.Parallel()
	for _, limit := range kinds("1/1s") {
		t.Run(limit, func(t *testing.T) {
			t.Parallel()
			c := clocktest.NewTogether(wholeSecond())
			upstream, at := asLimited(t, c.Now, mockapi.Ban{After: 3, For: time.Hour}, limit)
			r := run(t, coordinated(perAddress(1, "1s"), "count: 2", "maxAttempts: 2"), at, together(c))
			crowd := newCrowd(t, c)
			for i := range 12 {
				crowd.send(r, 0, fmt.Sprintf("/orders/%d", i))
			}
			came := crowd.all()
			same(t, "answers", map[int]int{200: 12}, count(came))
			same(t, "calls", 12, len(upstream.Requests()))
			keeps(t, upstream)
			if took := c.Now().Sub(crowd.began); took < 5*time.Second || took > 6500*time.Millisecond {
				t.Errorf("took %s, want about 5.25 s: six slots of each egress", took)
			}
		})
	}
}

// A pool that is larger than maxAttempts uses all of its members.
func TestAPoolUsesAllOfItsMembers(t *testing.T) {
	t.Parallel()
	for _, limits := range []string{perAddress(2, "60s"), ""} {
		t.Run("limits "+limits, func(t *testing.T) {
			t.Parallel()
			c := clocktest.NewVirtual(wholeSecond())
			upstream, at := asLimited(t, c.Now, mockapi.Ban{}, "2/60s")
			r := run(t, coordinated(limits, "count: 5", "maxAttempts: 2, rateLimit: {maxWait: 30s}"), at, onClock(c))
			answered := 0
			for range 20 {
				if r.call("GET", "/orders", "").status == 200 {
					answered++
				}
			}
			same(t, "answered", 10, answered)
			same(t, "members", 5, len(byAddress(upstream)))
		})
	}
}

// All are cooling down: the end is waited for if it fits, else the caller is told at once,
// and the API sees nothing.
func TestAllCoolDown(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, wait string
		status     int
		retryAfter string
		waited     time.Duration
	}{
		{"it fits", "45s", 200, "", 40 * time.Second},
		{"it is longer than maxWait", "39s", 429, "40", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := clocktest.NewVirtual(wholeSecond())
			upstream, at := apiAt(t, mockapi.Config{Paths: scripts(t, "/=429:retry-after=40,429:retry-after=40,200")}, c.Now)
			r := run(t, coordinated("", "count: 2", "maxAttempts: 2, rateLimit: {maxWait: "+tt.wait+"}"), at, onClock(c))
			r.call("GET", "/orders", "").says(t, 429, "Retry-After", "40", "X-Sfngen-Attempts", "2")
			before, calls := c.Now(), len(upstream.Requests())
			same(t, "refused", 2, calls)
			a := r.call("GET", "/orders", "")
			a.says(t, tt.status, "Retry-After", tt.retryAfter)
			same(t, "waited", tt.waited, c.Now().Sub(before))
			if tt.status == 429 {
				same(t, "calls", calls, len(upstream.Requests()))
			}
		})
	}
}
