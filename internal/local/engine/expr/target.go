package expr

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// Target is a ResultPath: the place in a state's input where its result goes.
type Target struct{ path *path }

// CompileTarget reads a ResultPath: a Reference Path into "$". (A null, which
// discards the result, is not a path: the reader of the field handles it.)
func CompileTarget(text string) (*Target, error) {
	p, err := compilePath(text)
	if strings.HasPrefix(text, "$$") || err == nil && p.from != fromInput {
		err = errors.New("a result goes into the state's input: the path begins with $. or $[, or is $")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", text, err)
	}
	return &Target{p}, nil
}

// Set returns in with result at the target: it replaces the value there, or adds a
// member, and the objects on the way to it. It fails with a *targetError if the
// path leads through a value that is not an object, or to a missing item.
func (t *Target) Set(in, result jsonvalue.Value) (jsonvalue.Value, error) {
	return t.set(in, result, t.path.steps)
}

// String is the target as it was written.
func (t *Target) String() string { return t.path.text }

func (t *Target) set(in, result jsonvalue.Value, steps []step) (jsonvalue.Value, error) {
	if len(steps) == 0 {
		return result, nil
	}
	st := steps[0]
	old, there := st.into(in)
	if !there && (in.Kind() != jsonvalue.Object || st.index >= 0) {
		return jsonvalue.Value{}, &targetError{Path: t.path.text, Step: st.label(), Input: in}
	}
	if !there {
		old = jsonvalue.OfObject()
	}
	member, err := t.set(old, result, steps[1:])
	if err != nil {
		return jsonvalue.Value{}, err
	}
	if st.index < 0 {
		return in.With(st.name, member), nil
	}
	items := slices.Collect(in.Items())
	items[st.index] = member
	return jsonvalue.OfArray(items...), nil
}

// label is the step without its brackets.
func (st step) label() string {
	if st.index < 0 {
		return st.name
	}
	return strconv.Itoa(st.index)
}
