package jsonvalue

import (
	"strconv"
	"strings"
)

// Equal reports whether two values are the same JSON, as JSON Schema has it:
// objects regardless of the order of their members, and numbers by value (1, 1.0
// and 10e-1 are equal), exactly and not as floating point. Numbers with an exponent
// beyond 64 bits are the same only if written alike.
func Equal(a, b Value) bool {
	if a.Kind() != b.Kind() || a.Len() != b.Len() {
		return false
	}
	switch a.Kind() {
	case Number:
		return sameNumber(a.text, b.text)
	case Array:
		return sameItems(a.items(), b.items())
	case Object:
		return sameMembers(a.members(), b)
	default:
		return a.text == b.text
	}
}

// Equal is Equal(v, w), for go-cmp.
func (v Value) Equal(w Value) bool { return Equal(v, w) }

func sameItems(a, b []Value) bool {
	for i := range a {
		if !Equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

func sameMembers(a []Member, b Value) bool {
	others := b.members()
	for i, m := range a {
		// Mostly the order is the same too: look there first.
		other, ok := others[i].Value, others[i].Name == m.Name
		if !ok {
			other, ok = b.Get(m.Name)
		}
		if !ok || !Equal(m.Value, other) {
			return false
		}
	}
	return true
}

func sameNumber(a, b string) bool {
	if a == b {
		return true
	}
	x, readX := decimalOf(a)
	y, readY := decimalOf(b)
	return readX && readY && x == y
}

// decimal is a number in its normal form: 0.digits × 10^exponent, the digits
// without zeros at either end.
type decimal struct {
	negative bool
	digits   string // empty: zero, which has no sign and no exponent
	exponent int64
}

// decimalOf parses a number; false if its exponent is out of range.
func decimalOf(text string) (decimal, bool) {
	text, negative := strings.CutPrefix(text, "-")
	mantissa, written := cutExponent(text)
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	leading := len(whole) + len(fraction) - len(digits)
	digits = strings.TrimRight(digits, "0")
	if digits == "" {
		return decimal{}, true
	}
	exponent, err := strconv.ParseInt(written, 10, 62)
	if err != nil {
		return decimal{}, false
	}
	return decimal{negative, digits, exponent + int64(len(whole)-leading)}, true
}

func cutExponent(text string) (mantissa, exponent string) {
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		return text[:i], text[i+1:]
	}
	return text, "0"
}
