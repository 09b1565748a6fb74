package mockapi

import (
	"strconv"
	"strings"
)

// String is what ParseScript reads.
func (s Script) String() string {
	entries := make([]string, len(s.Steps))
	for i, step := range s.Steps {
		entries[i] = step.String()
	}
	if s.Again {
		entries = append(entries, "...")
	}
	return strings.Join(entries, ",")
}

// String is the entry that ParseScript reads.
func (s Step) String() string {
	text := string(s.Fault)
	switch {
	case s.Pass:
		text = "pass"
	case s.Code != 0:
		text = strconv.Itoa(s.Code)
	}
	if s.Times > 1 {
		text += "x" + strconv.Itoa(s.Times)
	}
	if s.Latency != nil {
		text += "@" + s.Latency.String()
	}
	for _, field := range s.Header {
		text += ":" + field.Name + "=" + quote(field.Value)
	}
	if s.Body != nil {
		text += ":body=" + quote(*s.Body)
	}
	return text
}

// quote is for unquote. A value with both kinds of quotes is shown, but cannot
// be read again.
func quote(value string) string {
	switch {
	case strings.ContainsRune(value, '"'):
		return "'" + value + "'"
	case strings.ContainsAny(value, ",:'") || strings.TrimSpace(value) != value:
		return `"` + value + `"`
	}
	return value
}
