package expr

import (
	"errors"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

var seeds = []string{
	`$`, `$.a.b[1].c`, `$['a b']`, `$["it's"]`, `$.größe`, `$.a[9]`, `$$`, `$$.Execution.Input.x`, `$wait`, `$report.waitSeconds[0]`, `$nope`,
	`$..a`, `$.a[*]`, `$.a[?(@.b)]`, `$.a[0:1]`, `$.a[-1]`, `$['a\\b']`, `$.`, `$[`, `$states`, `$$.Task.Token`,
	`States.Array('a', 1.5, true, null, $.a, $$.State.Name)`, `States.ArrayGetItem(States.Array('x', 'y'), $.index)`,
	`States.MathRandom(0, 3)`, `States.MathRandom($.lo, $.hi)`, `States.StringToJson($.json)`, `States.StringToJson('{"a":[1]}')`,
	`States.Array('\'\{\}\\')`, `States.Format('{}', 1)`, `States.Format('\{{}\\', $.json)`,
	`States.MathAdd($.index, 1)`,
	`States.Format('[{}]', States.JsonToString($.array))`,
	`States.ArrayGetItem(States.StringToJson($wait.errorMessage), $turn)`,
	`States.Array(`, `States.Array('a`, `States.Array(States.Array(States.Array()))`,
}

// FuzzCompile: whatever the text, compiling it ends without a panic, and so does
// evaluating what has compiled, in its value or one of the documented errors.
func FuzzCompile(f *testing.F) {
	for _, seed := range seeds {
		f.Add(seed, `{"a":{"b":[1]},"index":0}`)
	}
	full, empty := scope(f), &Scope{Variable: func(string) (jsonvalue.Value, bool) { return jsonvalue.Value{}, false }}
	empty.Context, empty.Random = full.Context, full.Random
	f.Fuzz(func(t *testing.T, text, input string) {
		in, _ := jsonvalue.ParseString(input)
		e, err := compile(text)
		if err != nil {
			if !strings.HasPrefix(err.Error(), text+": ") {
				t.Errorf("the error doesn't begin with %q: %v", text, err)
			}
			return
		}
		given := *full
		given.Input = in
		for _, s := range []*Scope{full, empty, &given} {
			_, err := e.Eval(s)
			documented(t, err)
		}
		if e.String() != text {
			t.Errorf("String() = %q, want %q", e, text)
		}
		if target, err := CompileTarget(text); err == nil {
			setting(t, target, in)
		}
	})
}

func documented(t *testing.T, err error) {
	t.Helper()
	var path *PathError
	var failed *IntrinsicError
	var undefined *variableError
	if err != nil && !errors.As(err, &path) && !errors.As(err, &failed) && !errors.As(err, &undefined) {
		t.Errorf("got a %T: %v", err, err)
	}
}

// setting: what a target has set, a path of the same text finds.
func setting(t *testing.T, target *Target, in jsonvalue.Value) {
	t.Helper()
	got, err := target.Set(in, jsonvalue.OfString("result"))
	if err != nil {
		return
	}
	e, err := CompilePath(target.String())
	if err != nil {
		t.Fatal(err)
	}
	if v, err := e.Eval(&Scope{Input: got}); err != nil || v.Text() != "result" {
		t.Errorf("%s set in %s gives %s, where it finds %s, %v", target, in, got, v, err)
	}
	if len(got.JSON()) != got.Size() {
		t.Errorf("Size() = %d of %s", got.Size(), got)
	}
}

// FuzzTemplate: whatever the JSON, compiling and evaluating it ends without a
// panic, and the result has the size that it reports.
func FuzzTemplate(f *testing.F) {
	for _, seed := range seeds {
		f.Add(jsonvalue.OfObject(jsonvalue.Member{Name: "x.$", Value: jsonvalue.OfString(seed)}).String())
	}
	f.Add(`{"a.$":"$.a","a":1}`)
	f.Add(`[{"a":[{"b.$":"States.Array($.a)"}],"c":{}},"x.$"]`)
	f.Add(`{".$":1,"x.$.$":"$"}`)
	f.Add(`{"cause":{"errorMessage.$":"States.Format('[{}]',States.JsonToString($.array))"},"turn":0}`)
	s := scope(f)
	f.Fuzz(func(t *testing.T, text string) {
		v, err := jsonvalue.ParseString(text)
		if err != nil {
			return
		}
		template, problems := CompileTemplate(v)
		if (template == nil) != (len(problems) > 0) {
			t.Fatalf("template %v with problems %v", template, problems)
		}
		if template == nil {
			return
		}
		got, err := template.Eval(s)
		documented(t, err)
		if err == nil && len(got.JSON()) != got.Size() {
			t.Errorf("Size() = %d of %s", got.Size(), got)
		}
	})
}
