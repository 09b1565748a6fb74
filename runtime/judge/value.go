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
func ValueHolds(t contract.Test, value []byte) bool {
	return len(value) > 0 && valueHolds(t, wantedOf(t), value)
}

// lineHolds tests one line of a header field.
func lineHolds(t contract.Test, line string) bool {
	line = strings.TrimSpace(line)
	equals := func(want json.RawMessage) bool { return textOf(want) == line }
	if t.Equals != nil && !slices.ContainsFunc(t.Equals, equals) {
		return false
	}
	return textHolds(t, line) && numberHolds(t, line)
}

// valueHolds tests one value of valid JSON, without white space around it; w is what the
// test wants it to equal.
func valueHolds(t contract.Test, w *wanted, value []byte) bool {
	if w != nil && !w.has(value) {
		return false
	}
	if t.Contains == nil && t.Matches == nil && !t.Compares() {
		return true
	}
	isText := value[0] == '"'
	if !isText && (t.Contains != nil || t.Matches != nil || !isNumber(value)) {
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
	if text == "" || strings.ContainsFunc(text, isNotOfNumbers) { // no hex, no Inf, no NaN
		return 0, false
	}
	number, err := strconv.ParseFloat(text, 64)
	return number, err == nil || errors.Is(err, strconv.ErrRange)
}

func isNotOfNumbers(r rune) bool {
	return (r < '0' || r > '9') && r != '.' && r != 'e' && r != 'E' && r != '+' && r != '-'
}

// wanted are the values of a test that a JSON value may equal. They are read once for each
// condition: however many there are, a value is looked up.
type wanted struct {
	texts, numbers, words map[string]bool // without quotes and escapes; canonical; true, false, null
}

// wantedOf is nil where any value will do.
func wantedOf(t contract.Test) *wanted {
	values := t.Values()
	if values == nil {
		return nil
	}
	w := &wanted{map[string]bool{}, map[string]bool{}, map[string]bool{}}
	for _, value := range values {
		switch {
		case len(value) == 0:
		case value[0] == '"':
			w.texts[textOf(value)] = true
		case isNumber(value):
			w.numbers[canonical(value)] = true
		default:
			w.words[string(value)] = true
		}
	}
	return w
}

func (w *wanted) has(value []byte) bool {
	switch {
	case value[0] == '"' && bytes.IndexByte(value, '\\') < 0:
		return w.texts[string(value[1:len(value)-1])]
	case value[0] == '"':
		return len(w.texts) > 0 && w.texts[textOf(value)]
	case isNumber(value):
		return len(w.numbers) > 0 && w.numbers[canonical(value)]
	}
	return w.words[string(value)]
}

func isNumber(value []byte) bool { return value[0] == '-' || value[0] >= '0' && value[0] <= '9' }

// canonical is a number as contract.CanonicalNumber has it, but one of digits alone, which
// is most of them, as it is: JSON writes it in one way, and what ends in 0 has others.
func canonical(number []byte) string {
	if number[len(number)-1] != '0' && !slices.ContainsFunc(number, isNoDigit) {
		return string(number) + "e0"
	}
	return contract.CanonicalNumber(string(number))
}

func isNoDigit(c byte) bool { return c < '0' || c > '9' }

// textOf is a JSON text without its quotes and escapes, and any other value as it is
// written.
func textOf(value []byte) string {
	if len(value) == 0 || value[0] != '"' {
		return string(value)
	}
	inner := value[1 : len(value)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return string(inner)
	}
	if !bytes.Contains(inner, []byte(`\u`)) {
		return unescaped(inner)
	}
	var text string
	if json.Unmarshal(value, &text) != nil {
		return ""
	}
	return text
}

// escapes are those of one letter (RFC 8259 7); json.Unmarshal takes five times as long.
var escapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func unescaped(inner []byte) string {
	text := make([]byte, 0, len(inner))
	for i := 0; i < len(inner); i++ {
		c := inner[i]
		if c == '\\' {
			i++
			c = escapes[inner[i]]
		}
		text = append(text, c)
	}
	return string(text)
}

// matchesAny reports whether the text matches one of the patterns; folded is the text as
// lowered gives it.
func matchesAny(list []string, text []byte, folded func() []byte) bool {
	return slices.ContainsFunc(list, func(p string) bool { return patternOf(p).matches(text, folded) })
}
