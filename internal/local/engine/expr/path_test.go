package expr

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

func parse(t testing.TB, text string) jsonvalue.Value {
	t.Helper()
	v, err := jsonvalue.ParseString(text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// scope is one in which each path of these tests is evaluated.
func scope(t testing.TB) *Scope {
	input := parse(t, `{"a":{"b":[10,{"c":"deep"},[[7]]],"null":null,"text":"x"},"a b":1,"größe":2,"it's":3,"b\\s":4,"x-y_z":5,"0":6,
		"array":["p","q","r"],"index":1,"json":"{\"n\": 1.50}","lo":-3,"hi":2.5}`)
	contextObject := parse(t, `{"Execution":{"Id":"arn:exec","Input":{"deep":[true]},"Name":"e-1","RoleArn":"arn:role",
		"StartTime":"2026-11-23T00:00:00Z"},
		"State":{"EnteredTime":"2026-11-23T00:00:01Z","Name":"S","RetryCount":2},"StateMachine":{"Id":"arn:machine","Name":"m"}}`)
	variables := map[string]jsonvalue.Value{"wait": jsonvalue.OfInt(3), "report": parse(t, `{"waitSeconds":[4]}`),
		"zähler_1": jsonvalue.OfBool(true)}
	return &Scope{
		Input:    input,
		Context:  func() jsonvalue.Value { return contextObject },
		Variable: func(name string) (jsonvalue.Value, bool) { v, ok := variables[name]; return v, ok },
		Random:   func() float64 { return 0.5 },
	}
}

func TestPath(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"member", `$.index`, `1`},
		{"members", `$.a.b[1].c`, `"deep"`},
		{"null is a value", `$.a.null`, `null`},
		{"indices", `$.a.b[2][0][0]`, `7`},
		{"brackets", `$['a']['b'][0]`, `10`},
		{"double quotes", `$["a"].b[0]`, `10`},
		{"a space", `$['a b']`, `1`},
		{"a name that is not ASCII", `$.größe`, `2`},
		{"the same in brackets", `$['größe']`, `2`},
		{"an escaped quote", `$['it\'s']`, `3`},
		{"the other quote", `$["it's"]`, `3`},
		{"an escaped backslash", `$['b\\s']`, `4`},
		{"hyphen and underline", `$.x-y_z`, `5`},
		{"a name of digits", `$.0`, `6`},
		{"context object", `$$.Execution.Name`, `"e-1"`},
		{"context object in brackets", `$$['Execution']['Input'].deep[0]`, `true`},
		{"part of the context object", `$$.StateMachine`, `{"Id":"arn:machine","Name":"m"}`},
		{"retry count", `$$.State.RetryCount`, `2`},
		{"variable", `$wait`, `3`},
		{"in a variable", `$report.waitSeconds[0]`, `4`},
		{"in a variable, in brackets", `$report['waitSeconds'][0]`, `4`},
		{"a variable that is not ASCII", `$zähler_1`, `true`},
	}
	s := scope(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for kind, compile := range map[string]func(string) (*Expression, error){"compile": compile, "CompilePath": CompilePath} {
				e, err := compile(test.text)
				if err != nil {
					t.Fatal(kind, err)
				}
				got, err := e.Eval(s)
				if err != nil {
					t.Fatal(kind, err)
				}
				if diff := cmp.Diff(test.want, got.String()); diff != "" || e.String() != test.text {
					t.Errorf("%s of %s (-want +got):\n%s", kind, e, diff)
				}
			}
		})
	}
	t.Run("the whole input", func(t *testing.T) {
		e, err := CompilePath("$")
		if err != nil {
			t.Fatal(err)
		}
		if got, err := e.Eval(s); err != nil || got.String() != s.Input.String() {
			t.Errorf("$ is %s, %v; want %s", got, err, s.Input)
		}
	})
}

// The context object is built on demand: a path that does not need it must not
// build it.
func TestContextIsAskedForOnlyWhenUsed(t *testing.T) {
	s := scope(t)
	s.Context = func() jsonvalue.Value { t.Error("asked for the context object"); return jsonvalue.Value{} }
	for _, text := range []string{"$.index", "$wait", "States.Array($.index, $wait)"} {
		e, err := compile(text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := e.Eval(s); err != nil {
			t.Error(err)
		}
	}
}

// The reasons are those recorded from AWS (LocalStack's snapshots), except the Java
// class names that AWS shows for a value that is not an object.
func TestPathError(t *testing.T) {
	tests := []struct{ name, text, reason string }{
		{"missing member", `$.nope`, `No results for path: $['nope']`},
		{"missing member below another", `$.a.nope`, `No results for path: $['a']['nope']`},
		{"missing on the way", `$.no.such.path`, `Missing property in path $['no']`},
		{"missing on the way, deeper", `$.a.no.such`, `Missing property in path $['a']['no']`},
		{"of null", `$.a.null.x`, `Expected to find an object with property ['x'] in path $['a']['null'] but found null`},
		{"of a string", `$.a.text.x`, `Expected to find an object with property ['x'] in path $['a']['text'] but found a string`},
		{"of an array", `$.array.x`, `Expected to find an object with property ['x'] in path $['array'] but found an array`},
		{"beyond the end", `$.array[3]`, `No results for path: $['array'][3]`},
		{"beyond the end, on the way", `$.array[3].x`, `No results for path: $['array'][3]['x']`},
		{"index of an object", `$.a[0]`, `Filter: [0] can only be applied to arrays. Current context is: {"b":[10,{"c":"deep"},[[7]]],` +
			`"null":null,"text":"x"}`},
		{"in the context object", `$$.Execution.Input.nope`, `No results for path: $['Execution']['Input']['nope']`},
		{"in a variable", `$report.nope`, `No results for path: $['nope']`},
	}
	s := scope(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e, err := CompilePath(test.text)
			if err != nil {
				t.Fatal(err)
			}
			v, err := e.Eval(s)
			var missing *PathError
			if !errors.As(err, &missing) {
				t.Fatalf("got %s, %v; want a *PathError", v, err)
			}
			if missing.Path != test.text || missing.Reason != test.reason || missing.Input.String() != s.Input.String() {
				t.Errorf("got %+v", missing)
			}
			if want := "Invalid path '" + test.text + "' : " + test.reason; err.Error() != want {
				t.Errorf("got  %s\nwant %s", err, want)
			}
		})
	}
}

func TestVariableError(t *testing.T) {
	for _, text := range []string{"$undefined.x", "States.Array(1, States.StringToJson($undefined.x))"} {
		e, err := compile(text)
		if err != nil {
			t.Fatal(err)
		}
		_, err = e.Eval(scope(t))
		var undefined *variableError
		if !errors.As(err, &undefined) || undefined.Name != "undefined" || undefined.Path != "$undefined.x" {
			t.Errorf("%s: got %#v", text, err)
		}
	}
}

func TestVariables(t *testing.T) {
	tests := map[string][]string{
		`$`:             nil,
		`$$.State.Name`: nil,
		`$b.a`:          {"b"},
		`States.Array($b, States.Array($a.x, $.c), $b, '$d')`: {"a", "b"},
	}
	for text, want := range tests {
		e, err := compile(text)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, e.variables); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

// What JSONPath has beyond a Reference Path is refused by name, never read as
// something else.
func TestPathRefused(t *testing.T) {
	const not = "this engine does not implement it"
	tests := []struct {
		name, text string
		want       []string
	}{
		{"empty", ``, []string{"offset 0", "found the end, expected a path"}},
		{"not UTF-8", "$['\xff']", []string{"not UTF-8"}},
		{"text", `a.b`, []string{"offset 0", "found 'a', expected a path"}},
		{"space before", ` $.a`, []string{"found ' '"}},
		{"space after", `$.a `, []string{"offset 3", "found ' ', expected the end"}},
		{"two paths", `$.a$.b`, []string{"offset 3", "found '$', expected the end"}},
		{"dot at the end", `$.`, []string{"offset 2", "a name after the dot"}},
		{"space in a name", `$.a b`, []string{"offset 3", "found ' '"}},
		{"colon in a name", `$.a:b`, []string{"found ':'"}},
		{"recursive descent", `$..a`, []string{"..", not}},
		{"recursive descent of the context", `$$..Name`, []string{"..", not}},
		{"wildcard", `$.*`, []string{"wildcard .*", not}},
		{"wildcard in brackets", `$.a[*]`, []string{"offset 3", "wildcard [*]", not}},
		{"filter", `$.a[?(@.b==1)]`, []string{"filter", not}},
		{"script", `$.a[(@.length-1)]`, []string{"script", not}},
		{"current node", `$.a[@.b]`, []string{"@", not}},
		{"current node after a dot", `$.a.@`, []string{"found '@'"}},
		{"slice", `$.a[0:2]`, []string{"slice", not}},
		{"slice from the start", `$.a[:2]`, []string{"slice", not}},
		{"union of indices", `$.a[0,1]`, []string{"union", not}},
		{"union of names", `$['a','b']`, []string{"union", not}},
		{"negative index", `$.a[-1]`, []string{"negative index", not}},
		{"function", `$.a.length()`, []string{"path function length()", not}},
		{"function at the root", `$.sum($.a)`, []string{"path function sum()", not}},
		{"no index", `$.a[]`, []string{"offset 4", "found ']', expected an index or a quoted name"}},
		{"bare name in brackets", `$[a]`, []string{"found 'a', expected an index or a quoted name"}},
		{"open bracket", `$.a[`, []string{"found the end, expected an index"}},
		{"open index", `$.a[1`, []string{"found the end, expected ]"}},
		{"open quote", `$['a`, []string{"found the end, expected the quote"}},
		{"quote without a bracket", `$['a'`, []string{"found the end, expected ]"}},
		{"space in brackets", `$[ 'a' ]`, []string{"found ' '"}},
		{"leading zero", `$.a[01]`, []string{"index 01", "leading zeros"}},
		{"index beyond 32 bits", `$.a[2147483648]`, []string{"0 to 2147483647"}},
		{"empty name", `$['']`, []string{"empty name", not}},
		{"escape in a name", `$['a\n']`, []string{"escape", not}},
		{"token", `$$.Task.Token`, []string{"Task", ".waitForTaskToken"}},
		{"unknown part of the context", `$$.Map.Item.Value`, []string{"['Map']", "expected Execution, State or StateMachine"}},
		{"context by index", `$$[0]`, []string{"[0]"}},
		{"unknown field of the execution", `$$.Execution.Nam`, []string{"$$.Execution has no ['Nam']", "Id, Input, Name"}},
		{"unknown field of the state", `$$.State.Input`, []string{"$$.State has no ['Input']"}},
		{"unknown field of the machine", `$$.StateMachine.Arn`, []string{"$$.StateMachine has no ['Arn']"}},
		{"the whole context", `$$`, []string{"RedriveCount in Standard executions only",
			"such as $$.Execution.Name"}}, // test_query_runtime_memory
		{"the whole execution", `$$.Execution`, []string{"RedriveCount in Standard executions only"}},
		{"the whole execution in brackets", `$$['Execution']`, []string{"RedriveCount in Standard executions only"}},
		{"the redrives", `$$.Execution.RedriveCount`, []string{"Standard executions only", "does not implement it"}},
		{"context without a dot", `$$Execution`, []string{"name its fields, such as $$.Execution.Name"}},
		{"variable of JSONata", `$states.input`, []string{"$states is reserved"}},
		{"variable that begins with a digit", `$1st`, []string{"$1st: a name begins with a letter"}},
		{"variable that begins with an underline", `$_a`, []string{"$_a: a name begins with a letter"}},
		{"variable with a hyphen", `$a-b`, []string{"$a-b: a name holds no '-'"}},
		{"variable too long", `$` + strings.Repeat("ä", 81), []string{"at most 80 characters"}},
		{"intrinsic function without States", `Array($.a)`, []string{"found 'A', expected a path"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := compile(test.text)
			if err == nil {
				t.Fatalf("accepted %s", test.text)
			}
			for _, want := range append(test.want, test.text) {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got %q, want …%s…", err, want)
				}
			}
			if _, again := CompilePath(test.text); again == nil || again.Error() != err.Error() {
				t.Errorf("CompilePath says %v, compile %v", again, err)
			}
			if _, again := CompileTarget(test.text); again == nil {
				t.Error("CompileTarget accepts it")
			}
		})
	}
	t.Run("a variable of 80 characters", func(t *testing.T) {
		if _, err := CompilePath("$" + strings.Repeat("ä", 80)); err != nil {
			t.Error(err)
		}
	})
	t.Run("an intrinsic function where only a path may stand", func(t *testing.T) {
		if _, err := CompilePath("States.Array()"); err == nil || !strings.Contains(err.Error(), "only a path may stand") {
			t.Errorf("got %v", err)
		}
	})
}
