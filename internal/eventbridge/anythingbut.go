package eventbridge

import (
	"errors"
	"fmt"
	"strings"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// inverted are the matchers that anything-but accepts, each with a string or a list
// of strings.
var inverted = []string{"prefix", "suffix", "equals-ignore-case", "wildcard"}

// anythingBut matches every value that is not listed, of any kind: also null, and a
// number if strings are listed. A missing field has no value to match.
func anythingBut(operand jsonvalue.Value) (matcher, error) {
	var unwanted []matcher
	var err error
	if operand.Kind() == jsonvalue.Object {
		unwanted, err = invertedMatchers(operand)
	} else {
		unwanted, err = unwantedValues(operand)
	}
	if err != nil {
		return matcher{}, err
	}
	return matcher{wants: "anything but " + wantsOf(unwanted), matches: func(v jsonvalue.Value) bool {
		return !matchesAny(unwanted, v)
	}}, nil
}

func unwantedValues(operand jsonvalue.Value) ([]matcher, error) {
	items, err := oneOrMore(operand)
	if err != nil {
		return nil, err
	}
	var unwanted []matcher
	for _, item := range items {
		switch kind := item.Kind(); {
		case kind != jsonvalue.String && kind != jsonvalue.Number:
			return nil, fmt.Errorf("found %s, expected text, a number, a list of one of them, or a matcher", item)
		case kind != items[0].Kind():
			return nil, errors.New("its list has text and numbers; it may have only one of them")
		case kind == jsonvalue.String:
			unwanted = append(unwanted, matcher{wants: item.String(), matches: func(v jsonvalue.Value) bool { return jsonvalue.Equal(v, item) }})
		default:
			number, err := comparableNumber(item)
			if err != nil {
				return nil, err
			}
			unwanted = append(unwanted, numberMatcher(item.String(), func(got float64) bool { return got == number }))
		}
	}
	return unwanted, nil
}

// invertedMatchers reads {"prefix": "a"} or {"prefix": ["a", "b"]}.
func invertedMatchers(operand jsonvalue.Value) ([]matcher, error) {
	for _, name := range inverted {
		inner, ok := operand.Get(name)
		if !ok || operand.Len() != 1 {
			continue
		}
		unwanted, err := invertedOperands(name, inner)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return unwanted, nil
	}
	return nil, fmt.Errorf("found %s, expected one of the matchers %s", operand, strings.Join(inverted, ", "))
}

func invertedOperands(name string, operand jsonvalue.Value) ([]matcher, error) {
	items, err := oneOrMore(operand)
	if err != nil {
		return nil, err
	}
	var unwanted []matcher
	for _, item := range items {
		text, err := textOf(item)
		if err != nil {
			return nil, err
		}
		if text == "" && (name == "prefix" || name == "suffix") {
			return nil, errors.New("every text begins and ends with empty text, so nothing would match")
		}
		m, err := operator(name)(item)
		if err != nil {
			return nil, err
		}
		unwanted = append(unwanted, m)
	}
	return unwanted, nil
}

func oneOrMore(operand jsonvalue.Value) ([]jsonvalue.Value, error) {
	if operand.Kind() != jsonvalue.Array {
		return []jsonvalue.Value{operand}, nil
	}
	if operand.Len() == 0 {
		return nil, errors.New("its list is empty")
	}
	var items []jsonvalue.Value
	for item := range operand.Items() {
		items = append(items, item)
	}
	return items, nil
}

func matchesAny(matchers []matcher, v jsonvalue.Value) bool {
	for _, m := range matchers {
		if m.matches(v) {
			return true
		}
	}
	return false
}
