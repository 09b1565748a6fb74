package engine

import (
	"errors"

	"github.com/sfngen/sfngen/internal/jsonvalue"
	"github.com/sfngen/sfngen/internal/local/engine/expr"
)

// choice is what a Choice state adds.
type choice struct {
	rules    []choiceRule
	fallback *state // Default; nil: none
}

// choiceRule is one entry of Choices. Its Assign stands in for the state's.
type choiceRule struct {
	condition condition
	assign    *expr.Template
	next      *state
}

// condition is what a rule asks of the execution: its scope has the state's input.
type condition interface {
	holds(s *expr.Scope) (bool, error)
}

// act follows the first rule that holds. The state's own Assign belongs to Default
// (developer guide, Choice state).
func (c *choice) act(e *execution, v *visit) (step, *failure) {
	in, f := e.filter(v.state.input, v.input)
	if f != nil {
		return step{}, f
	}
	next, assign, f := c.choose(e, v, in)
	if f != nil {
		return step{}, f
	}
	assigned, f := e.evaluate(assign, in)
	if f != nil {
		return step{}, f
	}
	went, f := e.out(v, in, assigned)
	went.next = next
	return went, f
}

func (c *choice) choose(e *execution, v *visit, in jsonvalue.Value) (*state, *expr.Template, *failure) {
	e.scope.Input = in
	for i := range c.rules {
		rule := &c.rules[i]
		holds, err := rule.condition.holds(&e.scope)
		if err != nil {
			return nil, nil, e.evaluation(err)
		}
		if holds {
			return rule.next, rule.assign, nil
		}
	}
	if c.fallback == nil {
		return nil, nil, e.failed(errNoChoice, "No rule of Choices matches, and the state has no Default.")
	}
	return c.fallback, v.state.assign, nil
}

// everyOf is And, someOf is Or, notOne is Not. They stop where the result is known, so
// that IsPresent guards what comes after it.
type (
	everyOf []condition
	someOf  []condition
	notOne  struct{ condition }
)

func (all everyOf) holds(s *expr.Scope) (bool, error) {
	for _, c := range all {
		if holds, err := c.holds(s); err != nil || !holds {
			return false, err
		}
	}
	return true, nil
}

func (some someOf) holds(s *expr.Scope) (bool, error) {
	for _, c := range some {
		if holds, err := c.holds(s); err != nil || holds {
			return holds, err
		}
	}
	return false, nil
}

func (n notOne) holds(s *expr.Scope) (bool, error) {
	holds, err := n.condition.holds(s)
	return !holds && err == nil, err
}

// presence is IsPresent: the one condition whose path may lead nowhere. null is present.
type presence struct {
	path *expr.Expression
	want bool
}

func (p presence) holds(s *expr.Scope) (bool, error) {
	_, err := p.path.Eval(s)
	var missing *expr.PathError
	if errors.As(err, &missing) {
		return !p.want, nil
	}
	return err == nil && p.want, err
}

// kindOf is IsNull, IsNumeric and the others that ask what a value is.
type kindOf struct {
	path *expr.Expression
	is   func(jsonvalue.Value) bool
	want bool
}

func (k kindOf) holds(s *expr.Scope) (bool, error) {
	v, err := variableOf(k.path, s)
	return err == nil && k.is(v) == k.want, err
}

// comparison compares the value of a path with a constant, or with that of another path.
// Values of different kinds never match (States Language, "Choice State").
type comparison struct {
	path     *expr.Expression
	holdsFor func(v, with jsonvalue.Value) bool
	with     jsonvalue.Value
	withPath *expr.Expression // nil: with
}

func (c comparison) holds(s *expr.Scope) (bool, error) {
	v, err := variableOf(c.path, s)
	if err != nil {
		return false, err
	}
	with := c.with
	if c.withPath != nil {
		if with, err = variableOf(c.withPath, s); err != nil {
			return false, err
		}
	}
	return c.holdsFor(v, with), nil
}

// variableOf is the value that a condition is about. AWS gives every path that leads
// nowhere the same reason here.
func variableOf(path *expr.Expression, s *expr.Scope) (jsonvalue.Value, error) {
	v, err := path.Eval(s)
	var missing *expr.PathError
	if errors.As(err, &missing) {
		return v, errors.New("Invalid path '" + path.String() + "': The choice state's condition path references an invalid value.")
	}
	return v, err
}
