package eventbridge

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// field is the condition of a pattern on one field of an event.
type field struct {
	name string // the names that lead to it, with dots between them
	any  []matcher
}

// way is one of the ways to match a pattern: all its fields match. A pattern
// without $or has one way. The fields are in the order of their names, as
// EventBridge tries them, which decides what "exists": false means in an array.
type way []field

// or turns the patterns in its list into alternatives.
const or = "$or"

// mostWays is how many ways a pattern may have through $or (EventBridge, "Matching
// with $or": 1,000 rule combinations).
const mostWays = 1000

// notInOr are the names that no field below $or may have: matchers, and words that
// EventBridge reserves for new ones.
var notInOr = strings.Fields(`exactly equals-ignore-case prefix suffix anything-but exists wildcard numeric cidr
	= < <= > >= regex not-wildcard not-equals-ignore-case date-after date-on-or-after date-before
	date-on-or-before in-date-range ip-address-in-range ip-address-not-in-range`)

func compile(pattern any) ([]way, error) {
	text, err := json.Marshal(pattern)
	if err != nil {
		return nil, err
	}
	parsed, err := jsonvalue.Parse(text)
	if err != nil {
		return nil, err
	}
	if parsed.Kind() != jsonvalue.Object {
		return nil, fmt.Errorf("it is %s; a pattern is a JSON object", parsed.Kind())
	}
	ways, err := compileObject("", parsed, false)
	if err != nil {
		return nil, err
	}
	for _, w := range ways {
		slices.SortFunc(w, func(a, b field) int { return strings.Compare(a.name, b.name) })
		if err := oncePerField(w); err != nil {
			return nil, err
		}
	}
	return ways, nil
}

// oncePerField: if a field has two lists, EventBridge uses the later one in the
// pattern's text; we refuse that, so that a rule does not depend on the order of
// its text.
func oncePerField(w way) error {
	for i := 1; i < len(w); i++ {
		if w[i].name == w[i-1].name {
			return fmt.Errorf("%s appears twice (beside or inside $or, or as nested and as dotted names), and EventBridge would ignore one of "+
				"them; put all its values into one list", w[i].name)
		}
	}
	return nil
}

// compileObject compiles an object of a pattern; prefix is what the names of its
// fields begin with.
func compileObject(prefix string, object jsonvalue.Value, inOr bool) ([]way, error) {
	if object.Len() == 0 {
		return nil, emptyObject(prefix)
	}
	ways := []way{nil}
	for name, member := range object.Members() {
		more, err := compileMember(prefix, name, member, inOr)
		if err != nil {
			return nil, err
		}
		if ways, err = both(ways, more); err != nil {
			return nil, err
		}
	}
	return ways, nil
}

func compileMember(prefix, name string, member jsonvalue.Value, inOr bool) ([]way, error) {
	path := prefix + name
	switch {
	case name == or:
		return compileOr(prefix, member)
	case inOr && slices.Contains(notInOr, name):
		return nil, fmt.Errorf("%s: EventBridge reserves the name %s for matchers; a field below $or cannot have it", path, name)
	case member.Kind() == jsonvalue.Object:
		return compileObject(path+".", member, inOr)
	case member.Kind() == jsonvalue.Array:
		list, err := compileList(member)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		return []way{{field{path, list}}}, nil
	default:
		return nil, fmt.Errorf("%s is %s; a pattern lists the values of a field: write [%s]", path, member.Kind(), member)
	}
}

func compileOr(prefix string, alternatives jsonvalue.Value) ([]way, error) {
	path := prefix + or
	if alternatives.Kind() != jsonvalue.Array || alternatives.Len() < 2 {
		return nil, fmt.Errorf("%s must be a list of two or more objects", path)
	}
	var ways []way
	for alternative := range alternatives.Items() {
		if alternative.Kind() != jsonvalue.Object {
			return nil, fmt.Errorf("%s: found %s; its list holds objects only", path, alternative.Kind())
		}
		more, err := compileObject(prefix, alternative, true)
		if err != nil {
			return nil, err
		}
		ways = append(ways, more...)
	}
	if len(ways) > mostWays {
		return nil, tooManyWays()
	}
	return ways, nil
}

func compileList(list jsonvalue.Value) ([]matcher, error) {
	if list.Len() == 0 {
		return nil, errors.New("an empty list matches nothing; list the values that the field may have")
	}
	var matchers []matcher
	for item := range list.Items() {
		m, err := compileMatcher(item)
		if err != nil {
			return nil, err
		}
		matchers = append(matchers, m)
	}
	return matchers, nil
}

// both are the ways to match two patterns together.
func both(a, b []way) ([]way, error) {
	if len(a)*len(b) > mostWays {
		return nil, tooManyWays()
	}
	ways := make([]way, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			ways = append(ways, slices.Concat(x, y))
		}
	}
	return ways, nil
}

func tooManyWays() error {
	return fmt.Errorf("$or makes more than %d combinations; EventBridge allows no more", mostWays)
}

func emptyObject(prefix string) error {
	const reason = `an empty object matches nothing; write [{"exists": true}] for a field of any value`
	if prefix == "" {
		return errors.New(reason)
	}
	return fmt.Errorf("%s: %s", strings.TrimSuffix(prefix, "."), reason)
}
