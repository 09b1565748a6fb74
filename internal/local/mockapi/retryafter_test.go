package mockapi

import (
	"net/http"
	"testing"
	"time"
)

// The wait is 7.2503 s from half a second past noon: till 12:00:07.7503.
const waitInTests = 7250300 * time.Microsecond

func TestRetryAfterForms(t *testing.T) {
	want := map[RetryAfter]http.Header{
		RetryAfterSeconds:  {"Retry-After": {"8"}},
		RetryAfterFraction: {"Retry-After": {"7.251"}},
		RetryAfterMillis:   {"Retry-After-Ms": {"7251"}},
		RetryAfterDate:     {"Retry-After": {"Sun, 01 Mar 2026 12:00:08 GMT"}},
		RetryAfterNone:     {},
		RetryAfterPast:     {"Retry-After": {"Sun, 01 Mar 2026 11:00:01 GMT"}},
		RetryAfterNegative: {"Retry-After": {"-1"}},
		RetryAfterYear:     {"Retry-After": {"31536000"}},
		RetryAfterGarbage:  {"Retry-After": {"soon"}},
	}
	for _, form := range retryAfters {
		got := http.Header{}
		form.set(got, waitInTests, noon.Add(time.Second/2))
		diff(t, string(form), want[form], got)
	}
}

func TestQuotaHeaders(t *testing.T) {
	x := func(reset string) http.Header {
		return http.Header{"X-Ratelimit-Limit": {"5"}, "X-Ratelimit-Remaining": {"2"}, "X-Ratelimit-Reset": {reset}}
	}
	want := map[QuotaHeader]http.Header{
		QuotaRateLimit:      {"Ratelimit": {`"default";r=2;t=8`}, "Ratelimit-Policy": {`"default";q=5;w=10`}},
		QuotaRateLimitList:  {"Ratelimit": {"limit=5, remaining=2, reset=8"}},
		QuotaRateLimitReset: {"Ratelimit-Limit": {"5"}, "Ratelimit-Remaining": {"2"}, "Ratelimit-Reset": {"8"}},
		QuotaX:              x("8"),
		QuotaXEpoch:         x("1772366408"),
		QuotaXEpochMillis:   x("1772366407751"),
		QuotaXTime:          x("2026-03-01T12:00:08Z"),
		QuotaXRequests: {"X-Ratelimit-Limit-Requests": {"5"}, "X-Ratelimit-Remaining-Requests": {"2"},
			"X-Ratelimit-Reset-Requests": {"7.251s"}},
	}
	left := quota{limit: Limit{Requests: 5, Window: 10 * time.Second}, remaining: 2, reset: waitInTests}
	for _, family := range quotaHeaders {
		got := http.Header{}
		family.set(got, left, noon.Add(time.Second/2))
		diff(t, string(family), want[family], got)
	}
}

// On a whole second nothing is rounded up: no client waits a second too long.
func TestAWholeSecondStays(t *testing.T) {
	header := http.Header{}
	RetryAfterSeconds.set(header, 7*time.Second, noon)
	diff(t, "seconds", "7", header.Get("Retry-After"))
	RetryAfterDate.set(header, 7*time.Second, noon)
	diff(t, "date", "Sun, 01 Mar 2026 12:00:07 GMT", header.Get("Retry-After"))
}
