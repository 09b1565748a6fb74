package egress

import (
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/sfngen/sfngen/runtime/judge"
)

// longestWait is the longest requested wait that there is: a longer one counts as
// this one, as a cache takes seconds that are too large (RFC 9111 1.2.2). Taken for
// absent, it would be followed by another call after the backoff alone.
const longestWait = 10 * 365 * 24 * time.Hour

// requestedWait reads how many seconds the upstream requests to wait, from the named
// fields (lower case): the longest that applies, rounded up, 0..10 years. unread is
// what stands in them and could not be read, for people; "" for nothing.
//
// In an answer that does not say that a limit was met, only retry-after and its like
// (retry-after-ms) request a wait: some APIs send the end of the running window with
// every answer. Points in time are measured by the server's own Date (RFC 9110
// 10.2.3), else by now.
//
// In a JSON body the spec names where a wait is requested; only the end of a window, as
// its name says, counts after a limit alone.
func requestedWait(
	header http.Header, names []string, limited bool, now time.Time, body ...judge.Value,
) (seconds int, unread string, ok bool) {
	if date, ok := readDate(header.Get("Date")); ok {
		now = date
	}
	var r requests
	for _, name := range names {
		lines := header.Values(name)
		if len(lines) == 0 || !limited && !isRetryAfter(name) {
			continue
		}
		r.addWindows(name, readWindows(header, name, lines), now)
	}
	for _, value := range body {
		if limited || !strings.Contains(strings.ToLower(value.Name), "reset") {
			r.addValue(value, now)
		}
	}
	wait, ok := r.longest()
	return int((wait + time.Second - 1) / time.Second), r.unread(), ok
}

// usedUp is in how many seconds the last of those windows ends that have no call left, as
// any answer may say; 0 for none. It reads the fields as requestedWait does, and no others:
// retry-after in a success is about what was asked for, not about calls (RFC 9110 10.2.3).
func usedUp(header http.Header, names []string, now time.Time) int {
	var r requests
	for _, name := range names {
		lines := header.Values(name)
		if len(lines) == 0 || isRetryAfter(name) {
			continue
		}
		if date, ok := readDate(header.Get("Date")); ok {
			now = date
		}
		hasCalls := func(w window) bool { return w.left != noneLeft }
		r.addWindows(name, slices.DeleteFunc(readWindows(header, name, lines), hasCalls), now)
	}
	return inSeconds(r.explicit.wait)
}

// readWindows are the values of a field that has these lines.
func readWindows(header http.Header, name string, lines []string) []window {
	if name == rateLimitField {
		return readRateLimit(lines)
	}
	return windowsOf(header, name, members(lines))
}

func isRetryAfter(name string) bool {
	return strings.Contains(strings.NewReplacer("-", "", "_", "").Replace(name), "retryafter")
}

// window is one value that requests a wait, and what is known of the calls that are
// left in the window that ends with it.
type window struct {
	end     string // as it was sent
	left    calls
	garbled bool // end is nothing that could be read
}

// calls is what a window's …-remaining says.
type calls int

const (
	notSaid calls = iota // no field says it
	noneLeft
	someLeft
	notAsked // it is no window: the value is a request of its own
)

// requests gathers what the fields of one answer request.
type requests struct {
	// explicit are waits that were requested for this answer: by retry-after, or by
	// the end of a window without calls left. unsure are ends of windows of which
	// nothing says whether calls are left: they count when nothing else does.
	explicit, unsure found
	unreadFields     []string
}

// found is the longest of some waits, if there is any.
type found struct {
	wait time.Duration
	ok   bool
}

func (f *found) add(wait time.Duration) { f.wait, f.ok = max(f.wait, wait), true }

// longest is the longest wait that applies.
func (r *requests) longest() (time.Duration, bool) {
	if r.explicit.ok {
		return r.explicit.wait, true
	}
	return r.unsure.wait, r.unsure.ok
}

// addWindows adds the values of one field. What has passed requests nothing.
func (r *requests) addWindows(name string, windows []window, now time.Time) {
	_, unit := cutUnit(name)
	reader := valueReader{unit: unit, isEnd: strings.Contains(name, "reset") || name == rateLimitField, now: now}
	var unread []string
	for _, w := range windows[:min(len(windows), fieldLimit)] {
		if w.left == someLeft {
			continue
		}
		wait, ok := reader.read(w.end)
		switch {
		case !ok || w.garbled:
			unread = append(unread, cutText(w.end, unreadLimit))
		case wait < 0:
		case w.left == notSaid:
			r.unsure.add(min(wait, longestWait))
		default:
			r.explicit.add(min(wait, longestWait))
		}
	}
	if len(unread) > 0 {
		r.unreadFields = append(r.unreadFields, name+": "+strings.Join(unread, ", "))
	}
}

// addValue adds a value of a JSON body. Its name may say its unit, or be one:
// retry_after_ms, retryAfterMs, {"wait": {"ms": 500}}.
func (r *requests) addValue(value judge.Value, now time.Time) {
	name := asWords(value.Name)
	_, unit := cutUnit("wait-" + name)
	wait, ok := valueReader{unit: unit, isEnd: strings.Contains(name, "reset"), now: now}.read(value.Text)
	switch {
	case !ok || value.Other:
		r.unreadFields = append(r.unreadFields, value.Path+": "+cutText(value.Text, unreadLimit))
	case wait >= 0:
		r.explicit.add(min(wait, longestWait))
	}
}

// asWords writes a name as those of headers are: retryAfterMs and "retry after ms" are
// retry-after-ms.
func asWords(name string) string {
	var words strings.Builder
	for i, letter := range name {
		if i > 0 && unicode.IsUpper(letter) && !unicode.IsUpper(rune(name[i-1])) {
			words.WriteByte('-')
		}
		if letter == ' ' || letter == '.' {
			letter = '-'
		}
		words.WriteRune(unicode.ToLower(letter))
	}
	return words.String()
}

// fieldLimit is how many values of a field are read: more than any API sends, and so
// few that an answer full of them costs no time.
const fieldLimit = 64

// unreadLimit is in bytes: beside it stands all else that a report carries.
const unreadLimit = 96

// unread is what could not be read, in one short line of plain text.
func (r *requests) unread() string {
	plain := func(c rune) rune {
		switch {
		case c == '"':
			return '\''
		case c < ' ' || c > '~' || strings.ContainsRune(`\<>&`, c):
			return '?'
		}
		return c
	}
	return cutText(strings.Map(plain, strings.Join(r.unreadFields, "; ")), unreadLimit)
}

// windowsOf pairs the values of a field about windows with those of its …-remaining
// sibling, in their order (RFC 9110 5.3 keeps it). One value for several windows
// counts when any of them is used up.
func windowsOf(header http.Header, name string, values []string) []window {
	siblings := remainingNames(name)
	var remaining []string
	for _, sibling := range siblings {
		if remaining = members(header.Values(sibling)); len(remaining) > 0 {
			break
		}
	}
	windows := make([]window, len(values))
	for i, value := range values {
		windows[i] = window{end: value, left: notSaid}
		switch {
		case len(siblings) == 0:
			windows[i].left = notAsked
		case len(values) == 1:
			windows[i].left = fewest(remaining)
		case i < len(remaining):
			windows[i].left = readCalls(remaining[i])
		}
	}
	return windows
}

// fewest is noneLeft if any window has none.
func fewest(remaining []string) calls {
	least := notSaid
	for _, value := range remaining {
		switch left := readCalls(value); {
		case left == noneLeft:
			return noneLeft
		case left == someLeft:
			least = someLeft
		}
	}
	return least
}

// readCalls reads a number of calls such as 12 or 12;w=60. Some APIs count on below 0.
func readCalls(value string) calls {
	value, _, _ = strings.Cut(value, ";")
	value, negative := strings.CutPrefix(strings.TrimSpace(value), "-")
	left, ok := parseNumber(value)
	switch {
	case !ok:
		return notSaid
	case negative || left <= 0:
		return noneLeft
	}
	return someLeft
}

// remainingNames are the names that the sibling of a field about a window may have;
// none for a field that is about no window.
func remainingNames(name string) []string {
	for _, word := range []string{"reset", "interval", "window"} {
		if !strings.Contains(name, word) || isRetryAfter(name) {
			continue
		}
		names := []string{strings.Replace(name, word, "remaining", 1)}
		short, _ := cutUnit(name)
		for _, suffix := range []string{"-after", "-in", "-at", "-date", "-epoch", "-utc", "time", "timestamp", "-"} {
			short = strings.TrimSuffix(short, suffix)
		}
		if short = strings.Replace(short, word, "remaining", 1); short != names[0] {
			names = append(names, short)
		}
		return names
	}
	return nil
}
