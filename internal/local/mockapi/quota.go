package mockapi

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// QuotaHeader is a family of header fields in which vendors report, with every
// answer, the limit, what remains of it, and when it is reset.
type QuotaHeader string

const (
	// RateLimit and RateLimit-Policy of draft-ietf-httpapi-ratelimit-headers-10:
	// "default";r=0;t=7.
	QuotaRateLimit QuotaHeader = "ratelimit"
	// The same field in draft 07: limit=5, remaining=0, reset=7.
	QuotaRateLimitList QuotaHeader = "ratelimit-list"
	// RateLimit-Limit, -Remaining and -Reset (seconds) of drafts 00 to 06.
	QuotaRateLimitReset QuotaHeader = "ratelimit-reset"
	// X-RateLimit-Limit, -Remaining and -Reset, in seconds from now.
	QuotaX QuotaHeader = "x-ratelimit"
	// X-RateLimit-Reset in seconds, or milliseconds, since 1970.
	QuotaXEpoch       QuotaHeader = "x-ratelimit-epoch"
	QuotaXEpochMillis QuotaHeader = "x-ratelimit-epoch-ms"
	// X-RateLimit-Reset as an RFC 3339 time.
	QuotaXTime QuotaHeader = "x-ratelimit-rfc3339"
	// X-RateLimit-Limit-Requests, -Remaining-Requests, and -Reset-Requests as a
	// duration such as 6m0s.
	QuotaXRequests QuotaHeader = "x-ratelimit-requests"
)

var quotaHeaders = []QuotaHeader{QuotaRateLimit, QuotaRateLimitList, QuotaRateLimitReset,
	QuotaX, QuotaXEpoch, QuotaXEpochMillis, QuotaXTime, QuotaXRequests}

// ParseQuotaHeaders reads names separated by commas, such as
// x-ratelimit-epoch,ratelimit.
func ParseQuotaHeaders(text string) ([]QuotaHeader, error) {
	var all []QuotaHeader
	for name := range strings.SplitSeq(text, ",") {
		one, err := choose(strings.TrimSpace(name), quotaHeaders)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

func (q QuotaHeader) validate() error { return oneOf(q, quotaHeaders) }

// set writes a quota into a header.
func (q QuotaHeader) set(header http.Header, left quota, now time.Time) {
	seconds, end := wholeSeconds(left.reset), now.Add(left.reset)
	switch q {
	case QuotaRateLimit:
		header.Set("RateLimit-Policy", fmt.Sprintf(`"default";q=%d;w=%s`, left.limit.Requests, wholeSeconds(left.limit.Window)))
		header.Set("RateLimit", fmt.Sprintf(`"default";r=%d;t=%s`, left.remaining, seconds))
	case QuotaRateLimitList:
		header.Set("RateLimit", fmt.Sprintf("limit=%d, remaining=%d, reset=%s", left.limit.Requests, left.remaining, seconds))
	case QuotaRateLimitReset:
		left.fields(header, "RateLimit-", "", seconds)
	case QuotaX:
		left.fields(header, "X-RateLimit-", "", seconds)
	case QuotaXEpoch:
		left.fields(header, "X-RateLimit-", "", strconv.FormatInt(upToSecond(end).Unix(), 10))
	case QuotaXEpochMillis:
		left.fields(header, "X-RateLimit-", "", strconv.FormatInt(end.Add(time.Millisecond-1).UnixMilli(), 10))
	case QuotaXTime:
		left.fields(header, "X-RateLimit-", "", upToSecond(end).UTC().Format(time.RFC3339))
	case QuotaXRequests:
		left.fields(header, "X-RateLimit-", "-Requests", roundUp(left.reset, time.Millisecond).String())
	}
}

func (left quota) fields(header http.Header, before, after, reset string) {
	header.Set(before+"Limit"+after, strconv.Itoa(left.limit.Requests))
	header.Set(before+"Remaining"+after, strconv.Itoa(left.remaining))
	header.Set(before+"Reset"+after, reset)
}
