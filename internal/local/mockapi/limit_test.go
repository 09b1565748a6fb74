package mockapi

import (
	"math/rand/v2"
	"testing"
	"time"
)

func TestParseLimit(t *testing.T) {
	tests := []struct {
		text string
		want Limit
		err  string
	}{
		{"5/10s", Limit{Requests: 5, Window: 10 * time.Second}, ""},
		{"1000000/1ms", Limit{Requests: 1_000_000, Window: time.Millisecond}, ""},
		{"100/1h30m:bucket", Limit{Requests: 100, Window: 90 * time.Minute, Kind: LimitBucket}, ""},
		{"100/1s:burst=20:credential", Limit{Requests: 100, Window: time.Second, Burst: 20, Per: PerCredential}, ""},
		{"1/1s:sliding:refused:ip", Limit{Requests: 1, Window: time.Second, Kind: LimitSliding, Refused: true, Per: PerIP}, ""},
		{"5/24h:clock", Limit{Requests: 5, Window: 24 * time.Hour, Kind: LimitClock}, ""},
		{"5", Limit{}, `must be COUNT/DURATION such as 5/10s, got "5"`},
		{"", Limit{}, `must be COUNT/DURATION such as 5/10s, got ""`},
		{"x/10s", Limit{}, `before the slash must be a whole number, got "x"`},
		{"5/10", Limit{}, `after the slash must be a duration such as 10s, got "10"`},
		{"0/10s", Limit{}, "the requests must be between 1 and 1000000000, got 0"},
		{"0/0s", Limit{}, "the requests must be between 1 and 1000000000, got 0"},
		{"-1/10s", Limit{}, "the requests must be between 1 and 1000000000, got -1"},
		{"5/8761h", Limit{}, "the window must be between 1ms and 8760h, got 8761h0m0s"},
		{"5/0s", Limit{}, "the window must be between 1ms and 8760h, got 0s"},
		{"5/10s:leaky", Limit{}, "after the colon must be fixed, clock, sliding, bucket, burst=N, refused, ip, credential or all, got \"leaky\""},
		{"5/10s:burst=0", Limit{}, `burst= takes a whole number from 1 up, got "0"`},
		{"5/10s:burst=many", Limit{}, `burst= takes a whole number from 1 up, got "many"`},
		{"5/10s:sliding:burst=9", Limit{}, "a burst is of a bucket, and of no sliding window"},
		{"5/10s:refused", Limit{}, "refused requests count only in a sliding window"},
		{"1/8760h:burst=101", Limit{}, "the burst must be between 1 and 1000000000, and refill within 876000h"},
		{"1000000000/1ms", Limit{}, "1000000000 requests in 1ms are more than one a nanosecond"},
	}
	for _, test := range tests {
		got, err := ParseLimit(test.text)
		if test.err != "" {
			diff(t, test.text, test.err, message(err))
			continue
		}
		diff(t, test.text, test.want, got)
		diff(t, "as text", test.text, got.String())
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestParseBan(t *testing.T) {
	tests := []struct {
		text string
		want Ban
		err  string
	}{
		{"3/60s", Ban{After: 3, For: time.Minute, Code: 403}, ""},
		{"1/1h:429", Ban{After: 1, For: time.Hour, Code: 429}, ""},
		{"3/60s:200", Ban{}, "the status must be an error status, 400..599, got 200"},
		{"3/60s:x", Ban{}, `after the colon must be an error status, 400..599, got "x"`},
		{"0/60s", Ban{}, "the calls must be between 1 and 1000000000, got 0"},
		{"3/2m..72h:418", Ban{After: 3, For: 2 * time.Minute, Most: 72 * time.Hour, Code: 418}, ""},
		{"3/8761h", Ban{}, "the time must be between 1ms and 8760h, got 8761h0m0s"},
		{"3/2m..1m", Ban{}, `after the dots must be a longer duration such as 72h, got "1m"`},
	}
	for _, test := range tests {
		got, err := ParseBan(test.text)
		if diff(t, test.text, test.err, message(err)); err == nil {
			diff(t, test.text, test.want, got)
		}
	}
}

// visit is a call at a point in time, and the expected quota.
type visit struct {
	at        time.Duration
	allowed   bool
	remaining int
	reset     time.Duration
}

func TestLimits(t *testing.T) {
	const s = time.Second
	tests := []struct {
		name   string
		limit  string
		visits []visit
	}{
		{"a fixed window begins with the first call", "2/10s", []visit{
			{3 * s, true, 1, 10 * s}, {5 * s, true, 0, 8 * s}, {5 * s, false, 0, 8 * s},
			{13*s - 1, false, 0, 1}, {13 * s, true, 1, 10 * s}}},
		{"a bucket gives back one by one", "2/10s:bucket", []visit{
			{0, true, 1, 5 * s}, {0, true, 0, 10 * s}, {0, false, 0, 5 * s}, {4 * s, false, 0, 1 * s},
			{5 * s, true, 0, 10 * s}, {20 * s, true, 1, 5 * s}}},
		{"a bucket whose share is no whole time", "3/10s:bucket", []visit{
			{0, true, 2, 3333333333}, {0, true, 1, 6666666666}, {0, true, 0, 9999999999}, {0, false, 0, 3333333333}}},
		{"a bucket deeper than its window", "1/1s:burst=3", []visit{
			{0, true, 2, 1 * s}, {0, true, 1, 2 * s}, {0, true, 0, 3 * s}, {0, false, 0, 1 * s}, {1 * s, true, 0, 3 * s}}},
		{"a window by the clock", "2/1m:clock", []visit{
			{50 * s, true, 1, 10 * s}, {59 * s, true, 0, 1 * s}, {59 * s, false, 0, 1 * s}, {60 * s, true, 1, 60 * s}}},
		{"a sliding window gives back what leaves it", "2/10s:sliding", []visit{
			{0, true, 1, 10 * s}, {4 * s, true, 0, 10 * s}, {9 * s, false, 0, 1 * s}, {10 * s, true, 0, 10 * s}, {11 * s, false, 0, 3 * s},
			{14 * s, true, 0, 10 * s}}},
		{"refused calls count", "1/10s:sliding:refused", []visit{
			{0, true, 0, 10 * s}, {9 * s, false, 0, 10 * s}, {18 * s, false, 0, 10 * s}, {28 * s, true, 0, 10 * s}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			limit, err := ParseLimit(test.limit)
			if err != nil {
				t.Fatal(err)
			}
			limit = limit.withDefaults(PerIP, LimitFixed)
			var c client
			for i, want := range test.visits {
				if got := c.visit(limit, want.at); got != want {
					t.Errorf("call %d: got %+v, want %+v", i+1, got, want)
				}
			}
		})
	}
}

// visit is one call, as an API with this limit alone takes it.
func (c *client) visit(limit Limit, at time.Duration) visit {
	now := noon.Add(at)
	wait := c.wait(limit, now)
	if wait > 0 && limit.Refused {
		c.count(limit, now)
		wait = c.wait(limit, now)
	}
	if wait > 0 {
		return visit{at, false, 0, wait}
	}
	c.count(limit, now)
	left := c.left(limit, now)
	return visit{at, true, left.remaining, left.reset}
}

// TestSpansOfASlidingWindow: whatever the callers' pace, no span of the window sees more
// than the limit, and who waits as long as told is let through.
func TestSpansOfASlidingWindow(t *testing.T) {
	for _, requests := range []int{1, 2, 7, 128, 129, 1000, 5000} {
		limit := Limit{Requests: requests, Window: 10 * time.Second, Kind: LimitSliding}
		random := rand.New(rand.NewPCG(1, uint64(requests)))
		var c client
		var passed []time.Duration
		at := time.Duration(0)
		for range 4*requests + 100 {
			at += time.Duration(random.Int64N(int64(limit.Window) * 3 / 2 / int64(requests)))
			wait := c.wait(limit, noon.Add(at))
			at += wait
			if again := c.wait(limit, noon.Add(at)); again > 0 {
				t.Fatalf("limit %d: after %s another %s", requests, wait, again)
			}
			c.count(limit, noon.Add(at))
			passed = append(passed, at)
		}
		for i := range passed[:len(passed)-requests] {
			if span := passed[i+requests] - passed[i]; span < limit.Window {
				t.Fatalf("limit %d: %d calls within %s", requests, requests+1, span)
			}
		}
	}
}

// TestClientsAreSmall: whoever calls how often, the state of a client has a bound.
func TestClientsAreSmall(t *testing.T) {
	limit := Limit{Requests: 1, Window: time.Hour, Kind: LimitSliding, Refused: true}
	var c client
	for i := range 100_000 {
		c.visit(limit, time.Duration(i)*time.Millisecond)
	}
	if len(c.calls) > maxGroups {
		t.Errorf("%d groups, at most %d", len(c.calls), maxGroups)
	}
}

func TestRangesAndShares(t *testing.T) {
	ranges := []struct{ text, again, err string }{
		{"50ms", "50ms", ""},
		{"50ms..200ms", "50ms..200ms", ""},
		{"0s", "0s", ""},
		{"60m", "1h", ""},
		{"50", "", `must be a duration such as 50ms, or two such as 50ms..200ms, got "50"`},
		{"50ms..", "", `must be a duration such as 50ms, or two such as 50ms..200ms, got "50ms.."`},
		{"200ms..50ms", "", "must go from the shorter to the longer time, got 200ms..50ms"},
		{"-1s", "", "must be between 0s and 1h, got -1s"},
		{"2h", "", "must be between 0s and 1h, got 2h"},
	}
	for _, test := range ranges {
		got, err := ParseRange(test.text)
		if diff(t, test.text, test.err, message(err)); err == nil {
			diff(t, test.text, test.again, got.String())
		}
	}
	shares := []struct {
		text string
		want float64
		err  string
	}{
		{"5%", 0.05, ""}, {"0.25", 0.25, ""}, {"100%", 1, ""}, {"0", 0, ""},
		{"101%", 0, `must be between 0% and 100%, got "101%"`},
		{"-1", 0, `must be between 0% and 100%, got "-1"`},
		{"NaN", 0, `must be between 0% and 100%, got "NaN"`},
		{"Inf", 0, `must be a share such as 5% or 0.05, got "Inf"`},
		{"few", 0, `must be a share such as 5% or 0.05, got "few"`},
	}
	for _, test := range shares {
		got, err := ParseShare(test.text)
		diff(t, test.text, test.err, message(err))
		diff(t, test.text, test.want, got)
	}
}
