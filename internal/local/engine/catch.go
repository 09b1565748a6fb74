package engine

import "github.com/sfngen/sfngen/internal/jsonvalue"

// catch follows the first matching catcher. Its output goes to the next state
// unchanged: OutputPath is not applied, and a failure in the catcher fails the
// execution.
func (t *task) catch(e *execution, v *visit, f *failure) (step, *failure) {
	for i := range t.catchers {
		if c := &t.catchers[i]; c.errors.match(f.name) {
			return c.take(e, v, f)
		}
	}
	return step{}, f
}

func (c *catcher) take(e *execution, v *visit, caught *failure) (step, *failure) {
	output := errorOutput(caught)
	assigned, f := e.evaluate(c.assign, output)
	if f != nil {
		return step{}, f
	}
	out, f := e.combine(c.target, v.input, output)
	if f != nil {
		return step{}, f
	}
	if tooLarge(out) {
		return step{}, resultTooLarge(v.state.name)
	}
	return step{output: out, assigned: assigned, next: c.next}, nil
}

// errorOutput is what a catcher gets (States Language, "Error Output").
func errorOutput(f *failure) jsonvalue.Value {
	return jsonvalue.OfObject(
		jsonvalue.Member{Name: "Error", Value: jsonvalue.OfString(f.name)},
		jsonvalue.Member{Name: "Cause", Value: jsonvalue.OfString(f.cause)},
	)
}
