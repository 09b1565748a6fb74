package egress

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// header reads lines of "name: value".
func header(lines ...string) http.Header {
	h := http.Header{}
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		h.Add(name, value)
	}
	return h
}

func TestRequestedWait(t *testing.T) {
	const absent, tenYears = -1, 315360000
	all := []string{"retry-after", "ratelimit", "x-ratelimit-reset"}
	tests := []struct {
		name   string
		names  []string
		header http.Header
		want   int
	}{
		{"nothing", all, header(), absent},
		{"seconds", all, header("Retry-After: 120"), 120},
		{"zero", all, header("Retry-After: 0"), 0},
		{"a fraction is rounded up", all, header("Retry-After: 1.2"), 2},
		{"less than a second", all, header("Retry-After: .05"), 1},
		{"spaces around", all, header("Retry-After:  7 "), 7},
		{"date, IMF-fixdate", all, header("Retry-After: Sun, 01 Mar 2026 12:00:30 GMT"), 30},
		{"date, RFC 850", all, header("Retry-After: Sunday, 01-Mar-26 12:00:30 GMT"), 30},
		{"date, asctime", all, header("Retry-After: Sun Mar  1 12:00:30 2026"), 30},
		{"date by the server's own clock", all, header("Date: Sun, 01 Mar 2026 11:00:00 GMT", "Retry-After: Sun, 01 Mar 2026 11:00:30 GMT"), 30},
		{"date with an unreadable Date", all, header("Date: today", "Retry-After: Sun, 01 Mar 2026 12:00:30 GMT"), 30},
		{"date that has passed", all, header("Retry-After: Sun, 01 Mar 2026 11:59:59 GMT"), absent},

		{"milliseconds", []string{"retry-after-ms"}, header("Retry-After-Ms: 1500"), 2},
		{"milliseconds, not a number", []string{"retry-after-ms"}, header("Retry-After-Ms: one"), absent},
		{"milliseconds, but the value has a unit", []string{"retry-after-ms"}, header("Retry-After-Ms: 3s"), 3},
		{"negative", all, header("Retry-After: -5"), absent},
		{"ten years", all, header("Retry-After: 315360000"), tenYears},
		{"more than ten years count as ten", all, header("Retry-After: 315360001"), tenYears},
		{"much more", all, header("Retry-After: 999999999"), tenYears},
		{"the largest of 31 bits", all, header("Retry-After: 2147483647"), tenYears},
		{"beyond a float", all, header("Retry-After: " + strings.Repeat("9", 400)), tenYears},
		{"beyond a float, reset", all, header("X-RateLimit-Reset: " + strings.Repeat("9", 400)), tenYears},
		{"a number of seconds that would be a stale epoch", all, header("Retry-After: 1234567890"), tenYears},
		{"a number of seconds that is too large, reset", all, header("X-RateLimit-Reset: 999999999"), tenYears},
		{"an epoch that has just passed", all, header("Retry-After: 1772366398"), absent},
		{"a date in the year 9999", all, header("Retry-After: Fri, 31 Dec 9999 23:59:59 GMT"), tenYears},
		{"a reset in the year 9999", all, header("X-RateLimit-Reset: 9999-12-31T23:59:59Z"), tenYears},
		{"more than ten years, with a unit", all, header("Retry-After: 999999999s"), tenYears},
		{"a number of seconds with a unit that would be a stale epoch", all, header("Retry-After: 1234567890 seconds"), tenYears},
		{"an exponent without end", all, header("Retry-After: 1.5E300"), tenYears},
		{"a reset of 400 years, with a unit", all, header("X-RateLimit-Reset: 146000d"), tenYears},
		{"milliseconds without end", []string{"retry-after-ms"}, header("Retry-After-Ms: 99999999999999999999"), tenYears},
		{"NaN", all, header("Retry-After: NaN"), absent},
		{"Inf", all, header("Retry-After: Inf"), absent},
		{"exponent", all, header("Retry-After: 1e3"), 1000},
		{"exponent, as Go writes a million", all, header("Retry-After: 1e+06"), 1_000_000},
		{"exponent, with a fraction", all, header("Retry-After: 1.5e3"), 1500},
		{"exponent, below a second", all, header("Retry-After: 5e-1"), 1},
		{"exponent, next to nothing", all, header("Retry-After: 1e-99999"), 0},
		{"exponent, a point in time", all, header("X-RateLimit-Reset: 177236643e1"), 30},
		{"exponent beyond a float", all, header("Retry-After: 1e400"), tenYears},
		{"exponent beyond a float, with a fraction", all, header("Retry-After: 1.5e400"), tenYears},
		{"exponent beyond 64 bits", all, header("Retry-After: 1e99999999999999999999"), tenYears},
		{"exponent beyond a float, reset", all, header("X-RateLimit-Reset: 1E+400", "X-RateLimit-Remaining: 0"), tenYears},
		{"exponent beyond a float, milliseconds", []string{"retry-after-ms"}, header("Retry-After-Ms: 1e400"), tenYears},
		{"exponent that is no whole number", all, header("Retry-After: 1e400.0"), absent},
		{"exponent without digits", all, header("Retry-After: 1e"), absent},
		{"exponent with two signs", all, header("Retry-After: 1e-+3"), absent},
		{"exponent without a number", all, header("Retry-After: e3"), absent},
		{"exponent of a negative number", all, header("Retry-After: -1e3"), absent},
		{"hex", all, header("Retry-After: 0x10"), absent},
		{"words", all, header("Retry-After: soon"), absent},
		{"empty", all, header("Retry-After: "), absent},
		{"two dots", all, header("Retry-After: 1.2.3"), absent},

		{"the longest of several lines", all, header("Retry-After: 5", "Retry-After: 9", "Retry-After: x"), 9},
		{"the longest of a joined line", all, header("Retry-After: 5, 9"), 9},
		{"a reset that is not said to be used up gives way to retry-after", all, header("X-RateLimit-Reset: 50", "Retry-After: 5"), 5},
		{"also to one of 0 s", all, header("X-RateLimit-Reset: 50", "Retry-After: 0"), 0},
		{"a reset that is used up does not, when longer", all,
			header("X-RateLimit-Reset: 50", "X-RateLimit-Remaining: 0", "Retry-After: 5"), 50},
		{"nor when shorter", all, header("X-RateLimit-Reset: 5", "X-RateLimit-Remaining: 0", "Retry-After: 50"), 50},
		{"the longest of two fields", []string{"x-ratelimit-reset-calls", "x-ratelimit-reset-bytes"},
			header("X-RateLimit-Reset-Calls: 4s", "X-RateLimit-Remaining-Calls: 0", "X-RateLimit-Reset-Bytes: 12.3s",
				"X-RateLimit-Remaining-Bytes: 0"), 13},
		{"the longest of two that are not said to be used up", []string{"x-ratelimit-reset-calls", "x-ratelimit-reset-bytes"},
			header("X-RateLimit-Reset-Calls: 14s", "X-RateLimit-Reset-Bytes: 2s"), 14},
		{"an unreadable one gives way to the next", all, header("Retry-After: later", "X-RateLimit-Reset: 50"), 50},
		{"one not named does not count", []string{"x-ratelimit-reset"}, header("Retry-After: 5"), absent},

		{"reset, delay", all, header("X-RateLimit-Reset: 45"), 45},
		{"reset, epoch seconds", all, header("X-RateLimit-Reset: 1772366445"), 45},
		{"reset, epoch by the server's clock", all, header("Date: Sun, 01 Mar 2026 11:59:50 GMT", "X-RateLimit-Reset: 1772366445"), 55},
		{"reset, epoch milliseconds", all, header("X-RateLimit-Reset: 1772366445500"), 46},
		{"reset that has passed", all, header("X-RateLimit-Reset: 1772366399"), absent},
		{"reset of another spelling", []string{"x-rate-limit-reset"}, header("X-Rate-Limit-Reset: 1772366445"), 45},
		{"reset, RateLimit-Reset", []string{"ratelimit-reset"}, header("RateLimit-Reset: 30"), 30},
		{"reset, 1s", []string{"x-ratelimit-reset-requests"}, header("X-RateLimit-Reset-Requests: 1s"), 1},
		{"reset, 6m0s", []string{"x-ratelimit-reset-requests"}, header("X-RateLimit-Reset-Requests: 6m0s"), 360},
		{"reset, 200ms", []string{"x-ratelimit-reset-requests"}, header("X-RateLimit-Reset-Requests: 200ms"), 1},
		{"reset, 1m30.5s", []string{"x-ratelimit-reset-requests"}, header("X-RateLimit-Reset-Requests: 1m30.5s"), 91},
		{"reset, negative duration", []string{"x-ratelimit-reset-requests"}, header("X-RateLimit-Reset-Requests: -1s"), absent},
		{"reset, RFC 3339", []string{"anthropic-ratelimit-requests-reset"}, header("Anthropic-Ratelimit-Requests-Reset: 2026-03-01T12:00:12Z"),
			12},
		{"reset, RFC 3339 with zone and fraction", []string{"anthropic-ratelimit-requests-reset"},
			header("Anthropic-Ratelimit-Requests-Reset: 2026-03-01T13:00:12.5+01:00"), 13},
		{"reset, HTTP date", all, header("X-RateLimit-Reset: Sun, 01 Mar 2026 12:00:30 GMT"), 30},

		{"calls remain", all, header("X-RateLimit-Reset: 45", "X-RateLimit-Remaining: 1"), absent},
		{"none remain", all, header("X-RateLimit-Reset: 45", "X-RateLimit-Remaining: 0"), 45},
		{"calls remain, name in the middle", []string{"x-ratelimit-reset-tokens"},
			header("X-RateLimit-Reset-Tokens: 45s", "X-RateLimit-Remaining-Tokens: 3"), absent},
		{"calls remain, name at the end", []string{"anthropic-ratelimit-requests-reset"},
			header("Anthropic-Ratelimit-Requests-Reset: 2026-03-01T12:00:12Z", "Anthropic-Ratelimit-Requests-Remaining: 3"), absent},

		{"ratelimit", all, header(`RateLimit: "default";r=0;t=30`), 30},
		{"ratelimit, token and spaces", all, header(`RateLimit: default; r=0; t=30`), 30},
		{"ratelimit, calls remain", all, header(`RateLimit: "default";r=1;t=30`), absent},
		{"ratelimit, the longest that is used up", all, header(`RateLimit: "a";r=0;t=5, "b";r=0;t=50, "c";r=9;t=500`), 50},
		{"ratelimit, several lines", all, header(`RateLimit: "a";r=0;t=5`, `RateLimit: "b";r=0;t=50`), 50},
		{"ratelimit, separators in a name", all, header(`RateLimit: "a,\";r=0;t=99,";r=0;t=5`), 5},
		{"ratelimit, no time", all, header(`RateLimit: "a";r=0`), absent},
		{"ratelimit, absurd", all, header(`RateLimit: "a";r=0;t=99999999999`), tenYears},
		{"ratelimit, no calls said", all, header(`RateLimit: "a";t=20`), 20},
		{"ratelimit, no calls said, beside retry-after", all, header(`RateLimit: "a";t=20`, "Retry-After: 2"), 2},
		{"ratelimit, used up, beside retry-after", all, header(`RateLimit: "a";r=0;t=20`, "Retry-After: 2"), 20},
		{"ratelimit, a bare number is no wait", all, header("RateLimit: 20"), absent},
		{"ratelimit, older form, two windows in a line", all,
			header("RateLimit: limit=10, remaining=0, reset=30, limit=500, remaining=450, reset=3000"), 30},
		{"ratelimit, older form, two lines", all,
			header("RateLimit: limit=10, remaining=3, reset=30", "RateLimit: limit=500, remaining=0, reset=3000"), 3000},
		{"ratelimit, older form, limit in the middle", all, header("RateLimit: remaining=0, limit=10, reset=30", "Retry-After: 2"), 30},
		{"ratelimit, older form, other order", all, header("RateLimit: reset=30, remaining=0, limit=10"), 30},
		{"ratelimit, older form", all, header("RateLimit: limit=100, remaining=0, reset=30"), 30},
		{"ratelimit, older form, calls remain", all, header("RateLimit: limit=100, remaining=5, reset=30"), absent},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, _, ok := requestedWait(test.header, test.names, true, noon)
			if !ok {
				got = absent
			}
			diff(t, "seconds", test.want, got)
		})
	}
}

// Every value says 12:00:30, half a minute past noon, or 30 seconds.
func TestEveryFormIsReadInEveryField(t *testing.T) {
	for _, value := range []string{
		"30", "30.0", "30;w=60", `"30"`, "1772366430", "1772366430.0", "1772366430000", "1772366430000000", "1772366430000000000",
		"@1772366430",
		"30s", "30 s", "30S", "30 sec", "30 seconds", "30000ms", "30000 milliseconds", "0.5m", "0m30s", "0 minutes 30 seconds", "PT30S",
		"2026-03-01T12:00:30Z", "2026-03-01T12:00:30.000Z", "2026-03-01T12:00:30", "2026-03-01t12:00:30z", "2026-03-01 12:00:30",
		"2026-03-01 12:00:30Z", "2026-03-01 12:00:30 UTC", "2026-03-01T14:00:30+02:00", "2026-03-01T06:30:30-0530", "2026-03-01T14:00:30+02",
		"2026-03-01 12:00:30 +0000 UTC", "20260301T120030Z", "20260301T130030+0100", "2026/03/01 12:00:30",
		"01 Mar 26 12:00:30 GMT", "Sunday, 1 March 2026 12:00:30 UTC", "2026-03-01 12:00:30.000000+00:00", "P0DT0H0M30S",
		`"2026-03-01T12:00:30Z"`,
		"Sun, 01 Mar 2026 12:00:30 GMT", "Sun, 01 Mar 2026 12:00:30 UTC", "Sun, 01 Mar 2026 12:00:30 -0000", "Sun, 1 Mar 2026 12:00:30 Z",
		"Sun, 01 Mar 2026 13:00:30 +0100", "Sun, 01 Mar 2026 12:00:30", "01 Mar 2026 12:00:30 GMT", "Sunday, 01-Mar-26 12:00:30 UTC",
		"Sun, 01-Mar-2026 12:00:30 GMT", "sun, 01 mar 2026 12:00:30 utc", "Sun Mar  1 12:00:30 UTC 2026", "Sun Mar 01 14:00:30 +0200 2026",
		"2026-03-01T12:00:30Z[UTC]", "2026-03-01T13:00:30+01:00[Europe/Paris]", "2026-03-01T12:00:30Z[Etc/UTC][u-ca=iso8601]",
		"2026-03-01 12:00:30.000000000 +0000 UTC m=+0.000012", "2026-03-01 13:00:30 +0100 CET", "2026-03-01 15:30:30 +0330 +0330",
		"2026-3-1 12:00:30", "20260301120030", "March 1, 2026 12:00:30 UTC", "Sunday, March 1, 2026 12:00:30 GMT", "Mar 1, 2026 12:00:30",
		"1.77236643E9", "1.77236643e+09", "1772366430s", "1772366430000 ms", "30000 millis", "30000msecs", "30000000 usec", "30000000μs",
		"P0Y0M0DT0H0M30S", "PT0.5M",
		"Sun Mar 01 2026 12:00:30 GMT+0000 (Coordinated Universal Time)", "Sun Mar 01 2026 07:00:30 GMT-0500 (Eastern Standard Time)",
	} {
		for _, name := range []string{"retry-after", "x-ratelimit-reset", "ratelimit-reset", "x-ratelimit-reset-after", "x-backoff"} {
			t.Run(name+" "+value, func(t *testing.T) {
				got, unread, ok := requestedWait(header(name+": "+value), []string{name}, true, noon)
				if got != 30 || unread != "" || !ok {
					t.Errorf("got %d, %q, %t", got, unread, ok)
				}
			})
		}
	}
	for value, want := range map[string]int{
		"2026-03-01T12:01": 60, "2026-03-01T12:01Z": 60, "2026-03-01 12:02": 120, "2026-03-01T14:01+02:00": 60, "2026-03-02": 43200,
		"500ms": 1, "1m30s": 90, "2 minutes": 120, "1 hour": 3600, "1h 5m": 3900, "2d": 172800, "P1D": 86400, "1w": 604800, "pt1h5m": 3900,
		"999999us":     1,
		"1772366430.5": 31, "1772366430001": 31, "1772366430000001": 31,
	} {
		t.Run(value, func(t *testing.T) {
			got, unread, _ := requestedWait(header("Retry-After: "+value), []string{"retry-after"}, true, noon)
			if got != want || unread != "" {
				t.Errorf("got %d, %q, want %d", got, unread, want)
			}
		})
	}
}

func TestWhatIsNotReadIsSaid(t *testing.T) {
	names := []string{"retry-after", "ratelimit", "x-ratelimit-reset"}
	tests := []struct {
		name   string
		header http.Header
		want   string
	}{
		{"nothing", header(), ""},
		{"all was read", header("Retry-After: 5", "X-RateLimit-Reset: 9"), ""},
		{"words", header("Retry-After: in a while"), "retry-after: in a while"},
		{"beside one that was", header("Retry-After: 5", "Retry-After: shortly"), "retry-after: shortly"},
		{"in two fields", header("Retry-After: shortly", "X-RateLimit-Reset: never"), "retry-after: shortly; x-ratelimit-reset: never"},
		{"a date that means two things", header("Retry-After: 3/1/2026, 12:00:30 PM"), "retry-after: 3/1/2026, 12:00:30 PM"},
		{"a zone that means two things", header("Retry-After: Sun, 01 Mar 2026 12:00:30 IST"), "retry-after: Sun, 01 Mar 2026 12:00:30 IST"},
		{"a month has no length", header("Retry-After: 1 month"), "retry-after: 1 month"},
		{"a month of ISO 8601 has no length", header("Retry-After: P1M"), "retry-after: P1M"},
		{"a zone that nobody knows here", header("Retry-After: 2026-03-01T12:00:30[Europe/Paris]"),
			"retry-after: 2026-03-01T12:00:30[Europe/Paris]"},
		{"a zone that means two things, in parentheses", header("Retry-After: Sun, 01 Mar 2026 12:00:30 (IST)"),
			"retry-after: Sun, 01 Mar 2026 12:00:30 (IST)"},
		{"half of an exponent", header("Retry-After: 3.0e"), "retry-after: 3.0e"},
		{"an exponent with a fraction", header("Retry-After: 1e400.0"), "retry-after: 1e400.0"},
		{"an exponent beyond any range was read", header("Retry-After: 1e400"), ""},
		{"half past twelve, or twelve hours", header("Retry-After: 12:00:30"), "retry-after: 12:00:30"},
		{"a date with half a day", header("Retry-After: March 1, 2026, 12:00:30 PM"), "retry-after: March 1, 2026, 12:00:30 PM"},
		{"a month and a day", header("Retry-After: P1M1DT5S"), "retry-after: P1M1DT5S"},
		{"below 0", header("Retry-After: -5"), "retry-after: -5"},
		{"no date", header("Retry-After: 2026-02-30T12:00:00Z"), "retry-after: 2026-02-30T12:00:00Z"},
		{"what has passed was read", header("Retry-After: Sun, 01 Mar 2026 11:00:30 GMT", "X-RateLimit-Reset: 1772366000"), ""},
		{"nor what does not count", header("X-RateLimit-Reset: soon", "X-RateLimit-Remaining: 7"), ""},
		{"empty", header("Retry-After: "), ""},
		{"ratelimit", header("RateLimit: 100 per minute"), "ratelimit: 100 per minute"},
		{"ratelimit, only how many calls there are", header("RateLimit: limit=100"), ""},
		{"ratelimit, no time", header(`RateLimit: "a";r=0`), ""},
		{"ratelimit, an odd time", header(`RateLimit: "a";r=0;t=?1`), "ratelimit: ?1"},
		{"what a terminal or JSON would not like", header("Retry-After: \x1b[2J\u202e\xff<\"x"), "retry-after: ?[2J???'x"},
		{"much", header("Retry-After: " + strings.Repeat("never ", 99)), "retry-after: " + strings.Repeat("never ", 13) + "ne…"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, unread, _ := requestedWait(test.header, names, true, noon)
			diff(t, "unread", test.want, unread)
		})
	}
	if _, unread, _ := requestedWait(header("X-RateLimit-Reset: soon"), names, false, noon); unread != "" {
		t.Errorf("after no limit, %q", unread)
	}
}

func TestWindowsWithCallsLeftDoNotCount(t *testing.T) {
	const absent = -1
	tests := []struct {
		name   string
		field  string
		header http.Header
		want   int
	}{
		{"a number of its window", "ratelimit-reset", header("RateLimit-Remaining: 12;w=60", "RateLimit-Reset: 40"), absent},
		{"used up, of its window", "ratelimit-reset", header("RateLimit-Remaining: 0;w=60", "RateLimit-Reset: 40"), 40},
		{"overdrawn", "x-ratelimit-reset", header("X-RateLimit-Remaining: -3", "X-RateLimit-Reset: 40"), 40},
		{"half a call", "x-ratelimit-reset", header("X-RateLimit-Remaining: 0.5", "X-RateLimit-Reset: 40"), absent},
		{"nobody knows", "x-ratelimit-reset", header("X-RateLimit-Remaining: many", "X-RateLimit-Reset: 40"), 40},
		{"the second pair is used up", "x-rate-limit-reset", header("X-Rate-Limit-Remaining: 70", "X-Rate-Limit-Reset: 900",
			"X-Rate-Limit-Remaining: 0", "X-Rate-Limit-Reset: 11"), 11},
		{"both are used up", "x-rate-limit-reset", header("X-Rate-Limit-Remaining: 0", "X-Rate-Limit-Reset: 900",
			"X-Rate-Limit-Remaining: 0", "X-Rate-Limit-Reset: 11"), 900},
		{"none is", "x-rate-limit-reset", header("X-Rate-Limit-Remaining: 4", "X-Rate-Limit-Reset: 900",
			"X-Rate-Limit-Remaining: 1", "X-Rate-Limit-Reset: 11"), absent},
		{"joined lines", "x-rate-limit-reset", header("X-Rate-Limit-Remaining: 70, 0", "X-Rate-Limit-Reset: 900, 11"), 11},
		{"joined dates", "x-rate-limit-reset", header("X-Rate-Limit-Remaining: 70, 0",
			"X-Rate-Limit-Reset: Sun, 01 Mar 2026 13:00:00 GMT, Sun, 01 Mar 2026 12:00:11 GMT"), 11},
		{"one end, and any of the windows is used up", "ratelimit-reset",
			header("RateLimit-Remaining: 9;w=1, 0;w=60", "RateLimit-Reset: 40"), 40},
		{"one end, and all windows have calls left", "ratelimit-reset",
			header("RateLimit-Remaining: 9;w=1, 2;w=60", "RateLimit-Reset: 40"), absent},
		{"-time, without a hyphen", "ratelimit-resettime", header("RateLimit-Remaining: 2",
			"RateLimit-ResetTime: Sun, 01 Mar 2026 12:00:30 GMT"), absent},
		{"-timestamp", "x-quota-reset-timestamp", header("X-Quota-Remaining: 2", "X-Quota-Reset-Timestamp: 1772366445"), absent},
		{"-epoch, used up", "x-quota-reset-epoch", header("X-Quota-Remaining: 0", "X-Quota-Reset-Epoch: 1772366445"), 45},
		{"-after", "x-ratelimit-reset-after", header("X-RateLimit-Remaining: 2", "X-RateLimit-Reset-After: 40"), absent},
		{"a unit in the name", "x-ratelimit-reset-ms", header("X-RateLimit-Remaining: 2", "X-RateLimit-Reset-Ms: 40000"), absent},
		{"an interval", "x-quota-interval-seconds", header("X-Quota-Remaining: 2", "X-Quota-Interval-Seconds: 40"), absent},
		{"retry-after is no window", "retry-after", header("X-RateLimit-Remaining: 2", "Retry-After: 40"), 40},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, _, ok := requestedWait(test.header, []string{test.field}, true, noon)
			if !ok {
				got = absent
			}
			diff(t, "seconds", test.want, got)
		})
	}
}

func TestNamesSayTheirUnit(t *testing.T) {
	for name, want := range map[string]int{
		"retry-after": 4000, "retry-after-ms": 4, "x-quota-reset-milliseconds": 4, "x-wait-millis": 4, "x-retry-after-seconds": 4000,
		"x-wait-minutes": 240000, "x-ratelimit-reset-microseconds": 1, "X-Wait-MS": 4,
		"x-ratelimit-reset-minute": 4000, "x-ratelimit-reset-day": 4000, // these name windows
		"x_retry_after_ms": 4, "x-retryafterseconds": 4000, "x-waitmilliseconds": 4, "x-wait_minutes": 240000, "X-WaitMicroseconds": 1,
		"ms": 4000, "x-items": 4000, "seconds": 4000, "minutes-left": 4000,
	} {
		t.Run(name, func(t *testing.T) {
			got, _, _ := requestedWait(header(name+": 4000"), []string{name}, true, noon)
			diff(t, "seconds", want, got)
		})
	}
	got, _, _ := requestedWait(header("X-Reset-Ms: 1772366430000"), []string{"x-reset-ms"}, true, noon)
	diff(t, "a point in time in milliseconds", 30, got)
}

// An answer may have as many fields as fit into its header.
// An answer may have any number of lines: of each field the first fieldLimit values are
// read, so that the work for it is bounded.
func TestOfAFloodOfValuesTheFirstAreRead(t *testing.T) {
	const readable = "Sun, 01 Mar 2026 12:00:07 GMT"
	for _, test := range []struct {
		field, value string
	}{
		{"Retry-After", readable},
		{"Ratelimit", "limit=10, remaining=0, reset=7"},
		{"X-Ratelimit-Reset", readable},
	} {
		for _, before := range []int{fieldLimit - 1, fieldLimit, 100_000} {
			lines := slices.Repeat([]string{"Sun, 99 Mar 2026 12:00:30 GMT"}, before)
			h := http.Header{test.field: append(lines, test.value)}
			_, _, ok := requestedWait(h, []string{strings.ToLower(test.field)}, true, noon)
			diff(t, fmt.Sprintf("%s after %d others is read", test.field, before), before < fieldLimit, ok)
		}
	}
}

func TestOnlyRetryAfterRequestsAWaitWhenNoLimitWasMet(t *testing.T) {
	names := []string{"x-ratelimit-reset", "retry-after"}
	if got, _, ok := requestedWait(header("X-RateLimit-Reset: 50"), names, false, noon); ok {
		t.Errorf("x-ratelimit-reset gave %d", got)
	}
	for _, name := range []string{"retry-after", "retry-after-ms", "x-vendor-retry-after", "x-retryafter-ms", "retry_after"} {
		h := header("X-RateLimit-Reset: 50", name+": 5s")
		if got, _, ok := requestedWait(h, []string{"x-ratelimit-reset", name}, false, noon); !ok || got != 5 {
			t.Errorf("%s: got %d, %t, want 5", name, got, ok)
		}
	}
}

func FuzzRequestedWait(f *testing.F) {
	for _, seed := range []string{
		"120", "1.5", "Sun, 01 Mar 2026 12:00:30 GMT", "Sunday, 01-Mar-26 12:00:30 GMT", "1772366445", "1772366445500",
		"in 5 minutes", "2 minutes", "PT5S", "@1772366445", "1772366445500000", "2026-03-01 12:00", "Sun, 1 Mar 2026 12:00:30 -0000",
		"Sun Mar 01 2026 13:00:30 GMT+0100 (CET)", "5;w=60", "\xff\x1b[2J", "3/1/2026, 12:00:00",
		"6m0s", "2026-03-01T12:00:12Z", `"default";r=0;t=30`, "limit=100, remaining=0, reset=30", `"\`, "9e99", "",
	} {
		f.Add(seed, "0", "Sun, 01 Mar 2026 11:00:00 GMT")
	}
	names := []string{"retry-after", "ratelimit", "x-ratelimit-reset", "x-ratelimit-reset-requests", "reset"}
	f.Fuzz(func(t *testing.T, value, remaining, date string) {
		for _, name := range names {
			h := http.Header{}
			h.Add(name, value)
			h.Add("X-RateLimit-Remaining", remaining)
			h.Add("Date", date)
			got, unread, ok := requestedWait(h, names, true, noon)
			if got < 0 || time.Duration(got)*time.Second > longestWait || !ok && got != 0 {
				t.Fatalf("%s: %q requests %d seconds, %t", name, value, got, ok)
			}
			if len(unread) > unreadLimit || strings.ContainsFunc(unread, func(c rune) bool { return c < ' ' || c > '~' && c != '…' }) {
				t.Fatalf("%s: of %q is unread: %q", name, value, unread)
			}
			h.Add(name, "7")
			if name == "retry-after" {
				if again, _, ok := requestedWait(h, names, true, noon); !ok || again < 7 || again < got {
					t.Fatalf("%q and 7 request %d seconds", value, again)
				}
			}
		}
	})
}
