package expr

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

func compileTemplate(t testing.TB, text string) *Template {
	t.Helper()
	template, problems := CompileTemplate(parse(t, text))
	if len(problems) > 0 {
		t.Fatalf("problems: %v", problems)
	}
	return template
}

func TestTemplate(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"constant", `{"b":1,"a":[{"c":"$.index"},"$.index"]}`, `{"b":1,"a":[{"c":"$.index"},"$.index"]}`},
		{"no object", `"$.index"`, `"$.index"`},
		{"expressions lose the ending and come last", `{"z.$":"$.index","m":1,"a.$":"$wait"}`, `{"m":1,"a":3,"z":1}`},
		{"deep", `{"Payload":{"attempt":1,"execution":{"name.$":"$$.Execution.Name"}}}`, `{"Payload":{"attempt":1,"execution":{"name":"e-1"}}}`},
		{"in arrays", `{"Environment":[{"Name":"A","Value.$":"$.index"},[{"x.$":"$.index"}],"y.$"]}`,
			`{"Environment":[{"Name":"A","Value":1},[{"x":1}],"y.$"]}`},
		{"an array of templates", `[{"x.$":"$.index"}]`, `[{"x":1}]`},
		{"function", `{"x.$":"States.Array($.index)"}`, `{"x":[1]}`},
		{"what comes out is not evaluated again", `{"x.$":"States.StringToJson('{\"y.$\":\"$.index\"}')"}`, `{"x":{"y.$":"$.index"}}`},
		{"a dollar that ends no name", `{"$":"$.index","a$":"$.index",".$x":1}`, `{"$":"$.index","a$":"$.index",".$x":1}`},
		{"only the last ending goes", `{"a.$.$":"$.index"}`, `{"a.$":1}`},
		{"an index beyond the end is null", `{"x.$":"$.array[3]"}`, `{"x":null}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := compileTemplate(t, test.text).Eval(scope(t))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got.Size() != len(test.want) {
				t.Errorf("size %d, want %d", got.Size(), len(test.want))
			}
		})
	}
}

// What has been compiled is shared by executions: run with -race.
func TestTemplateIsShared(t *testing.T) {
	template := compileTemplate(t, `{"n.$":"States.MathRandom(0, 10)","in.$":"$.n","who":{"x.$":"$$.State.Name","v.$":"$v"}}`)
	var executions sync.WaitGroup
	for n := range int64(8) {
		executions.Go(func() {
			s := scope(t)
			s.Input = jsonvalue.OfObject(jsonvalue.Member{Name: "n", Value: jsonvalue.OfInt(n)})
			s.Variable = func(string) (jsonvalue.Value, bool) { return jsonvalue.OfInt(-n), true }
			want := fmt.Sprintf(`{"who":{"v":%d,"x":"S"},"in":%d,"n":5}`, -n, n)
			for range 100 {
				if got, err := template.Eval(s); err != nil || got.String() != want {
					t.Errorf("got %s, %v; want %s", got, err, want)
					return
				}
			}
		})
	}
	executions.Wait()
}

func TestConstantTemplatesAreNotCopied(t *testing.T) {
	template, s := compileTemplate(t, `{"a":[1,{"b":2}]}`), &Scope{}
	if allocs := testing.AllocsPerRun(1000, func() { _, _ = template.Eval(s) }); allocs != 0 {
		t.Errorf("%v allocations, want none", allocs)
	}
}

func TestTemplateVariables(t *testing.T) {
	template := compileTemplate(t, `{"a":[{"x.$":"$late"}],"b.$":"States.Array($early.x, $late)","c":"$not"}`)
	if diff := cmp.Diff([]string{"early", "late"}, template.variables); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTemplateProblems(t *testing.T) {
	text := `{
		"ok.$": "$.a",
		"number.$": 1,
		"object.$": {"deep.$": "$..a"},
		".$": "$.a",
		"a": 1, "a.$": "$.b",
		"b.$": "$.b", "b": 2,
		"deep": [{}, {"it's": {"x.$": "States.UUID()"}}]
	}`
	template, got := CompileTemplate(parse(t, text))
	want := []Problem{
		{`['number.$']`, `a name that ends in .$ takes an expression in a string, got a number`},
		{`['object.$']`, `a name that ends in .$ takes an expression in a string, got an object`},
		{`['.$']`, `there is no name before .$`},
		{`['a.$']`, `there is a second member for "a": a name with and without .$ is the same`},
		{`['b']`, `there is a second member for "b": a name with and without .$ is the same`},
		{`['deep'][1]['it\'s']['x.$']`, `States.UUID(): States.UUID: not implemented by this engine`},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if template != nil {
		t.Error("a template beside its problems")
	}
}

// The causes are those recorded from AWS (LocalStack's snapshots, and for
// arguments floci-io/floci, issue 2870).
func TestTemplateErrors(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"path", `{"a":{"value.$":"$.no_such_jsonpath"}}`,
			`The JSONPath '$.no_such_jsonpath' specified for the field 'value.$' could not be found in the input '{"items":[1,2]}'`},
		{"context", `{"value.$":"$$.Execution.Input.no_such_jsonpath"}`,
			`The JSONPath '$$.Execution.Input.no_such_jsonpath' specified for the field 'value.$' ` +
				`could not be found in the input '{"items":[1,2]}'`},
		{"argument", `{"v.$":"States.Array($.items[5])"}`,
			`The function 'States.Array($.items[5])' had the following error: The JsonPath argument for the field '$.items[5]' could not be ` +
				`found in the input '{"items":[1,2]}'`},
		{"beyond the end on the way", `{"v.$":"$.items[5].x"}`,
			`The JSONPath '$.items[5].x' specified for the field 'v.$' could not be found in the input '{"items":[1,2]}'`},
		{"in an array", `{"l":[{"v.$":"$.items.x"}]}`,
			`The JSONPath '$.items.x' specified for the field 'v.$' could not be found in the input '{"items":[1,2]}'`},
	}
	s := scope(t)
	s.Input = parse(t, `{"items": [1, 2]}`)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v, err := compileTemplate(t, test.text).Eval(s)
			var missing *PathError
			if !errors.As(err, &missing) || err.Error() != test.want {
				t.Errorf("got  %s, %v\nwant %s", v, err, test.want)
			}
		})
	}
	t.Run("function", func(t *testing.T) {
		v, err := compileTemplate(t, `{"v.$":"States.StringToJson($.items)"}`).Eval(s)
		var failed *IntrinsicError
		if !errors.As(err, &failed) || v.Kind() != jsonvalue.Null {
			t.Errorf("got %s, %v; want an *IntrinsicError", v, err)
		}
	})
}
