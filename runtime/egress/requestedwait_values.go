package egress

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// readRetryAfter reads delay seconds, which some APIs send with a fraction, or
// an HTTP date in any of its three formats (RFC 9110 10.2.3, 5.6.7).
func readRetryAfter(value string, now time.Time) (time.Duration, bool) {
	if number, ok := parseNumber(value); ok {
		return seconds(number)
	}
	date, err := http.ParseTime(value)
	return date.Sub(now), err == nil
}

// millis is how the fields end that count in milliseconds (retry-after-ms).
const millis = "-ms"

func readMillis(value string, _ time.Time) (time.Duration, bool) {
	number, ok := parseNumber(value)
	if !ok {
		return 0, false
	}
	return seconds(number / 1e3)
}

// From these sizes on, the number in a reset field is a point in time: epoch
// seconds since 2001, epoch milliseconds since 2001. Smaller ones are delays.
const (
	epochSeconds = 1e9
	epochMillis  = 1e12
)

// readReset reads the …-reset fields, for which there is no standard: a delay
// or epoch, told apart by size; a duration such as "6m0s" or "200ms"; a
// timestamp as RFC 3339 or as an HTTP date.
func readReset(value string, now time.Time) (time.Duration, bool) {
	if number, ok := parseNumber(value); ok {
		return readResetNumber(number, now)
	}
	if duration, err := time.ParseDuration(value); err == nil {
		return duration, true
	}
	if moment, err := time.Parse(time.RFC3339, value); err == nil {
		return moment.Sub(now), true
	}
	date, err := http.ParseTime(value)
	return date.Sub(now), err == nil
}

func readResetNumber(number float64, now time.Time) (time.Duration, bool) {
	switch {
	case number >= epochMillis:
		return seconds((number - float64(now.UnixMilli())) / 1e3)
	case number >= epochSeconds:
		return seconds(number - float64(now.UnixMilli())/1e3)
	}
	return seconds(number)
}

// readRateLimit reads the RateLimit field of draft-ietf-httpapi-ratelimit-headers:
// items such as "default";r=0;t=30, of which those without calls left (r=0)
// count; or its older form, limit=100, remaining=0, reset=30.
func readRateLimit(value string) (time.Duration, bool) {
	best, found := time.Duration(0), false
	for _, item := range splitOutsideQuotes(value, ',') {
		fields := parameters(splitOutsideQuotes(item, ';'))
		if wait, ok := exhausted(fields, "r", "t"); ok {
			best, found = max(best, wait), true
		}
	}
	if found {
		return best, true
	}
	return exhausted(parameters(splitOutsideQuotes(value, ',')), "remaining", "reset")
}

// exhausted gives the reset of a window in which nothing remains.
func exhausted(fields map[string]string, remaining, reset string) (time.Duration, bool) {
	left, ok := parseNumber(fields[remaining])
	if !ok || left > 0 {
		return 0, false
	}
	delay, ok := parseNumber(fields[reset])
	if !ok {
		return 0, false
	}
	return seconds(delay)
}

func parameters(parts []string) map[string]string {
	out := map[string]string{}
	for _, part := range parts {
		key, value, _ := strings.Cut(part, "=")
		out[strings.ToLower(strings.TrimSpace(key))] = strings.TrimSpace(value)
	}
	return out
}

// splitOutsideQuotes splits at separator where it is not within a string
// (RFC 9651 3.3.3).
func splitOutsideQuotes(text string, separator byte) []string {
	var parts []string
	start, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '"':
			quoted = !quoted
		case text[i] == '\\' && quoted:
			i++
		case text[i] == separator && !quoted:
			parts = append(parts, text[start:i])
			start = i + 1
		}
	}
	return append(parts, text[start:])
}

// parseNumber reads digits with an optional fraction, and nothing else that Go
// would take for a number: no sign, exponent, hex, Inf or NaN.
func parseNumber(text string) (float64, bool) {
	if strings.Trim(text, "0123456789.") != "" {
		return 0, false
	}
	number, err := strconv.ParseFloat(text, 64)
	return number, err == nil
}

// seconds makes a duration of a number of seconds, up to the next millisecond;
// it refuses what a duration cannot hold.
func seconds(number float64) (time.Duration, bool) {
	if math.Abs(number) > 2*longestWait.Seconds() {
		return 0, false
	}
	return time.Duration(math.Ceil(number*1e3)) * time.Millisecond, true
}
