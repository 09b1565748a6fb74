package eventbridge

import (
	"errors"
	"fmt"
	"strings"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// matcher is one entry of a pattern's list.
type matcher struct {
	wants   string                     // what it matches, as text
	matches func(jsonvalue.Value) bool // of a scalar value in the event
	absent  bool                       // "exists": false, which no value matches
}

// operator compiles the operand of a matcher written as an object with one member,
// {name: operand}; nil for an unknown name.
func operator(name string) func(operand jsonvalue.Value) (matcher, error) {
	switch name {
	case "prefix":
		return prefix
	case "suffix":
		return suffix
	case "equals-ignore-case":
		return equalsIgnoreCase
	case "anything-but":
		return anythingBut
	case "numeric":
		return numeric
	case "exists":
		return exists
	case "wildcard":
		return wildcard
	case "cidr":
		return cidr
	default:
		return nil
	}
}

func compileMatcher(item jsonvalue.Value) (matcher, error) {
	switch item.Kind() {
	case jsonvalue.Object:
		return compileOperator(item)
	case jsonvalue.Array:
		return matcher{}, errors.New(`a list in a list matches nothing; a list holds text, numbers, true, false, null and matchers such as ` +
			`{"prefix": "a"}`)
	case jsonvalue.Number:
		return exactNumber(item), nil
	case jsonvalue.String:
		return exactText(item), nil
	default:
		return matcher{wants: item.String(), matches: func(v jsonvalue.Value) bool { return jsonvalue.Equal(v, item) }}, nil
	}
}

func compileOperator(item jsonvalue.Value) (matcher, error) {
	for name, operand := range item.Members() {
		if item.Len() == 1 {
			return compileNamed(name, operand)
		}
	}
	return matcher{}, fmt.Errorf("%s has %d members; a matcher has one", item, item.Len())
}

func compileNamed(name string, operand jsonvalue.Value) (matcher, error) {
	compileOperand := operator(name)
	if compileOperand == nil {
		return matcher{}, fmt.Errorf("unknown matcher %q; there are prefix, suffix, equals-ignore-case, anything-but, numeric, exists, "+
			"wildcard, cidr", name)
	}
	m, err := compileOperand(operand)
	if err != nil {
		return matcher{}, fmt.Errorf("%s: %w", name, err)
	}
	return m, nil
}

// exactText matches text byte by byte, except that an IP address matches in any
// notation.
func exactText(item jsonvalue.Value) matcher {
	text := item.Text()
	address, isAddress := parseAddress(text)
	return textMatcher(item.String(), func(got string) bool {
		if got == text || !isAddress {
			return got == text
		}
		other, ok := parseAddress(got)
		return ok && other == address
	})
}

// textMatcher matches text only.
func textMatcher(wants string, matches func(string) bool) matcher {
	return matcher{wants: wants, matches: func(v jsonvalue.Value) bool {
		return v.Kind() == jsonvalue.String && matches(v.Text())
	}}
}

// exists is about fields with a value: an object or an empty array has none
// (EventBridge, "Exists matching": it works on leaf nodes only).
func exists(operand jsonvalue.Value) (matcher, error) {
	if operand.Kind() != jsonvalue.Bool {
		return matcher{}, fmt.Errorf("found %s, expected true or false", operand)
	}
	if operand.Bool() {
		return matcher{wants: "any value", matches: func(jsonvalue.Value) bool { return true }}, nil
	}
	return matcher{wants: "no such field", matches: func(jsonvalue.Value) bool { return false }, absent: true}, nil
}

func prefix(operand jsonvalue.Value) (matcher, error) {
	text, fold, err := affix(operand)
	switch {
	case err != nil:
		return matcher{}, err
	case fold:
		return textMatcher(fmt.Sprintf("text that begins with %q in any case", text), func(got string) bool { return hasPrefixFold(got, text) }),
			nil
	default:
		return textMatcher(fmt.Sprintf("text that begins with %q", text), func(got string) bool { return strings.HasPrefix(got, text) }), nil
	}
}

func suffix(operand jsonvalue.Value) (matcher, error) {
	text, fold, err := affix(operand)
	switch {
	case err != nil:
		return matcher{}, err
	case fold:
		return textMatcher(fmt.Sprintf("text that ends with %q in any case", text), func(got string) bool { return hasSuffixFold(got, text) }),
			nil
	default:
		return textMatcher(fmt.Sprintf("text that ends with %q", text), func(got string) bool { return strings.HasSuffix(got, text) }), nil
	}
}

// affix reads the operand of prefix and suffix: text, or {"equals-ignore-case":
// text}.
func affix(operand jsonvalue.Value) (text string, fold bool, err error) {
	if inner, ok := operand.Get("equals-ignore-case"); ok && operand.Len() == 1 {
		text, err = textOf(inner)
		return text, true, err
	}
	if operand.Kind() == jsonvalue.Object {
		return "", false, fmt.Errorf(`found %s, expected text or {"equals-ignore-case": text}`, operand)
	}
	text, err = textOf(operand)
	return text, false, err
}

func textOf(operand jsonvalue.Value) (string, error) {
	if operand.Kind() != jsonvalue.String {
		return "", fmt.Errorf("found %s, expected text", operand)
	}
	return operand.Text(), nil
}

func equalsIgnoreCase(operand jsonvalue.Value) (matcher, error) {
	text, err := textOf(operand)
	if err != nil {
		return matcher{}, err
	}
	return textMatcher(fmt.Sprintf("%q in any case", text), func(got string) bool { return equalFold(got, text) }), nil
}

func wildcard(operand jsonvalue.Value) (matcher, error) {
	text, err := textOf(operand)
	if err != nil {
		return matcher{}, err
	}
	parts, err := parseWildcard(text)
	if err != nil {
		return matcher{}, err
	}
	return textMatcher(fmt.Sprintf("text like %q", text), func(got string) bool { return matchesParts(got, parts) }), nil
}
