package egress

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// dateLayouts are the forms of a date without the name of its day and without a zone
// at its end, in the order in which they are tried.
var dateLayouts = []string{
	"2006-1-2T15:04:05", "2006-1-2T15:04", "2006-1-2 15:04:05", "2006-1-2 15:04", "2006-1-2t15:04:05", // ISO 8601
	"2006-01-02", "20060102T150405", "20060102T150405-0700", "2006/01/02 15:04:05",
	"2 Jan 2006 15:04:05", "2 Jan 2006 15:04", "2 Jan 06 15:04:05", "2 January 2006 15:04:05", // RFC 5322, RFC 822
	"2-Jan-06 15:04:05", "2-Jan-2006 15:04:05", // RFC 850, cookies
	"Jan 2 2006 15:04:05", "January 2 2006 15:04:05", // JavaScript; with a comma: American
	"Jan 2 15:04:05 2006", "Jan 2 15:04:05 -0700 2006", // asctime, Ruby
}

// readDate reads the three HTTP dates (RFC 9110 5.6.7), and what APIs send in their
// place: with UTC or an offset for GMT, ISO 8601 with and without seconds or zone, the
// text of a JavaScript Date. One without a zone is in UTC.
func readDate(text string) (time.Time, bool) {
	if date, err := http.ParseTime(text); err == nil {
		return date, true
	}
	if len(text) > valueLimit {
		return time.Time{}, false
	}
	text, offset := cutZone(strings.ReplaceAll(cutWeekday(strings.Join(strings.Fields(text), " ")), ", ", " "))
	for _, layout := range dateLayouts {
		if date, err := time.Parse(layout, text); err == nil {
			return date.Add(-offset), true
		}
	}
	return time.Time{}, false
}

// readCompactDate reads 20260301120030. A count of so many digits would be of
// milliseconds from the year 2286 on, or of microseconds before 1974.
func readCompactDate(text string) (time.Time, bool) {
	const layout = "20060102150405"
	date, err := time.Parse(layout, text)
	return date, err == nil && len(text) == len(layout)
}

// beginsDate reports whether text is a date up to a comma: Sun, or March 1.
func beginsDate(text string) bool {
	if isWeekday(text) {
		return true
	}
	text = cutWeekday(text)
	for _, layout := range []string{"Jan 2", "January 2"} {
		if _, err := time.Parse(layout, text); err == nil {
			return true
		}
	}
	return false
}

// isWeekday knows a day by its name or its first three letters.
func isWeekday(text string) bool {
	if len(text) > len("Wednesday") {
		return false
	}
	for day := time.Sunday; day <= time.Saturday; day++ {
		if name := day.String(); strings.EqualFold(text, name) || strings.EqualFold(text, name[:3]) {
			return true
		}
	}
	return false
}

func cutWeekday(text string) string {
	if first, rest, _ := strings.Cut(text, " "); isWeekday(strings.TrimSuffix(first, ",")) {
		return rest
	}
	return text
}

// cutZone takes off the zone at the end of a date, and what may follow it.
func cutZone(text string) (string, time.Duration) {
	text, offset := cutOffset(cutUTC(cutZoneName(text)))
	text = cutUTC(text)
	for _, name := range []string{" UTC ", " GMT "} { // before the year, as date(1) writes it
		text = strings.Replace(text, name, " ", 1)
	}
	return text, offset
}

// cutZoneName takes off what JavaScript, Java and Go write after an offset: a name in
// parentheses, in brackets (RFC 9557 4.1), or bare and with a clock of its own. Without
// an offset before it a name stays, and the date cannot be read.
func cutZoneName(text string) string {
	before, _, _ := strings.Cut(text, " m=")
	at := strings.LastIndexByte(before, ' ')
	if name := strings.IndexAny(before, "(["); name > 0 && strings.ContainsAny(before[len(before)-1:], ")]") {
		at = name
	}
	if at < 0 || strings.Trim(before[at+1:], "0123456789") == "" { // a year
		return text
	}
	before = strings.TrimSpace(before[:at])
	if rest, _ := cutOffset(before); rest == before && cutUTC(before) == before {
		return text
	}
	return before
}

// cutUTC takes off a name for UTC. Others have none that means one zone everywhere.
func cutUTC(text string) string {
	for _, name := range []string{"UTC", "GMT", "UT", "Z"} {
		at := len(text) - len(name)
		if at > 0 && strings.EqualFold(text[at:], name) {
			return strings.TrimSpace(text[:at])
		}
	}
	return text
}

// cutOffset takes off +hh:mm, +hhmm or +hh, which only a time of day has.
func cutOffset(text string) (string, time.Duration) {
	at := strings.LastIndexAny(text, "+-")
	if colon := strings.IndexByte(text, ':'); colon < 0 || at < colon {
		return text, 0
	}
	digits := strings.Replace(text[at+1:], ":", "", 1)
	number, err := strconv.ParseUint(digits, 10, 16)
	if len(digits) == 2 {
		number *= 100
	} else if len(digits) != 4 {
		return text, 0
	}
	hours, minutes := number/100, number%100
	if err != nil || hours > 23 || minutes > 59 {
		return text, 0
	}
	offset := time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if text[at] == '-' {
		offset = -offset
	}
	return strings.TrimSpace(text[:at]), offset
}
