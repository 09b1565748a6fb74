package mockapi

import (
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
		{"100/1h30m:bucket", Limit{Requests: 100, Window: 90 * time.Minute, Bucket: true}, ""},
		{"5", Limit{}, `must be COUNT/DURATION such as 5/10s, got "5"`},
		{"", Limit{}, `must be COUNT/DURATION such as 5/10s, got ""`},
		{"x/10s", Limit{}, `before the slash must be a whole number, got "x"`},
		{"5/10", Limit{}, `after the slash must be a duration such as 10s, got "10"`},
		{"0/10s", Limit{}, "the requests must be between 1 and 1000000, got 0"},
		{"0/0s", Limit{}, "the requests must be between 1 and 1000000, got 0"},
		{"-1/10s", Limit{}, "the requests must be between 1 and 1000000, got -1"},
		{"5/25h", Limit{}, "the window must be between 1ms and 24h, got 25h0m0s"},
		{"5/0s", Limit{}, "the window must be between 1ms and 24h, got 0s"},
		{"5/10s:leaky", Limit{}, `after the colon only bucket is known, got "leaky"`},
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
		{"0/60s", Ban{}, "the calls must be between 1 and 1000000, got 0"},
		{"3/48h", Ban{}, "the time must be between 1ms and 24h, got 48h0m0s"},
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
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			limit, err := ParseLimit(test.limit)
			if err != nil {
				t.Fatal(err)
			}
			var c client
			for i, want := range test.visits {
				left, allowed := c.take(limit, noon.Add(want.at))
				if got := (visit{want.at, allowed, left.remaining, left.reset}); got != want {
					t.Errorf("call %d: got %+v, want %+v", i+1, got, want)
				}
			}
		})
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
