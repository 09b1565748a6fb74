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
	at   []any // the steps that lead to it in the pattern
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

// compiler collects what is wrong with a pattern, so that all of it is said at once.
type compiler struct{ faults []Fault }

func (c *compiler) compile(pattern any) []way {
	text, err := json.Marshal(pattern)
	if err != nil {
		return c.fail(nil, err)
	}
	parsed, err := jsonvalue.Parse(text)
	if err != nil {
		return c.fail(nil, err)
	}
	if parsed.Kind() != jsonvalue.Object {
		return c.fail(nil, fmt.Errorf("it is %s; a pattern is a JSON object", parsed.Kind()))
	}
	ways := c.object(nil, parsed, false)
	for _, w := range ways {
		slices.SortStableFunc(w, func(a, b field) int { return strings.Compare(a.name, b.name) })
		if double, found := twice(w); found {
			return c.fail(double.at, errTwice)
		}
	}
	return ways
}

func (c *compiler) fail(at []any, err error) []way {
	c.faults = append(c.faults, Fault{slices.Clone(at), err.Error()})
	return nil
}

// errTwice: if a field has two lists, EventBridge uses the later one in the pattern's
// text; we refuse that, so that a rule does not depend on the order of its text.
var errTwice = errors.New("appears twice (beside or inside $or, or as nested and as dotted names), and EventBridge would ignore " +
	"one of them; put all its values into one list")

// twice is a field that a sorted way names again.
func twice(w way) (field, bool) {
	for i := 1; i < len(w); i++ {
		if w[i].name == w[i-1].name {
			return w[i], true
		}
	}
	return field{}, false
}

// object compiles an object of a pattern; at are the steps that lead to it.
func (c *compiler) object(at []any, object jsonvalue.Value, inOr bool) []way {
	if object.Len() == 0 {
		return c.fail(at, errors.New(`an empty object matches nothing; write [{"exists": true}] for a field of any value`))
	}
	ways := []way{nil}
	for name, member := range object.Members() {
		more := c.member(append(slices.Clone(at), name), member, inOr)
		if len(ways)*len(more) > mostWays {
			return c.fail(at, errTooManyWays)
		}
		ways = both(ways, more)
	}
	return ways
}

func (c *compiler) member(at []any, member jsonvalue.Value, inOr bool) []way {
	name := at[len(at)-1].(string)
	switch {
	case name == or:
		return c.alternatives(at, member)
	case inOr && slices.Contains(notInOr, name):
		return c.fail(at, fmt.Errorf("EventBridge reserves the name %s for matchers; a field below $or cannot have it", name))
	case member.Kind() == jsonvalue.Object:
		return c.object(at, member, inOr)
	case member.Kind() == jsonvalue.Array:
		return []way{{field{nameOf(at), c.list(at, member), at}}}
	default:
		return c.fail(at, fmt.Errorf("is %s; a pattern lists the values of a field: write [%s]", member.Kind(), member))
	}
}

// alternatives compiles the list of $or.
func (c *compiler) alternatives(at []any, list jsonvalue.Value) []way {
	if list.Kind() != jsonvalue.Array || list.Len() < 2 {
		return c.fail(at, errors.New("must be a list of two or more objects"))
	}
	var ways []way
	index := 0
	for alternative := range list.Items() {
		here := append(slices.Clone(at), index)
		index++
		if alternative.Kind() != jsonvalue.Object {
			c.fail(here, fmt.Errorf("found %s; its list holds objects only", alternative.Kind()))
			continue
		}
		ways = append(ways, c.object(here, alternative, true)...)
		if len(ways) > mostWays {
			return c.fail(at, errTooManyWays)
		}
	}
	return ways
}

func (c *compiler) list(at []any, list jsonvalue.Value) []matcher {
	if list.Len() == 0 {
		c.fail(at, errors.New("an empty list matches nothing; list the values that the field may have"))
	}
	var matchers []matcher
	index := 0
	for item := range list.Items() {
		m, err := compileMatcher(item)
		if err != nil {
			c.fail(append(slices.Clone(at), index), err)
		}
		matchers = append(matchers, m)
		index++
	}
	return matchers
}

// both are the ways to match two patterns together. One that is refused has none,
// and the other's faults are still worth finding.
func both(a, b []way) []way {
	ways := make([]way, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			ways = append(ways, slices.Concat(x, y))
		}
	}
	return ways
}

var errTooManyWays = fmt.Errorf("$or makes more than %d combinations; EventBridge allows no more", mostWays)
