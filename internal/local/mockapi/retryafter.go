package mockapi

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// RetryAfter is a form of the Retry-After field (RFC 9110 10.2.3), or of what some
// vendors send instead. Every wait is rounded up: a client that waits that long is
// let through.
type RetryAfter string

const (
	RetryAfterSeconds  RetryAfter = "seconds"
	RetryAfterFraction RetryAfter = "fraction" // 1.250
	RetryAfterMillis   RetryAfter = "millis"   // retry-after-ms: 1250
	RetryAfterDate     RetryAfter = "date"     // an HTTP date
	RetryAfterNone     RetryAfter = "none"
	RetryAfterPast     RetryAfter = "past"     // an HTTP date, an hour ago
	RetryAfterNegative RetryAfter = "negative" // -1
	RetryAfterYear     RetryAfter = "year"     // 31536000
	RetryAfterGarbage  RetryAfter = "garbage"  // soon
)

var retryAfters = []RetryAfter{RetryAfterSeconds, RetryAfterFraction, RetryAfterMillis, RetryAfterDate,
	RetryAfterNone, RetryAfterPast, RetryAfterNegative, RetryAfterYear, RetryAfterGarbage}

// ParseRetryAfter reads seconds, fraction, millis, date, none, past, negative, year or garbage.
func ParseRetryAfter(text string) (RetryAfter, error) { return choose(text, retryAfters) }

func (f RetryAfter) validate() error { return oneOf(f, retryAfters) }

// set writes the requested wait into a header.
func (f RetryAfter) set(header http.Header, wait time.Duration, now time.Time) {
	switch f {
	case RetryAfterSeconds:
		header.Set("Retry-After", wholeSeconds(wait))
	case RetryAfterFraction:
		header.Set("Retry-After", fmt.Sprintf("%.3f", float64(roundUp(wait, time.Millisecond).Milliseconds())/1e3))
	case RetryAfterMillis:
		header.Set("Retry-After-Ms", strconv.FormatInt(roundUp(wait, time.Millisecond).Milliseconds(), 10))
	case RetryAfterDate:
		header.Set("Retry-After", httpDate(now.Add(wait)))
	case RetryAfterPast:
		header.Set("Retry-After", httpDate(now.Add(-time.Hour)))
	case RetryAfterNegative:
		header.Set("Retry-After", "-1")
	case RetryAfterYear:
		header.Set("Retry-After", "31536000")
	case RetryAfterGarbage:
		header.Set("Retry-After", "soon")
	}
}

func wholeSeconds(d time.Duration) string {
	return strconv.FormatInt(int64(roundUp(d, time.Second)/time.Second), 10)
}

func roundUp(d, unit time.Duration) time.Duration {
	return (d + unit - 1) / unit * unit
}

// httpDate is the first whole second that is not before at (RFC 9110 5.6.7).
func httpDate(at time.Time) string {
	return upToSecond(at).UTC().Format(http.TimeFormat)
}

func upToSecond(at time.Time) time.Time {
	if down := at.Truncate(time.Second); !down.Equal(at) {
		return down.Add(time.Second)
	}
	return at
}
