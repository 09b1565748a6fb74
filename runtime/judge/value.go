package judge

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
)

// LineHolds reports whether a text, as a JSON text, fulfils a test of a header's line.
func LineHolds(t contract.Test, value []byte) bool { return lineHolds(t, textOf(value)) }

// ValueHolds reports whether a JSON value without parts fulfils a test.
func ValueHolds(t contract.Test, value []byte) bool { return len(value) > 0 && valueHolds(t, value) }

// lineHolds tests one line of a header field.
func lineHolds(t contract.Test, line string) bool {
	line = strings.TrimSpace(line)
	equals := func(want json.RawMessage) bool { return textOf(want) == line }
	if t.Equals != nil && !slices.ContainsFunc(t.Equals, equals) {
		return false
	}
	return textHolds(t, line) && numberHolds(t, line)
}

// valueHolds tests one value of valid JSON, without white space around it.
func valueHolds(t contract.Test, value []byte) bool {
	values := t.Values()
	if values != nil && !slices.ContainsFunc(values, func(want json.RawMessage) bool { return sameJSON(want, value) }) {
		return false
	}
	if t.Contains == nil && t.Matches == nil && !t.Compares() {
		return true
	}
	isText := value[0] == '"'
	if !isText && (t.Contains != nil || t.Matches != nil) {
		return false
	}
	text := textOf(value)
	return textHolds(t, text) && numberHolds(t, text)
}

func textHolds(t contract.Test, text string) bool {
	contains := func(part string) bool { return strings.Contains(text, part) }
	if t.Contains != nil && !slices.ContainsFunc(t.Contains, contains) {
		return false
	}
	return t.Matches == nil || matchesAny(t.Matches, []byte(text), func() []byte { return lowered([]byte(text)) })
}

func numberHolds(t contract.Test, text string) bool {
	if !t.Compares() {
		return true
	}
	number, ok := numberOf(text)
	return ok &&
		(t.LessThan == nil || number < *t.LessThan) && (t.AtMost == nil || number <= *t.AtMost) &&
		(t.GreaterThan == nil || number > *t.GreaterThan) && (t.AtLeast == nil || number >= *t.AtLeast)
}

// numberOf reads a decimal number, and one with parameters as in 20;w=21600. One beyond
// any range is infinite: it is more, or less, than any other.
func numberOf(text string) (float64, bool) {
	text, _, _ = strings.Cut(text, ";")
	text = strings.TrimSpace(text)
	if strings.Trim(text, "0123456789.eE+-") != "" { // no hex, no Inf, no NaN
		return 0, false
	}
	number, err := strconv.ParseFloat(text, 64)
	return number, err == nil || errors.Is(err, strconv.ErrRange)
}

// textOf is a JSON text without its quotes and escapes, and any other value as it is
// written.
func textOf(value []byte) string {
	if len(value) == 0 || value[0] != '"' {
		return string(value)
	}
	if bytes.IndexByte(value, '\\') < 0 {
		return string(value[1 : len(value)-1])
	}
	var text string
	if json.Unmarshal(value, &text) != nil {
		return ""
	}
	return text
}

// sameJSON compares two values without parts.
func sameJSON(want, got []byte) bool {
	if len(want) == 0 || len(got) == 0 {
		return false
	}
	isText, isNumber := want[0] == '"', want[0] == '-' || want[0] >= '0' && want[0] <= '9'
	switch {
	case isText:
		return got[0] == '"' && textOf(want) == textOf(got)
	case isNumber:
		return (got[0] == '-' || got[0] >= '0' && got[0] <= '9') &&
			contract.CanonicalNumber(string(want)) == contract.CanonicalNumber(string(got))
	}
	return bytes.Equal(want, got)
}

// matchesAny reports whether the text matches one of the patterns; folded is the text as
// lowered gives it.
func matchesAny(list []string, text []byte, folded func() []byte) bool {
	return slices.ContainsFunc(list, func(p string) bool { return patternOf(p).matches(text, folded) })
}
