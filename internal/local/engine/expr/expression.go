// Package expr is what the strings of a definition mean in the JSONPath mode of
// the Amazon States Language: paths, the context object, variables, intrinsic
// functions, payload templates and ResultPaths.
//
// It implements what the definitions of sfngen need. Everything else of JSONPath
// and of the intrinsic functions is refused when it is compiled, by its name, so no
// definition means something else here than on AWS. A compiled expression is
// immutable and safe for concurrent use.
package expr

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// Scope is what an expression may refer to.
type Scope struct {
	Input    jsonvalue.Value                           // "$"
	Context  func() jsonvalue.Value                    // "$$": the context object, asked for only when it is used
	Variable func(name string) (jsonvalue.Value, bool) // "$name"; false: not defined
	Random   func() float64                            // uniform in [0, 1), for States.MathRandom
}

// Expression is a path or a call of an intrinsic function.
type Expression struct {
	text      string
	root      node
	call      bool // root is a call, or what one was reduced to
	variables []string
}

// node is a part of an expression or of a template.
type node interface {
	eval(s *Scope) (jsonvalue.Value, error)
}

// literal is a part that is always the same.
type literal struct{ value jsonvalue.Value }

func (l literal) eval(*Scope) (jsonvalue.Value, error) { return l.value, nil }

// compile reads the right side of a field whose name ends in ".$": a path into
// the input ($.a[0]), the context object ($$.Execution.Name) or a variable
// ($name.b), or a call of an intrinsic function.
func compile(text string) (*Expression, error) {
	if !strings.HasPrefix(text, intrinsicPrefix) {
		return CompilePath(text)
	}
	s, root, err := compileCall(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", text, err)
	}
	return &Expression{text, root, true, s.names()}, nil
}

func compileCall(text string) (*scanner, node, error) {
	s, err := scannerOf(text)
	if err != nil {
		return nil, nil, err
	}
	root, err := s.call()
	if err != nil {
		return nil, nil, err
	}
	return s, root, s.end()
}

// CompilePath reads a field that takes a path but no intrinsic function, such as
// InputPath, OutputPath, SecondsPath, TimeoutSecondsPath, ErrorPath, CausePath.
func CompilePath(text string) (*Expression, error) {
	p, err := compilePath(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", text, err)
	}
	e := &Expression{text: text, root: p}
	if p.from == fromVariable {
		e.variables = []string{p.variable}
	}
	return e, nil
}

// Eval is the expression's value. Its error is a *PathError, an *IntrinsicError
// or a *variableError.
func (e *Expression) Eval(s *Scope) (jsonvalue.Value, error) {
	v, err := e.root.eval(s)
	if err != nil && e.call {
		return jsonvalue.Value{}, inCall(err, e.text)
	}
	return v, err
}

// inCall adds the whole call to an error: AWS names that, not the inner call.
func inCall(err error, text string) error {
	var path *PathError
	if errors.As(err, &path) {
		path.Call = text
	}
	var failed *IntrinsicError
	if errors.As(err, &failed) {
		failed.Call = text
	}
	return err
}

// String is the expression as it was written.
func (e *Expression) String() string { return e.text }

func sortedNames(set map[string]bool) []string {
	return slices.Sorted(maps.Keys(set))
}
