package egress

import (
	"net/http"
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
	const absent = -1
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
		{"milliseconds, not a number", []string{"retry-after-ms"}, header("Retry-After-Ms: 1s"), absent},
		{"negative", all, header("Retry-After: -5"), absent},
		{"absurd", all, header("Retry-After: 1772366430"), absent},
		{"ten years, and no more", all, header("Retry-After: 315360001"), absent},
		{"beyond a float", all, header("Retry-After: " + strings.Repeat("9", 400)), absent},
		{"NaN", all, header("Retry-After: NaN"), absent},
		{"Inf", all, header("Retry-After: Inf"), absent},
		{"exponent", all, header("Retry-After: 1e3"), absent},
		{"hex", all, header("Retry-After: 0x10"), absent},
		{"words", all, header("Retry-After: soon"), absent},
		{"empty", all, header("Retry-After: "), absent},
		{"two dots", all, header("Retry-After: 1.2.3"), absent},

		{"the longest of several lines", all, header("Retry-After: 5", "Retry-After: 9", "Retry-After: x"), 9},
		{"the longest of a joined line", all, header("Retry-After: 5, 9"), 9},
		{"the first field that has one", all, header("X-RateLimit-Reset: 50", "Retry-After: 5"), 5},
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
		{"ratelimit, absurd", all, header(`RateLimit: "a";r=0;t=99999999999`), absent},
		{"ratelimit, older form", all, header("RateLimit: limit=100, remaining=0, reset=30"), 30},
		{"ratelimit, older form, calls remain", all, header("RateLimit: limit=100, remaining=5, reset=30"), absent},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, ok := requestedWait(test.header, test.names, true, noon)
			if !ok {
				got = absent
			}
			diff(t, "seconds", test.want, got)
		})
	}
}

func TestOnlyRetryAfterRequestsAWaitWhenNoLimitWasMet(t *testing.T) {
	names := []string{"x-ratelimit-reset", "retry-after"}
	if got, ok := requestedWait(header("X-RateLimit-Reset: 50"), names, false, noon); ok {
		t.Errorf("x-ratelimit-reset gave %d", got)
	}
	if got, ok := requestedWait(header("X-RateLimit-Reset: 50", "Retry-After: 5"), names, false, noon); !ok || got != 5 {
		t.Errorf("got %d, %t, want 5", got, ok)
	}
}

func FuzzRequestedWait(f *testing.F) {
	for _, seed := range []string{
		"120", "1.5", "Sun, 01 Mar 2026 12:00:30 GMT", "Sunday, 01-Mar-26 12:00:30 GMT", "1772366445", "1772366445500",
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
			got, ok := requestedWait(h, names, true, noon)
			if got < 0 || time.Duration(got)*time.Second > longestWait || !ok && got != 0 {
				t.Fatalf("%s: %q requests %d seconds, %t", name, value, got, ok)
			}
			h.Add(name, "7")
			if name == "retry-after" {
				if again, ok := requestedWait(h, names, true, noon); !ok || again < 7 || again < got {
					t.Fatalf("%q and 7 request %d seconds", value, again)
				}
			}
		}
	})
}
