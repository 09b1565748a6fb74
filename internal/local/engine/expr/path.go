package expr

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// origin is where a path begins.
type origin uint8

const (
	fromInput    origin = iota // $
	fromContext                // $$
	fromVariable               // $name
)

// path is a Reference Path: it leads to one place at most.
type path struct {
	text     string
	from     origin
	variable string // of fromVariable
	steps    []step
}

// step is one name or one index of a path.
type step struct {
	name  string
	index int // -1: the step is a name
}

// into follows the step; false if the value has no such member or item.
func (st step) into(v jsonvalue.Value) (jsonvalue.Value, bool) {
	if st.index < 0 {
		return v.Get(st.name)
	}
	if v.Kind() != jsonvalue.Array || st.index >= v.Len() {
		return jsonvalue.Value{}, false
	}
	return v.Index(st.index), true
}

// String is the step as AWS's causes write it, however the definition does.
func (st step) String() string {
	if st.index < 0 {
		return "['" + st.name + "']"
	}
	return "[" + strconv.Itoa(st.index) + "]"
}

func (p *path) eval(s *Scope) (jsonvalue.Value, error) {
	v, err := p.begin(s)
	if err != nil {
		return jsonvalue.Value{}, err
	}
	for i, st := range p.steps {
		next, ok := st.into(v)
		if !ok {
			return jsonvalue.Value{}, &PathError{Path: p.text, Reason: p.missing(i, v), Input: s.Input, pastEnd: p.pastEnd(i, v)}
		}
		v = next
	}
	return v, nil
}

func (p *path) begin(s *Scope) (jsonvalue.Value, error) {
	switch p.from {
	case fromInput:
		return s.Input, nil
	case fromContext:
		return s.Context(), nil
	default:
		v, ok := s.Variable(p.variable)
		if !ok {
			return jsonvalue.Value{}, &variableError{Name: p.variable, Path: p.text}
		}
		return v, nil
	}
}

// missing says why step i does not lead from v. The texts are those of AWS (of the
// JSONPath library that it uses) where they have been recorded.
func (p *path) missing(i int, v jsonvalue.Value) string {
	st, last := p.steps[i], i == len(p.steps)-1
	switch {
	case st.index >= 0 && v.Kind() != jsonvalue.Array:
		return fmt.Sprintf("Filter: %s can only be applied to arrays. Current context is: %s", st, v)
	case st.index >= 0:
		return "No results for path: " + p.upTo(len(p.steps))
	case v.Kind() != jsonvalue.Object:
		return fmt.Sprintf("Expected to find an object with property %s in path %s but found %s", st, p.upTo(i), v.Kind())
	case last:
		return "No results for path: " + p.upTo(i+1)
	default:
		return "Missing property in path " + p.upTo(i+1)
	}
}

func (p *path) pastEnd(i int, v jsonvalue.Value) bool {
	return i == len(p.steps)-1 && p.steps[i].index >= 0 && v.Kind() == jsonvalue.Array
}

// upTo is the path's first n steps, all in brackets.
func (p *path) upTo(n int) string {
	var b strings.Builder
	b.WriteByte('$')
	for _, st := range p.steps[:n] {
		b.WriteString(st.String())
	}
	return b.String()
}
