package mockapi

import (
	"testing"
	"time"
)

// What is told is what any span of the window saw, however the limit itself counts.
func TestWhatAnAPISaw(t *testing.T) {
	for _, tt := range []struct{ limit, want string }{
		{"2/10s", "127.0.0.101: at most 4 in any span of 10s, 5 in all, 1 refused  (limit 2/10s:fixed:ip)"},
		{"2/10s:sliding", "127.0.0.101: at most 4 in any span of 10s, 5 in all, 2 refused  (limit 2/10s:sliding:ip)"},
		{"2/10s:burst=5:all", "all: at most 4 in any span of 10s, 5 in all, 0 refused  (limit 2/10s:burst=5:all)"},
	} {
		world := newWorld()
		api := mustNew(t, Config{Limits: mustLimits(t, tt.limit)}, world.environment())
		url, client := start(t, api), from(t, "127.0.0.101")
		for _, pause := range []time.Duration{0, 9 * time.Second, time.Second, time.Millisecond, 0} { // from the first: 0, 9, 10, 10.001, 10.001
			world.advance(pause)
			statuses(t, client, url, 1)
		}
		saw := api.Saw()
		diff(t, "clients", 1, len(saw))
		diff(t, tt.limit, tt.want, saw[0].Line())
	}
}

func TestEachClientIsToldOfWithoutItsCredential(t *testing.T) {
	world := newWorld()
	api := mustNew(t, Config{Limits: mustLimits(t, "1/1m:credential"), Ban: Ban{After: 1, For: time.Hour}}, world.environment())
	url, client := start(t, api), from(t, "127.0.0.101")
	for _, key := range []string{"sk_secret_1", "sk_secret_2", "sk_secret_1", "sk_secret_1"} {
		mustCall(t, client, "GET", url, "", "X-Api-Key", key)
	}
	mustCall(t, client, "GET", url, "")
	var got []string
	for _, one := range api.Saw() {
		got = append(got, one.Line())
	}
	diff(t, "lines", []string{
		"credential 1: at most 3 in any span of 1m, 3 in all, 2 refused, banned 1×  (limit 1/1m:fixed:credential)",
		"credential 2: at most 1 in any span of 1m, 1 in all, 0 refused  (limit 1/1m:fixed:credential)",
		"no credential: at most 1 in any span of 1m, 1 in all, 0 refused  (limit 1/1m:fixed:credential)",
	}, got)
	api.Reset()
	diff(t, "after a reset", 0, len(api.Saw()))
}

// Memory is bounded, and what is told is never too low.
func TestManyCallsInAWindow(t *testing.T) {
	for _, inWindow := range []int{1024, 2000, 100_000} {
		var s sight
		now := noon
		for range 3 * inWindow {
			s.see(time.Hour, now)
			now = now.Add(time.Hour / time.Duration(inWindow))
		}
		if s.most < inWindow || s.most > inWindow+inWindow/500 {
			t.Errorf("most %d, want %d or a few more", s.most, inWindow)
		}
		if len(s.latest) > maxSights {
			t.Errorf("%d groups", len(s.latest))
		}
	}
}
