package engine

import (
	"cmp"
	"errors"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// The comparisons of Choice states (States Language, "Data-test expression").
const (
	isPresent     = "IsPresent"
	stringMatches = "StringMatches"
	pathSuffix    = "Path" // compares with the value of a path
)

// kindTests ask what a value is. IsPresent is one of them by its form only.
var kindTests = map[string]func(jsonvalue.Value) bool{
	isPresent:     nil,
	"IsNull":      isKind(jsonvalue.Null),
	"IsNumeric":   isKind(jsonvalue.Number),
	"IsString":    isKind(jsonvalue.String),
	"IsBoolean":   isKind(jsonvalue.Bool),
	"IsTimestamp": func(v jsonvalue.Value) bool { _, is := instantOf(v); return is },
}

func isKind(k jsonvalue.Kind) func(jsonvalue.Value) bool {
	return func(v jsonvalue.Value) bool { return v.Kind() == k }
}

// family is what the comparisons of one kind of value have in common.
type family struct {
	kind    jsonvalue.Kind
	ofTimes bool
	// order is below, at or above 0 as a is below, at or above b; false: they cannot be
	// compared.
	order func(a, b jsonvalue.Value) (order int, ok bool)
}

var (
	numbers  = family{kind: jsonvalue.Number, order: orderOfNumbers}
	texts    = family{kind: jsonvalue.String, order: orderOfTexts}
	booleans = family{kind: jsonvalue.Bool, order: orderOfBooleans}
	times    = family{kind: jsonvalue.String, ofTimes: true, order: orderOfTimes}
)

// operator is one comparison: of a family, with the orders that it takes.
type operator struct {
	family family
	holds  func(v, with jsonvalue.Value) bool
}

var comparisons = sync.OnceValue(operators)

func operators() map[string]operator {
	orders := map[string]func(int) bool{
		"Equals":            func(o int) bool { return o == 0 },
		"LessThan":          func(o int) bool { return o < 0 },
		"GreaterThan":       func(o int) bool { return o > 0 },
		"LessThanEquals":    func(o int) bool { return o <= 0 },
		"GreaterThanEquals": func(o int) bool { return o >= 0 },
	}
	all := map[string]operator{
		"BooleanEquals": ordered(booleans, orders["Equals"]),
		stringMatches:   {texts, matches},
	}
	for prefix, of := range map[string]family{"String": texts, "Numeric": numbers, "Timestamp": times} {
		for suffix, takes := range orders {
			all[prefix+suffix] = ordered(of, takes)
		}
	}
	return all
}

func ordered(of family, takes func(int) bool) operator {
	return operator{of, func(v, with jsonvalue.Value) bool {
		order, ok := of.order(v, with)
		return ok && takes(order)
	}}
}

func isOperator(name string) bool {
	if _, ok := kindTests[name]; ok {
		return true
	}
	if _, ok := comparisons()[name]; ok {
		return true
	}
	bare, byPath := strings.CutSuffix(name, pathSuffix)
	_, ok := comparisons()[bare]
	return ok && byPath && bare != stringMatches
}

func orderOfNumbers(a, b jsonvalue.Value) (int, bool) {
	if a.Kind() != jsonvalue.Number || b.Kind() != jsonvalue.Number {
		return 0, false
	}
	x, errX := strconv.ParseFloat(a.Number(), 64)
	y, errY := strconv.ParseFloat(b.Number(), 64)
	return cmp.Compare(x, y), errX == nil && errY == nil
}

func orderOfTexts(a, b jsonvalue.Value) (int, bool) {
	return strings.Compare(a.Text(), b.Text()), a.Kind() == jsonvalue.String && b.Kind() == jsonvalue.String
}

func orderOfBooleans(a, b jsonvalue.Value) (int, bool) {
	if a.Bool() == b.Bool() {
		return 0, a.Kind() == jsonvalue.Bool && b.Kind() == jsonvalue.Bool
	}
	return 1, true
}

func orderOfTimes(a, b jsonvalue.Value) (int, bool) {
	x, isX := instantOf(a)
	y, isY := instantOf(b)
	return x.Compare(y), isX && isY
}

// instantOf reads a timestamp of the language: RFC 3339, with T and Z in upper case.
func instantOf(v jsonvalue.Value) (time.Time, bool) {
	if v.Kind() != jsonvalue.String {
		return time.Time{}, false
	}
	at, err := time.Parse(time.RFC3339, v.Text())
	return at, err == nil
}

func matches(v, with jsonvalue.Value) bool {
	if v.Kind() != jsonvalue.String {
		return false
	}
	parts, err := patternOf(with.Text())
	return err == nil && matchParts(v.Text(), parts)
}

// patternOf splits the pattern of StringMatches at its asterisks. \* and \\ stand for the
// characters themselves.
func patternOf(text string) ([]string, error) {
	parts, part := []string{}, strings.Builder{}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '*':
			parts = append(parts, part.String())
			part.Reset()
		case '\\':
			i++
			if i == len(text) || text[i] != '*' && text[i] != '\\' {
				return nil, errors.New(`after a backslash of a pattern comes * or another backslash`)
			}
			part.WriteByte(text[i])
		default:
			part.WriteByte(c)
		}
	}
	return append(parts, part.String()), nil
}

// matchParts reports whether text is the parts, with anything between two of them.
func matchParts(text string, parts []string) bool {
	if len(parts) == 1 {
		return text == parts[0]
	}
	rest, begins := strings.CutPrefix(text, parts[0])
	rest, ends := strings.CutSuffix(rest, parts[len(parts)-1])
	if !begins || !ends {
		return false
	}
	for _, part := range parts[1 : len(parts)-1] {
		at := strings.Index(rest, part)
		if at < 0 {
			return false
		}
		rest = rest[at+len(part):]
	}
	return true
}
