// Package eventbridge does what a rule of Amazon EventBridge does with an event: it
// says whether the rule's pattern matches, and computes the input of the rule's
// target.
//
//	event, _, err := eventbridge.Complete(body, eventbridge.Defaults{ID: id, Time: now, Account: account, Region: region})
//	pattern, err := eventbridge.Compile(rule.Pattern)
//	matched, why, err := pattern.Match(event)
//	input, err := eventbridge.Transform(paths, template, event)
//
// It follows the EventBridge user guide ("Comparison operators for use in event
// patterns", "Input transformation") and, where the guide is silent or wrong, what
// EventBridge's own matcher (github.com/aws/event-ruler) and recorded calls of AWS
// do. It refuses what it does not know, by name, so that no event matches here that
// AWS would not deliver. It lacks one check of AWS: wildcards that are too complex,
// because that limit is not published.
package eventbridge

import (
	"errors"
	"fmt"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// Pattern is an event pattern, compiled. It may be used by several goroutines.
type Pattern struct{ ways []way }

// Compile reads a pattern, a JSON value as encoding/json writes it. It fails for a
// pattern that EventBridge refuses or that has an unknown matcher; the error is the
// first of Faults, which names the field.
func Compile(pattern any) (Pattern, error) {
	var c compiler
	ways := c.compile(pattern)
	if len(c.faults) > 0 {
		return Pattern{}, c.faults[0]
	}
	return Pattern{ways}, nil
}

// Faults are all the reasons for which Compile fails; none: it does not.
func Faults(pattern any) []Fault {
	var c compiler
	c.compile(pattern)
	return c.faults
}

// Match reports whether the event matches. If it does not, why says which fields
// did not: `detail.state is "ok", the pattern wants one of "failed", "late"`.
//
// It fails for an event that is not a JSON object, and for an event whose arrays
// have too many combinations of elements.
func (p Pattern) Match(event []byte) (matched bool, why string, err error) {
	parsed, err := parseEvent(event)
	if err != nil {
		return false, "", err
	}
	found := leavesOf(parsed, p.ways)
	var misses [][]string
	var steps int
	for _, way := range p.ways {
		s := newSearch(found, way, &steps)
		if s.fits(0, nil) {
			return true, "", nil
		}
		if steps > mostSteps {
			return false, "", errors.New("the event: its arrays have too many combinations of elements to compare with the pattern; send fewer " +
				"elements")
		}
		misses = append(misses, s.misses())
	}
	return false, whyNot(misses), nil
}

func parseEvent(event []byte) (jsonvalue.Value, error) {
	parsed, err := jsonvalue.Parse(event)
	if err != nil {
		return jsonvalue.Value{}, fmt.Errorf("the event: %w", err)
	}
	if parsed.Kind() != jsonvalue.Object {
		return jsonvalue.Value{}, fmt.Errorf("the event is %s; an event is a JSON object", parsed.Kind())
	}
	return parsed, nil
}
