package egress

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// members are the values of a field: its lines, and the parts of a line that an
// intermediary joined (RFC 9110 5.3); those beyond fieldLimit in whole lines are left
// out. A comma within a date joins its parts.
func members(lines []string) []string {
	var all []string
	for _, line := range lines[:min(len(lines), fieldLimit)] {
		date := ""
		for part := range strings.SplitSeq(line, ",") {
			part = date + strings.Trim(part, "\" \t")
			if date = ""; beginsDate(part) {
				date = part + ", "
			} else if part != "" {
				all = append(all, part)
			}
		}
		if date != "" {
			all = append(all, date)
		}
	}
	return all
}

// valueReader reads values that request a wait. There is a standard for retry-after
// (delay seconds or an HTTP date, RFC 9110 10.2.3), but not for the others, and APIs
// send all forms in all fields. So every form is read everywhere, if it can only mean
// one thing.
type valueReader struct {
	unit  time.Duration // of a number without one
	isEnd bool          // the field's name says that it is a point in time, or the time until then
	now   time.Time
}

// valueLimit is far more than any form has.
const valueLimit = 100 // bytes

// read gives the wait, below 0 for a point in time that has passed.
func (r valueReader) read(value string) (time.Duration, bool) {
	plain, _, _ := strings.Cut(value, ";") // parameters, as in 30;w=60
	plain = strings.Trim(plain, "\" \t")
	if date, ok := readCompactDate(plain); ok {
		return date.Sub(r.now), true
	}
	if number, ok := parseNumber(plain); ok {
		return r.number(number), true
	}
	if len(value) > valueLimit {
		return 0, false
	}
	if number, ok := parseNumber(strings.TrimPrefix(plain, "@")); ok { // a Date of RFC 9651 3.3.7
		return sinceEpoch(number).Sub(r.now), true
	}
	if number, ok := parseScientific(plain); ok {
		return r.number(number), true
	}
	if seconds, ok := readDuration(plain); ok {
		return valueReader{time.Second, r.isEnd, r.now}.number(seconds), true
	}
	date, ok := readDate(plain)
	return date.Sub(r.now), ok
}

// firstEpoch is the least number that is a point in time, if it is too large for a
// wait: seconds since 1970, from 2001 on. Milli-, micro- and nanoseconds since 1970
// are a thousand, a million and a billion times as large.
const firstEpoch = 1e9

// staleEpoch is how long ago a point in time may be that a number in retry-after
// means. An older one is a number of seconds that is too large.
const staleEpoch = 365 * 24 * time.Hour

// number distinguishes a wait from a point in time by size.
func (r valueReader) number(number float64) time.Duration {
	if wait := number * r.unit.Seconds(); wait <= longestWait.Seconds() {
		return ceilMillis(wait)
	}
	if number < firstEpoch {
		return longestWait
	}
	wait := sinceEpoch(number).Sub(r.now)
	if wait < -staleEpoch && !r.isEnd {
		return longestWait
	}
	return wait
}

// lastYear is the end of the year 9999 in seconds since 1970.
const lastYear = 253_402_300_799

// sinceEpoch is the point in time that a number means, by its size.
func sinceEpoch(number float64) time.Time {
	for range 3 {
		if number >= 1e3*firstEpoch {
			number /= 1e3
		}
	}
	return time.UnixMicro(int64(math.Round(min(number, lastYear) * 1e6)))
}

// ceilMillis makes a duration of a number of seconds, up to the next millisecond and
// no longer than longestWait.
func ceilMillis(seconds float64) time.Duration {
	return time.Duration(math.Ceil(min(seconds, longestWait.Seconds())*1e3)) * time.Millisecond
}

// parseNumber reads digits with an optional fraction, and nothing else that Go
// would take for a number: no sign, exponent, hex, Inf or NaN. One that is too large
// for a float is infinite.
func parseNumber(text string) (float64, bool) {
	if text == "" || strings.Trim(text, "0123456789.") != "" {
		return 0, false
	}
	number, err := strconv.ParseFloat(text, 64)
	return number, err == nil || math.IsInf(number, 1)
}

// parseScientific reads a number as programs write one that is large: 1.77236643E9,
// 1e+06, and 1E21. RFC 9110 knows digits alone in retry-after (delay-seconds, 10.2.3), but
// an exponent can only mean its number, and taken for unread it would be followed by
// another call after the backoff alone.
func parseScientific(text string) (float64, bool) {
	digits, exponent, found := strings.Cut(strings.ToLower(text), "e")
	_, isNumber := parseNumber(digits)
	power := strings.TrimPrefix(strings.TrimPrefix(exponent, "-"), "+")
	if !found || !isNumber || power == "" || strings.Trim(power, "0123456789") != "" {
		return 0, false
	}
	number, err := strconv.ParseFloat(text, 64)
	return number, err == nil || math.IsInf(number, 1)
}

const day = 24 * time.Hour

// units are the words that follow a number.
var units = map[string]time.Duration{
	"ns": time.Nanosecond, "nanos": time.Nanosecond, "nanosecond": time.Nanosecond, "nanoseconds": time.Nanosecond,
	"us": time.Microsecond, "µs": time.Microsecond, "μs": time.Microsecond, // the micro sign, and the Greek letter
	"usec": time.Microsecond, "micros": time.Microsecond, "microsecond": time.Microsecond, "microseconds": time.Microsecond,
	"ms": time.Millisecond, "msec": time.Millisecond, "msecs": time.Millisecond,
	"millis": time.Millisecond, "millisecond": time.Millisecond, "milliseconds": time.Millisecond,
	"s": time.Second, "sec": time.Second, "secs": time.Second, "second": time.Second, "seconds": time.Second,
	"m": time.Minute, "min": time.Minute, "mins": time.Minute, "minute": time.Minute, "minutes": time.Minute,
	"h": time.Hour, "hr": time.Hour, "hrs": time.Hour, "hour": time.Hour, "hours": time.Hour,
	"d": day, "day": day, "days": day, "w": 7 * day, "week": 7 * day, "weeks": 7 * day,
}

// nameUnits are the words that a field's name ends with to say its unit. Those for one
// (-minute, -day) name the window instead.
var nameUnits = map[string]time.Duration{
	"nanoseconds": time.Nanosecond, "microseconds": time.Microsecond,
	"ms": time.Millisecond, "msec": time.Millisecond, "millis": time.Millisecond, "milliseconds": time.Millisecond,
	"sec": time.Second, "secs": time.Second, "seconds": time.Second,
	"mins": time.Minute, "minutes": time.Minute, "hours": time.Hour, "days": day,
}

// longUnits are those of nameUnits that nothing else ends with, so that they need no
// hyphen before them: x-retryafterseconds. Each stands before what it ends with.
var longUnits = []string{"nanoseconds", "microseconds", "milliseconds", "millis", "seconds", "minutes"}

// cutUnit takes the unit off a field's name that says one (retry-after-ms); a second
// is the unit of the others.
func cutUnit(name string) (string, time.Duration) {
	lower := strings.ToLower(name)
	at := strings.LastIndexAny(lower, "-_")
	if unit, ok := nameUnits[lower[at+1:]]; ok && at > 0 {
		return name[:at], unit
	}
	for _, word := range longUnits {
		if rest, ok := strings.CutSuffix(lower, word); ok && rest != "" {
			return name[:len(rest)], nameUnits[word]
		}
	}
	return name, time.Second
}

// readDuration reads the seconds of numbers with units: 30s, 1m30s, 2 minutes, and
// PT1M30S of ISO 8601.
func readDuration(text string) (seconds float64, ok bool) {
	text = strings.ToLower(text)
	if period, ok := strings.CutPrefix(text, "p"); ok {
		date, clock, _ := strings.Cut(period, "t")
		date = strings.TrimPrefix(strings.TrimPrefix(date, "0y"), "0m") // as XML's durations have it
		if strings.ContainsAny(date, "my ") {                           // months and years have no one length
			return 0, false
		}
		text = date + clock
	}
	for rest := text; rest != ""; {
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789."))
		number, ok := parseNumber(rest[:digits])
		rest = strings.TrimLeft(rest[digits:], " ")
		letters := len(rest) - len(strings.TrimLeft(rest, "abcdefghijklmnopqrstuvwxyzµμ"))
		unit, known := units[rest[:letters]]
		if !ok || !known {
			return 0, false
		}
		seconds += number * unit.Seconds()
		rest = strings.TrimLeft(rest[letters:], " ")
	}
	return seconds, text != ""
}
