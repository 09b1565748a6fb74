package egress

import (
	"net/http"
	"strings"
	"time"
)

// longestWait is the longest requested wait that is believed.
const longestWait = 10 * 365 * 24 * time.Hour

// requestedWait reads how many seconds the upstream requests to wait, from the first
// of the named fields (lower case) that can be read; rounded up, 0..10 years.
//
// In an answer that does not say that a limit was met, only retry-after (and
// retry-after-ms) requests a wait: some APIs send the end of the running window with
// every answer. Points in time are measured by the server's own Date (RFC 9110
// 10.2.3), else by now.
func requestedWait(header http.Header, names []string, limited bool, now time.Time) (seconds int, ok bool) {
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		now = date
	}
	for _, name := range names {
		if !limited && strings.TrimSuffix(name, millis) != "retry-after" || hasRemaining(header, name) {
			continue
		}
		if wait, ok := readField(name, header.Values(name), now); ok {
			return int((wait + time.Second - 1) / time.Second), true
		}
	}
	return 0, false
}

// hasRemaining reports whether the sibling of a …-reset field says that calls
// are left in the window: then that window is not what the call ran into.
func hasRemaining(header http.Header, name string) bool {
	sibling := strings.Replace(name, "reset", "remaining", 1)
	if sibling == name {
		return false
	}
	for _, value := range header.Values(sibling) {
		if left, ok := parseNumber(strings.TrimSpace(value)); ok && left > 0 {
			return true
		}
	}
	return false
}

// readField reads the lines of one field: the longest wait in them.
func readField(name string, lines []string, now time.Time) (time.Duration, bool) {
	switch {
	case strings.HasSuffix(name, millis):
		return longest(lines, now, readMillis)
	case name == "retry-after":
		return longest(lines, now, readRetryAfter)
	case name == "ratelimit":
		// A structured field is one list, over all its lines (RFC 9651 4.2).
		return reasonable(readRateLimit(strings.Join(lines, ", ")))
	}
	return longest(lines, now, readReset)
}

// longest reads every line of a field, and the members of a line that an
// intermediary joined (RFC 9110 5.3).
func longest(lines []string, now time.Time, read func(string, time.Time) (time.Duration, bool)) (time.Duration, bool) {
	best, found := time.Duration(0), false
	for _, line := range lines {
		for _, value := range append([]string{line}, strings.Split(line, ",")...) {
			if wait, ok := reasonable(read(strings.TrimSpace(value), now)); ok {
				best, found = max(best, wait), true
			}
		}
	}
	return best, found
}

// reasonable takes negative and absurd waits for absent.
func reasonable(wait time.Duration, ok bool) (time.Duration, bool) {
	return wait, ok && wait >= 0 && wait <= longestWait
}
