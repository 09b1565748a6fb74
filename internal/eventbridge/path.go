package eventbridge

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/sfngen/sfngen/internal/jsonvalue"
	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// path leads to a part of an event: $, $.detail, $.detail.items[0].sku.
type path []step

// step is the name of a member, or the index of an item where the name is empty.
type step struct {
	name  string
	index int
}

// stepPattern is a step as it is written (EventBridge, "Input transformation":
// alphanumeric characters, dashes, underscores, forward slashes, array indices).
var stepPattern = lazyregexp.New(`^(?:\.([A-Za-z0-9_/-]+)|\[([0-9]{1,9})\])`)

// parsePath reads a path in dot notation, the only one that EventBridge accepts
// (API reference, InputTransformer). It does not document the result of wildcards,
// so they are refused.
func parsePath(text string) (path, error) {
	if text == "" || text[0] != '$' {
		return nil, fmt.Errorf("the path %q does not begin with $", text)
	}
	var p path
	for rest := text[1:]; rest != ""; {
		match := stepPattern.FindStringSubmatch(rest)
		if match == nil {
			return nil, fmt.Errorf("the path %q: found %q, expected .name or [index]; names in brackets, wildcards and filters are not "+
				"implemented here, and not known to work in EventBridge", text, rest)
		}
		index, _ := strconv.Atoi(match[2]) // of nine digits at most, or none
		p = append(p, step{match[1], index})
		rest = rest[len(match[0]):]
	}
	return p, nil
}

// in is the part of the event that the path leads to, if there is one.
func (p path) in(event jsonvalue.Value) (part jsonvalue.Value, found bool) {
	part = event
	for _, s := range p {
		switch {
		case s.name != "":
			if part, found = part.Get(s.name); !found {
				return jsonvalue.Value{}, false
			}
		case part.Kind() == jsonvalue.Array && s.index < part.Len():
			part = part.Index(s.index)
		default:
			return jsonvalue.Value{}, false
		}
	}
	return part, true
}

// errNull: EventBridge documents the result of a path that matches nothing, but not
// of one that leads to null.
var errNull = errors.New("is null in the event, and what EventBridge does then is not known; give the field a value, or leave it out")

// missing is the value of a missing part. AWS documents that it does not appear in
// the output; this is what was recorded.
var missing = jsonvalue.OfString("")

// partOf is the value of a variable with this path.
func partOf(text string, event jsonvalue.Value) (jsonvalue.Value, error) {
	p, err := parsePath(text)
	if err != nil {
		return jsonvalue.Value{}, err
	}
	part, found := p.in(event)
	switch {
	case !found:
		return missing, nil
	case part.Kind() == jsonvalue.Null:
		return jsonvalue.Value{}, fmt.Errorf("the path %q: it %w", text, errNull)
	default:
		return part, nil
	}
}
