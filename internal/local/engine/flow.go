package engine

import (
	"github.com/sfngen/sfngen/internal/jsonvalue"
	"github.com/sfngen/sfngen/internal/local/engine/expr"
)

var empty = jsonvalue.OfObject()

// filter applies an InputPath or OutputPath.
func (e *execution) filter(p filter, v jsonvalue.Value) (jsonvalue.Value, *failure) {
	if p.discards {
		return empty, nil
	}
	if p.path == nil {
		return v, nil
	}
	e.scope.Input = v
	through, err := p.path.Eval(&e.scope)
	if err != nil {
		return v, e.evaluation(err)
	}
	return through, nil
}

// evaluate applies Parameters, ResultSelector or Assign to a value; null without a
// template.
func (e *execution) evaluate(t *expr.Template, in jsonvalue.Value) (jsonvalue.Value, *failure) {
	if t == nil {
		return jsonvalue.Value{}, nil
	}
	e.scope.Input = in
	out, err := t.Eval(&e.scope)
	if err != nil {
		return out, e.evaluation(err)
	}
	return out, nil
}

// combine puts a result where ResultPath says, in the state's own input: before
// its InputPath (States Language, "ResultPath").
func (e *execution) combine(p resultPath, in, result jsonvalue.Value) (jsonvalue.Value, *failure) {
	switch {
	case p.discards:
		return in, nil
	case p.target == nil:
		return result, nil
	}
	out, err := p.target.Set(in, result)
	if err != nil {
		return out, e.failed(errResultPath, err.Error())
	}
	return out, nil
}

// leave is the way out of a state with a result.
func (e *execution) leave(v *visit, p resultPath, result, assigned jsonvalue.Value) (step, *failure) {
	out, f := e.combine(p, v.input, result)
	if f != nil {
		return step{}, f
	}
	return e.out(v, out, assigned)
}

// out is the way out of a state with an output, through OutputPath.
func (e *execution) out(v *visit, output, assigned jsonvalue.Value) (step, *failure) {
	output, f := e.filter(v.state.output, output)
	if f != nil {
		return step{}, f
	}
	if tooLarge(output) {
		return step{}, resultTooLarge(v.state.name)
	}
	return step{output: output, assigned: assigned, next: v.state.next}, nil
}
