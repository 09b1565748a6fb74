package engine

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sfngen/sfngen/internal/jsonvalue"
	"github.com/sfngen/sfngen/internal/lazyregexp"
	"github.com/sfngen/sfngen/internal/local/engine/expr"
)

// What Step Functions allows, in characters (API: SensitiveError, SensitiveCause;
// the language: state names).
const (
	maxStateName = 80
	maxError     = 256
	maxCause     = 32_768
)

// invokeResource is the one service integration that is implemented.
var invokeResource = lazyregexp.New(`^arn:[a-z0-9-]+:states:::lambda:invoke$`)

func (l *loader) checkStateName(at place, name string) {
	if n := utf8.RuneCountInString(name); n == 0 || n > maxStateName {
		l.findf(at, "a state's name has 1 to %d characters, not %d", maxStateName, n)
	}
}

func (l *loader) readState(name string, o object) {
	s := &state{name: name}
	l.states[name] = s // also a bad one, so that its name is no dangling target
	in := &loaded{state: s, place: o.place}
	l.order = append(l.order, in)
	kind := o.required("Type")
	if kind == "" {
		return
	}
	allowed, ok := stateFields[kind]
	if !ok {
		l.findf(o.at("Type"), "%s", whyNoType(kind))
		return
	}
	l.refuse(o.place, o.value, slices.Concat(commonFields, allowed), "a "+kind+" state")
	s.entered, s.exited = kind+"StateEntered", kind+"StateExited"
	o.comment()
	o.oneOf("QueryLanguage", "JSONPath")
	s.input, s.output = o.filter("InputPath"), o.filter("OutputPath")
	s.assign = o.assign()
	o.transition(in, allowed)
	s.action = o.action(kind, in)
}

func whyNoType(kind string) string {
	if otherTypes.has(kind) {
		return kind + " states are not implemented by this engine: only Pass, Task, Choice, Wait, Succeed and Fail"
	}
	return strconv.Quote(kind) + " is no type of state: Pass, Task, Choice, Wait, Succeed or Fail"
}

func (o object) action(kind string, in *loaded) action {
	switch kind {
	case "Pass":
		return o.pass()
	case "Task":
		return o.task(in)
	case "Choice":
		return o.choice(in)
	case "Wait":
		return o.wait()
	case "Succeed":
		return succeed{}
	default:
		return o.fail()
	}
}

// transition reads Next and End. A state has exactly one of them, unless its type
// ends the execution.
func (o object) transition(in *loaded, allowed fields) {
	if !allowed.has("Next") {
		return
	}
	end, isEnd := o.get("End", jsonvalue.Bool)
	if isEnd && !end.Bool() {
		o.findf(o.at("End"), "must be true, or be left out")
	}
	o.exclusive("a state goes on or ends", "Next", "End")
	if o.has("Next") {
		o.lead(in, func(s *state) { in.state.next = s })
	} else if !o.has("End") {
		o.findf(o.place, `needs Next, or "End": true`)
	}
}

// lead records the target of the object's Next.
func (o object) lead(in *loaded, set func(*state)) { o.leadOf("Next", in, set) }

// leadOf records the target that a field of the object names.
func (o object) leadOf(field string, in *loaded, set func(*state)) {
	if target := o.required(field); target != "" {
		in.leads = append(in.leads, lead{o.at(field), target, set})
	}
}

func (o object) pass() *pass {
	p := &pass{parameters: o.template("Parameters"), target: o.target()}
	if result, ok := o.value.Get("Result"); ok {
		p.result = &result
	}
	o.exclusive("the one would hide the other", "Result", "Parameters")
	return p
}

func (o object) task(in *loaded) *task {
	if r := o.required("Resource"); r != "" && !invokeResource.MatchString(r) {
		o.findf(o.at("Resource"), "%q is not implemented by this engine: only arn:PARTITION:states:::lambda:invoke", r)
	}
	o.invocation()
	return &task{
		parameters: o.template("Parameters"),
		selector:   o.template("ResultSelector"),
		target:     o.target(),
		timeout:    o.seconds("TimeoutSeconds", 1, maxTimeout),
		retriers:   o.retriers(),
		catchers:   o.catchers(in),
	}
}

// invocation checks the arguments of lambda:invoke.
func (o object) invocation() {
	v, ok := o.value.Get("Parameters")
	if !ok {
		o.findf(o.at("Parameters"), "is missing: the function that is called, and what it is called with, must be given")
	}
	if v.Kind() != jsonvalue.Object {
		return // as the template's reader reports
	}
	p := object{o.loader, o.at("Parameters"), v}
	for name := range p.value.Members() {
		if bare := strings.TrimSuffix(name, ".$"); !invokeFields.has(bare) {
			o.findf(p.at(name), "%s", whyRefused(bare, invokeFields, "lambda:invoke"))
		}
	}
	for _, name := range invokeFields {
		if !p.has(name) && !p.has(name+".$") {
			o.findf(p.at(name), "is missing: lambda:invoke needs FunctionName and Payload")
		}
	}
	if p.has("FunctionName") {
		p.required("FunctionName")
	}
}

func (o object) wait() *wait {
	if !o.has("Seconds") && !o.has("SecondsPath") {
		o.findf(o.place, "needs Seconds or SecondsPath")
	}
	o.exclusive("a wait has one length", "Seconds", "SecondsPath")
	return &wait{fixed: o.seconds("Seconds", 0, maxSeconds), path: o.inputPath("SecondsPath")}
}

func (o object) fail() *fail {
	return &fail{
		err:   o.literalOrPath("Error", maxError),
		cause: o.literalOrPath("Cause", maxCause),
	}
}

// literalOrPath reads Error or ErrorPath, Cause or CausePath. What AWS does with a
// literal longer than its API can return is not documented, so the engine refuses
// it.
func (o object) literalOrPath(field string, most int) text {
	o.exclusive("a Fail state has one "+strings.ToLower(field), field, field+"Path")
	literal, _ := o.text(field)
	if n := utf8.RuneCountInString(literal); n > most {
		o.findf(o.at(field), "has %d characters; AWS takes at most %d", n, most)
	}
	return text{literal: literal, path: o.path(field + "Path")}
}

// assign compiles Assign, whose names become variables.
func (o object) assign() *expr.Template {
	v, ok := o.get("Assign", jsonvalue.Object)
	if !ok || v.Len() == 0 {
		return nil
	}
	for name := range v.Members() {
		if err := expr.CheckVariable(strings.TrimSuffix(name, ".$")); err != nil {
			o.findf(o.at("Assign").member(name), "%v", err)
		}
	}
	return o.template("Assign")
}
