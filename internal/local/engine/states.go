package engine

import (
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

func (p *pass) act(e *execution, v *visit) (step, *failure) {
	result, f := e.filter(v.state.input, v.input)
	if f != nil {
		return step{}, f
	}
	switch {
	case p.result != nil:
		result = *p.result
	case p.parameters != nil:
		if result, f = e.evaluate(p.parameters, result); f != nil {
			return step{}, f
		}
	}
	assigned, f := e.evaluate(v.state.assign, result)
	if f != nil {
		return step{}, f
	}
	return e.leave(v, p.target, result, assigned)
}

func (succeed) act(e *execution, v *visit) (step, *failure) {
	in, f := e.filter(v.state.input, v.input)
	if f != nil {
		return step{}, f
	}
	return e.out(v, in, jsonvalue.Value{})
}

func (w *wait) act(e *execution, v *visit) (step, *failure) {
	in, f := e.filter(v.state.input, v.input)
	if f != nil {
		return step{}, f
	}
	length := w.fixed
	if w.path != nil {
		if length, f = e.waitLength(w, in); f != nil {
			return step{}, f
		}
	}
	if f := e.sleep(length); f != nil {
		return step{}, f
	}
	assigned, f := e.evaluate(v.state.assign, in)
	if f != nil {
		return step{}, f
	}
	return e.out(v, in, assigned)
}

// waitLength reads SecondsPath as strictly as AWS does: anything except a whole
// number from 0 ends the execution.
func (e *execution) waitLength(w *wait, in jsonvalue.Value) (time.Duration, *failure) {
	e.scope.Input = in
	v, err := w.path.Eval(&e.scope)
	if err != nil {
		return 0, e.runtimeError("The SecondsPath parameter does not reference an input value: " + w.path.String())
	}
	referenced := w.path.String() + " == " + plain(v)
	seconds, ok := v.Int()
	switch {
	case !ok:
		return 0, e.runtimeError("The SecondsPath parameter cannot be parsed as a long value: " + referenced)
	case seconds < 0:
		return 0, e.runtimeError("The SecondsPath parameter references a negative value: " + referenced)
	case seconds > maxSeconds:
		return 0, e.runtimeError("Wait state delay is too long.")
	}
	return time.Duration(seconds) * time.Second, nil
}

// plain is a value as AWS puts it into a cause: a string without its quotes.
func plain(v jsonvalue.Value) string {
	if v.Kind() == jsonvalue.String {
		return v.Text()
	}
	return v.String()
}

// sleep waits, and reports if the execution ends during the wait. At the same
// moment the machine's deadline counts first.
func (e *execution) sleep(d time.Duration) *failure {
	if d > 0 {
		if err := e.env.Clock.Sleep(e.ctx, d); err != nil && e.ctx.Err() == nil {
			return abortedBy(err)
		}
	}
	return e.interrupted()
}

func (s *fail) act(e *execution, v *visit) (step, *failure) {
	name, f := e.text(s.err, "ErrorPath", v.input, maxError)
	if f != nil {
		return step{}, f
	}
	cause, f := e.text(s.cause, "CausePath", v.input, maxCause)
	if f != nil {
		return step{}, f
	}
	return step{}, &failure{kind: uncatchable, name: name, cause: cause}
}

// text evaluates Error or Cause. What AWS does with a value longer than its API can
// return is not documented, so the execution fails and says so.
func (e *execution) text(t text, field string, in jsonvalue.Value, most int) (string, *failure) {
	if t.path == nil {
		return t.literal, nil
	}
	e.scope.Input = in
	v, err := t.path.Eval(&e.scope)
	if err != nil {
		return "", e.evaluationOf(field, err)
	}
	if v.Kind() != jsonvalue.String {
		return "", e.runtimeError("The " + field + " parameter does not reference a string: " + t.path.String() + " == " + v.String())
	}
	if n := utf8.RuneCountInString(v.Text()); n > most {
		return "", e.runtimeError("The " + field + " parameter references a string of " + strconv.Itoa(n) +
			" characters, and the limit is " + strconv.Itoa(most) + ": " + t.path.String())
	}
	return v.Text(), nil
}
