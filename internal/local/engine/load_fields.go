package engine

import (
	"slices"
	"strings"
	"time"

	"github.com/sfngen/sfngen/internal/jsonvalue"
	"github.com/sfngen/sfngen/internal/local/engine/expr"
)

// The longest times, in seconds: of a Wait, and between retries (developer guide,
// Wait state and error handling); of a machine or a Task, which must be less
// (awslabs/statelint).
const (
	maxSeconds = 99_999_999
	maxTimeout = maxSeconds - 1
)

// object is an object of the definition while its fields are read. Each reader
// reports a field of the wrong kind, and ignores a missing one.
type object struct {
	*loader
	place place
	value jsonvalue.Value
}

func (o object) at(field string) place { return o.place.member(field) }

// get returns a field if it exists and has the right kind.
func (o object) get(field string, want jsonvalue.Kind) (jsonvalue.Value, bool) {
	v, ok := o.value.Get(field)
	if !ok {
		return v, false
	}
	if v.Kind() != want {
		o.findf(o.at(field), "must be %s, not %s", want.WithArticle(), v.Kind().WithArticle())
		return v, false
	}
	return v, true
}

func (o object) has(field string) bool {
	_, ok := o.value.Get(field)
	return ok
}

func (o object) isNull(field string) bool {
	v, ok := o.value.Get(field)
	return ok && v.Kind() == jsonvalue.Null
}

func (o object) text(field string) (string, bool) {
	v, ok := o.get(field, jsonvalue.String)
	if !ok {
		return "", false
	}
	return v.Text(), true
}

// required returns a string that must exist and not be empty.
func (o object) required(field string) string {
	if !o.has(field) {
		o.findf(o.at(field), "is missing")
		return ""
	}
	t, ok := o.text(field)
	if ok && t == "" {
		o.findf(o.at(field), "must not be empty")
	}
	return t
}

// object returns a field that must be an object.
func (o object) object(field string) object {
	if !o.has(field) {
		o.findf(o.at(field), "is missing")
	}
	v, ok := o.get(field, jsonvalue.Object)
	if !ok {
		v = jsonvalue.Value{}
	}
	return object{o.loader, o.at(field), v}
}

// items returns the objects of an array.
func (o object) items(field string) []object {
	v, ok := o.get(field, jsonvalue.Array)
	if !ok {
		return nil
	}
	var items []object
	for i := range v.Len() {
		at := o.at(field).item(i)
		if k := v.Index(i).Kind(); k != jsonvalue.Object {
			o.findf(at, "must be an object, not %s", k.WithArticle())
			continue
		}
		items = append(items, object{o.loader, at, v.Index(i)})
	}
	return items
}

func (o object) comment() { o.text("Comment") }

// oneOf returns a string that must be one of these; the first is the default.
func (o object) oneOf(field string, allowed ...string) string {
	t, ok := o.text(field)
	if !ok {
		return allowed[0]
	}
	if slices.Contains(allowed, t) {
		return t
	}
	o.findf(o.at(field), "%q is not implemented by this engine: only %s", t, strings.Join(allowed, " and "))
	return allowed[0]
}

// integer returns a whole number, written as one, within the bounds.
func (o object) integer(field string, byDefault, least, most int64) int64 {
	v, ok := o.get(field, jsonvalue.Number)
	if !ok {
		return byDefault
	}
	n, whole := v.Int()
	if !whole || n < least || n > most {
		o.findf(o.at(field), "must be a whole number from %d to %d, not %s", least, most, v.Number())
		return byDefault
	}
	return n
}

func (o object) seconds(field string, least, most int64) time.Duration {
	return time.Duration(o.integer(field, 0, least, most)) * time.Second
}

// path compiles a field that holds a path; nil if it is missing.
func (o object) path(field string) *expr.Expression {
	t, ok := o.text(field)
	if !ok {
		return nil
	}
	p, err := expr.CompilePath(t)
	if err != nil {
		o.findf(o.at(field), "%v", err)
	}
	return p
}

// inputPath compiles a path of a field that is not among those which take the
// context object (developer guide, Context object). ErrorPath and CausePath are
// not on that list either, but do take it (LocalStack, test_error_cause_path).
func (o object) inputPath(field string) *expr.Expression {
	p := o.path(field)
	if p != nil && strings.HasPrefix(p.String(), "$$") {
		o.findf(o.at(field), "%s: takes no path into the context object: assign it to a variable in a state before, and name that", p)
	}
	return p
}

// filter compiles an InputPath or OutputPath.
func (o object) filter(field string) filter {
	if o.isNull(field) {
		return filter{discards: true}
	}
	if p := o.path(field); p != nil && p.String() != "$" {
		return filter{path: p}
	}
	return filter{}
}

// target compiles a ResultPath.
func (o object) target() resultPath {
	if o.isNull("ResultPath") {
		return resultPath{discards: true}
	}
	t, ok := o.text("ResultPath")
	if !ok || t == "$" {
		return resultPath{}
	}
	target, err := expr.CompileTarget(t)
	if err != nil {
		o.findf(o.at("ResultPath"), "%v", err)
	}
	return resultPath{target: target}
}

// template compiles Parameters, ResultSelector or Assign; nil if missing.
func (o object) template(field string) *expr.Template {
	v, ok := o.get(field, jsonvalue.Object)
	if !ok {
		return nil
	}
	t, problems := expr.CompileTemplate(v)
	for _, p := range problems {
		o.findf(o.at(field)+place(p.Place), "%s", p.Message)
	}
	return t
}

// exclusive reports fields that exclude each other.
func (o object) exclusive(why string, fields ...string) {
	var there []string
	for _, f := range fields {
		if o.has(f) {
			there = append(there, f)
		}
	}
	if len(there) > 1 {
		o.findf(o.at(there[1]), "cannot be together with %s: %s", there[0], why)
	}
}
