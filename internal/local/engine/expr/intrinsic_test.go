package expr

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

func TestIntrinsic(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"empty array", `States.Array()`, `[]`},
		{"array of every kind of argument", `States.Array('a', 1, -2.50, 1e3, true, false, null, $.index, $$.State.Name, $wait)`,
			`["a",1,-2.50,1e3,true,false,null,1,"S",3]`},
		{"an array's item may be anything", `States.Array($.a.null, $.array)`, `[null,["p","q","r"]]`},
		{"white space", "States.Array( 'a' ,\t$.index\n, States.Array( ) )", `["a",1,[]]`},
		{"no white space", `States.Array('a',$.index,States.Array())`, `["a",1,[]]`},
		{"escapes", `States.Array('it\'s \{\} \\ "x"')`, `["it's {} \\ \"x\""]`},
		{"braces as they are", `States.StringToJson('{"constant_in_literal": "false"}')`, `{"constant_in_literal":"false"}`},
		{"a line end in quotes", "States.Array('a\nb')", `["a\nb"]`},
		{"text that looks like an expression", `States.Array('$.a, States.Array()')`, `["$.a, States.Array()"]`},
		{"item", `States.ArrayGetItem($.array, 0)`, `"p"`},
		{"item by a path", `States.ArrayGetItem($.array, $.index)`, `"q"`},
		{"last item", `States.ArrayGetItem($.array, 2)`, `"r"`},
		{"what the generator emits", `States.ArrayGetItem(States.Array('arn:1', 'arn:2', 'arn:3'), $.index)`, `"arn:2"`},
		{"item by the retry count", `States.ArrayGetItem($.array, $$.State.RetryCount)`, `"r"`},
		{"a sum", `States.MathAdd($.index, 1)`, `2`},
		{"a sum of rounded numbers", `States.MathAdd(1.5, -3)`, `-1`},
		{"JSON to text", `States.JsonToString($.array)`, `"[\"p\",\"q\",\"r\"]"`},
		{"a string's JSON to text", `States.JsonToString('a')`, `"\"a\""`},
		{"format", `States.Format('{}-{}{}', 'a', 1.50, null)`, `"a-1.50null"`},
		{"format without places", `States.Format('a')`, `"a"`},
		{"format with escapes", `States.Format('\{\}\\{}\'', true)`, `"{}\\true'"`},
		{"format does not read what it inserts", `States.Format('{}{}', '\{\}', 'b')`, `"{}b"`},
		{"a report made of a start", `States.StringToJson(States.Format('[{}]', States.JsonToString($.array)))`, `[["p","q","r"]]`},
		{"text to JSON", `States.StringToJson($.json)`, `{"n":1.50}`},
		{"ten functions", "States.Array(" + strings.Repeat("States.Array(), ", 8) + "States.Array())", `[[],[],[],[],[],[],[],[],[]]`},
		{"ten deep", strings.Repeat("States.Array(", 10) + strings.Repeat(")", 10), `[[[[[[[[[[]]]]]]]]]]`},
	}
	// The recorded results of AWS (LocalStack, test_json_manipulation).
	for text, want := range map[string]string{``: `null`, ` `: `null`, `null`: `null`, `-0`: `-0`, `1.1`: `1.1`, `true`: `true`,
		`"HelloWorld"`: `"HelloWorld"`, `[1, 2, "HelloWorld"]`: `[1,2,"HelloWorld"]`, `{"Arg1": 1, "Arg2": []}`: `{"Arg1":1,"Arg2":[]}`} {
		tests = append(tests, struct{ name, text, want string }{"recorded: " + text, "States.StringToJson('" + text + "')", want})
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e, err := compile(test.text)
			if err != nil {
				t.Fatal(err)
			}
			got, err := e.Eval(scope(t))
			if err != nil || got.String() != test.want || e.String() != test.text {
				t.Errorf("%s is %s, %v; want %s", e, got, err, test.want)
			}
		})
	}
}

// The start belongs to the range and the end doesn't; both are rounded.
func TestMathRandom(t *testing.T) {
	const below1 = 1 - 1.0/(1<<53)
	tests := []struct {
		arguments string
		random    float64
		want      int64
	}{
		{"0, 3", 0, 0},
		{"0, 3", 0.333, 0},
		{"0, 3", 0.334, 1},
		{"0, 3", 0.667, 2},
		{"0, 3", below1, 2},
		{"5, 6", 0, 5},
		{"5, 6", below1, 5},
		{"$.lo, $.hi", 0, -3},
		{"$.lo, $.hi", below1, 2},
		{"12.50, 44.51", 0, 13},
		{"12.50, 44.51", below1, 44},
		{"12.49, 44.49", 0, 12},
		{"12.49, 44.49", below1, 43},
		{"-1.5, 1", 0, -1},
		{"-99999, -9999", below1, -10000},
		{"-2147483648, 2147483647", 0, -2147483648},
		{"-2147483648, 2147483647", below1, 2147483646},
	}
	for _, test := range tests {
		t.Run(fmt.Sprint(test.arguments, " at ", test.random), func(t *testing.T) {
			e, err := compile("States.MathRandom(" + test.arguments + ")")
			if err != nil {
				t.Fatal(err)
			}
			s := scope(t)
			s.Random = func() float64 { return test.random }
			got, err := e.Eval(s)
			if n, whole := got.Int(); err != nil || !whole || n != test.want {
				t.Errorf("got %s, %v; want %d", got, err, test.want)
			}
		})
	}
	t.Run("random each time", func(t *testing.T) {
		e, err := compile("States.Array(States.MathRandom(0, 10), States.MathRandom(0, 10))")
		if err != nil {
			t.Fatal(err)
		}
		s, draws := scope(t), 0
		s.Random = func() float64 { draws++; return float64(draws) / 10 }
		for _, want := range []string{"[1,2]", "[3,4]"} {
			if got, err := e.Eval(s); err != nil || got.String() != want {
				t.Errorf("got %s, %v; want %s", got, err, want)
			}
		}
	})
}

func TestIntrinsicError(t *testing.T) {
	tests := []struct{ name, text, function, reason string }{
		{"index beyond the end", `States.ArrayGetItem($.array, 3)`, "States.ArrayGetItem", "the index 3 is out of range: the array has 3 items"},
		{"negative index", `States.ArrayGetItem($.array, -1)`, "States.ArrayGetItem", "the index -1 is out of range"},
		{"index that is not whole", `States.ArrayGetItem($.array, 1.5)`, "States.ArrayGetItem", "must be a whole number, got 1.5"},
		{"index in a string", `States.ArrayGetItem($.array, '1')`, "States.ArrayGetItem", `must be a whole number, got "1"`},
		{"item of an object", `States.ArrayGetItem($.a, 1)`, "States.ArrayGetItem", "must be an array, got an object"},
		{"all constant", `States.ArrayGetItem(States.Array(), 0)`, "States.ArrayGetItem", "the array has 0 items"},
		{"sum of a string", `States.MathAdd('1', 2)`, "States.MathAdd", "the first number must be a number, got a string"},
		{"sum over 32 bits", `States.MathAdd(2147483647, 1)`, "States.MathAdd", "the sum must lie within"},
		{"format an array", `States.Format('{}', $.array)`, "States.Format", "got an array: States.JsonToString makes"},
		{"no JSON", `States.StringToJson($.a.text)`, "States.StringToJson", "offset 0: found 'x', expected a value"},
		{"JSON of a number", `States.StringToJson($.index)`, "States.StringToJson", "must be a string, got a number"},
		{"nothing to draw from", `States.MathRandom(3, 3)`, "States.MathRandom", "nothing lies from 3 on and below 3"},
		{"the wrong way round", `States.MathRandom($.hi, $.lo)`, "States.MathRandom", "nothing lies from 3 on and below -3"},
		{"start of a string", `States.MathRandom('0', 3)`, "States.MathRandom", "the start must be a number, got a string"},
		{"end of null", `States.MathRandom(0, $.a.null)`, "States.MathRandom", "the end must be a number, got null"},
		{"beyond 32 bits", `States.MathRandom(0, 2147483648)`, "States.MathRandom", "must lie within"},
		{"beyond floating point", `States.MathRandom(0, 1e999)`, "States.MathRandom", "must lie within"},
		{"in an inner call", `States.Array(States.StringToJson('{'))`, "States.StringToJson", "offset 1"},
		{"a long value is cut", `States.ArrayGetItem($.array, '` + strings.Repeat("ä", 40) + `')`, "States.ArrayGetItem",
			strings.Repeat("ä", 29) + "…"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e, err := compile(test.text)
			if err != nil {
				t.Fatal(err)
			}
			v, err := e.Eval(scope(t))
			var failed *IntrinsicError
			if !errors.As(err, &failed) {
				t.Fatalf("got %s, %v; want an *IntrinsicError", v, err)
			}
			if failed.Function != test.function || failed.Call != test.text || !strings.Contains(failed.Reason, test.reason) {
				t.Errorf("got %+v\nwant %s: …%s…", failed, test.function, test.reason)
			}
		})
	}
}

// AWS's own causes: they name the whole expression, also for an inner argument
// (measured on AWS, floci-io/floci, issue 2870).
func TestPathErrorInCall(t *testing.T) {
	for _, text := range []string{`States.Array($.nope)`, `States.Array('{}', States.Array($.nope))`} {
		e, err := compile(text)
		if err != nil {
			t.Fatal(err)
		}
		_, err = e.Eval(&Scope{Input: parse(t, `{"other": 1}`)})
		want := "The function '" + text + `' had the following error: The JsonPath argument for the field '$.nope' could not be found in the ` +
			`input '{"other":1}'`
		var missing *PathError
		if !errors.As(err, &missing) || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func TestCallRefused(t *testing.T) {
	tests := []struct {
		name, text, want string
	}{
		{"not UTF-8", "States.Array('\xff')", "not UTF-8"},
		{"unknown", `States.Reverse('a')`, "States.Reverse: no such intrinsic function"},
		{"wrong case", `States.array('a')`, "States.array: no such intrinsic function"},
		{"no name", `States.('a')`, "States.: no such intrinsic function"},
		{"no template", `States.Format()`, "States.Format takes 1 argument or more, got 0"},
		{"a template from a path", `States.Format($.json, 1)`, "must be a string in single quotes"},
		{"a template that is a number", `States.Format(1)`, "must be a string in single quotes"},
		{"a template with a lone brace", `States.Format('{', 1)`, `that is not {} is written \{`},
		{"a template with a name", `States.Format('{a}', 1)`, `that is not {} is written \{`},
		{"too few for the template", `States.Format('{}{}', 1)`, "has {} 2 times, and 1 arguments follow it"},
		{"too many for the template", `States.Format('{}', 1, 2)`, "has {} 1 times, and 2 arguments follow it"},
		{"nested, not implemented", `States.Array(States.Hash($.json, 'MD5'))`, "States.Hash: not implemented by this engine"},
		{"too few", `States.ArrayGetItem($.array)`, "States.ArrayGetItem takes 2 arguments, got 1"},
		{"too many", `States.StringToJson($.a, $.b)`, "States.StringToJson takes 1 argument, got 2"},
		{"none", `States.MathRandom()`, "States.MathRandom takes 2 to 3 arguments, got 0"},
		{"seed", `States.MathRandom(0, 3, 7)`, "a seed (the third argument) is not implemented by this engine"},
		{"eleven functions", "States.Array(" + strings.Repeat("States.Array(), ", 10) + "1)", "more than 10 intrinsic functions"},
		{"no arguments at all", `States.Array`, "found the end, expected ("},
		{"space before the arguments", `States.Array ()`, "found ' ', expected ("},
		{"open", `States.Array('a'`, "found the end, expected , or )"},
		{"open quote", `States.Array('a`, "found the end, expected the quote"},
		{"comma at the end", `States.Array('a',)`, "found ')', expected an argument"},
		{"comma alone", `States.Array(,)`, "found ',', expected an argument"},
		{"no comma", `States.Array('a' 'b')`, "found '\\'', expected , or )"},
		{"text after it", `States.Array().a`, "found '.', expected the end"},
		{"space after it", `States.Array() `, "found ' ', expected the end"},
		{"double quotes", `States.Array("a")`, "single quotes"},
		{"a bare word", `States.Array(abc)`, "found 'a', expected an argument"},
		{"no number", `States.Array(01)`, "found '0', expected an argument"},
		{"open escape", `States.Array('a\n')`, `after a backslash`},
		{"escaped double quote", `States.StringToJson('{"text":"\"x\""}')`, `after a backslash`},
		{"backslash at the end", `States.Array('a\`, `after a backslash`},
		{"bad path", `States.Array($.a[*])`, "wildcard"},
		{"the whole context", `States.Array($$)`, "the context object's Execution as a whole"},
		{"bad context", `States.Array($$.Task.Token)`, "waitForTaskToken"},
	}
	for _, name := range notImplemented {
		tests = append(tests, struct{ name, text, want string }{name, name + "($.a)", name + ": not implemented by this engine"})
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := compile(test.text)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), test.text+": ") {
				t.Errorf("got %v\nwant %s: …%s…", err, test.text, test.want)
			}
		})
	}
}

// Every function of AWS's page is either implemented or refused by its name.
func TestAllFunctionsAreKnown(t *testing.T) {
	if got := len(functions) + len(notImplemented); got != 18 {
		t.Errorf("%d functions, AWS has 18", got)
	}
	for _, name := range notImplemented {
		if _, both := functions[name]; both {
			t.Errorf("%s is both", name)
		}
	}
}

func TestConstantCallsAreReduced(t *testing.T) {
	e, err := compile(`States.Array('a', States.Array(1))`)
	if err != nil {
		t.Fatal(err)
	}
	s := &Scope{}
	if allocs := testing.AllocsPerRun(1000, func() { _, _ = e.Eval(s) }); allocs != 0 {
		t.Errorf("%v allocations, want none", allocs)
	}
	if got, err := e.Eval(s); err != nil || !jsonvalue.Equal(got, parse(t, `["a",[1]]`)) {
		t.Errorf("got %s, %v", got, err)
	}
}
