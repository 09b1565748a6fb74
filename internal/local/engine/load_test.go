package engine_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/local/engine"
)

// findings are those of a definition that must not load.
func findings(t *testing.T, definition string, substitutions map[string]string) []string {
	t.Helper()
	_, err := engine.Load([]byte(definition), substitutions)
	var refused *engine.LoadError
	if !errors.As(err, &refused) {
		t.Fatalf("it loads, or fails with %v", err)
	}
	var all []string
	for _, f := range refused.Findings {
		all = append(all, f.String())
	}
	return all
}

const (
	passing = `{"Type":"Pass","End":true}`
	other   = `,"Other":{"Type":"Pass","End":true}`
)

// state is a machine with a task S that leads, or fails, to Other.
func state(fields string) string {
	return `{"StartAt":"S","States":{"S":` + invoking(fields+`,"Next":"Other"`) + other + `}}`
}

func TestWhatIsRefused(t *testing.T) {
	name81 := strings.Repeat("é", 81)
	tests := []struct {
		name, definition string
		want             []string
	}{
		{"no JSON", `{"StartAt":`, []string{"the definition is not JSON: "}},
		{"no object", `[]`, []string{"a definition must be an object, not an array"}},
		{"too large", `"` + strings.Repeat("x", 1<<20) + `"`, []string{"the definition has 1048578 bytes; AWS takes at most 1048576"}},
		{"nothing", `{}`, []string{"StartAt: is missing", "States: is missing"}},
		{"no states", `{"StartAt":"S","States":{}}`, []string{"States: a machine needs at least one state",
			`StartAt: leads to "S", but there is no such state`}},
		{"states of another kind", `{"StartAt":"S","States":[]}`, []string{"States: must be an object, not an array", `StartAt: leads to "S"`}},
		{"a start of another kind", `{"StartAt":1,"States":{"S":` + passing + `}}`, []string{"StartAt: must be a string, not a number"}},
		{"an unknown field at the top", `{"StartAt":"S","Retry":[],"States":{"S":` + passing + `}}`,
			[]string{"Retry: is no field of a state machine that this engine knows: Comment, "}},
		{"another version", `{"StartAt":"S","Version":"2.0","States":{"S":` + passing + `}}`,
			[]string{`Version: "2.0" is not implemented by this engine: only 1.0`}},
		{"JSONata", `{"StartAt":"S","QueryLanguage":"JSONata","States":{"S":` + passing + `}}`,
			[]string{`QueryLanguage: "JSONata" is not implemented by this engine: only JSONPath`}},
		{"JSONata in a state", single(`{"Type":"Pass","QueryLanguage":"JSONata","End":true}`),
			[]string{`States.S.QueryLanguage: "JSONata" is not`}},
		{"a time limit of 0", `{"StartAt":"S","TimeoutSeconds":0,"States":{"S":` + passing + `}}`,
			[]string{"TimeoutSeconds: must be a whole number from 1 to 99999998, not 0"}},
		{"a state that is none", single(`1`), []string{"States.S: a state must be an object, not a number"}},
		{"no type", single(`{"End":true}`), []string{"States.S.Type: is missing"}},
		{"an empty type", single(`{"Type":"","End":true}`), []string{"States.S.Type: must not be empty"}},
		{"an unknown type", single(`{"Type":"Loop","End":true}`), []string{`States.S.Type: "Loop" is no type of state`}},
		{"a name too long", `{"StartAt":"` + name81 + `","States":{"` + name81 + `":` + passing + `}}`,
			[]string{"States." + name81 + ": a state's name has 1 to 80 characters, not 81"}},
		{"an empty name", `{"StartAt":"S","States":{"S":` + passing + `,"":` + passing + `}}`,
			[]string{`States[""]: a state's name has 1 to 80 characters, not 0`, `States[""]: no transition leads here`}},
		{"a name with dots", single(`{"Type":"Pass","Next":"a.b"}`), []string{`States.S.Next: leads to "a.b", but there is no such state`}},
		{"no transition", single(`{"Type":"Pass"}`), []string{`States.S: needs Next, or "End": true`}},
		{"both transitions", single(`{"Type":"Pass","Next":"S","End":true}`), []string{"States.S.End: cannot be together with Next"}},
		{"an end that is false", single(`{"Type":"Pass","End":false}`), []string{"States.S.End: must be true, or be left out"}},
		{"an empty transition", single(`{"Type":"Pass","Next":""}`), []string{"States.S.Next: must not be empty"}},
		{"unreachable", `{"StartAt":"S","States":{"S":` + passing + `,"a.b":` + passing + `}}`,
			[]string{`States["a.b"]: no transition leads here: remove the state, or add a transition to it`}},
		{"a field twice", single(`{"Type":"Pass","Result":{"x":1,"y":[{"x":1,"x":2}]},"End":true,"End":true}`),
			[]string{"States.S.Result.y[0].x: the name is there twice", "States.S.End: the name is there twice"}},
		{"a state twice", `{"StartAt":"S","States":{"S":` + passing + `,"S":` + passing + `}}`, []string{"States.S: the name is there twice"}},
		{"a wrong case", single(`{"Type":"Pass","end":true}`), []string{"States.S.end: is no field of a Pass state: did you mean End?",
			"States.S: needs Next"}},
		{"an input path that is no path", single(`{"Type":"Pass","InputPath":"a","End":true}`), []string{"States.S.InputPath: "}},
		{"an input path of another kind", single(`{"Type":"Pass","InputPath":1,"End":true}`),
			[]string{"States.S.InputPath: must be a string, not a number"}},
		{"a path with a filter", single(`{"Type":"Pass","OutputPath":"$.a[?(@.b)]","End":true}`), []string{"States.S.OutputPath: "}},
		{"an intrinsic in a path", single(`{"Type":"Fail","ErrorPath":"States.Format('x')"}`), []string{"States.S.ErrorPath: "}},
		{"a result path of a variable", single(`{"Type":"Pass","ResultPath":"$v","End":true}`), []string{"States.S.ResultPath: "}},
		{"result and parameters", single(`{"Type":"Pass","Result":1,"Parameters":{},"End":true}`),
			[]string{"States.S.Parameters: cannot be together with Result"}},
		{"an unknown intrinsic", single(`{"Type":"Pass","Parameters":{"a":[{"b.$":"States.UUID()"}]},"End":true}`),
			[]string{"States.S.Parameters['a'][0]['b.$']: "}},
		{"a reserved variable", single(`{"Type":"Pass","Assign":{"states":1},"End":true}`), []string{"States.S.Assign.states: "}},
		{"a part of a variable", single(`{"Type":"Pass","Assign":{"x.y.$":"$"},"End":true}`), []string{`States.S.Assign["x.y.$"]: `}},
		{"assign of another kind", single(`{"Type":"Pass","Assign":[],"End":true}`),
			[]string{"States.S.Assign: must be an object, not an array"}},
		{"another resource", strings.Replace(state(``), ":::lambda:invoke", ":::lambda:invoke.waitForTaskToken", 1),
			[]string{`States.S.Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken" is not implemented`}},
		{"a function as the resource", strings.Replace(state(``), "arn:aws:states:::lambda:invoke", "arn:aws:lambda:eu-west-1:1:function:f", 1),
			[]string{`States.S.Resource: "arn:aws:lambda`}},
		{"no resource", single(`{"Type":"Task","Parameters":{"FunctionName":"f","Payload":1},"End":true}`),
			[]string{"States.S.Resource: is missing"}},
		{"no parameters", single(`{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","End":true}`),
			[]string{"States.S.Parameters: is missing"}},
		{"no arguments", strings.Replace(state(``), `"FunctionName":"f","Payload":{"n":1}`, ``, 1),
			[]string{"States.S.Parameters.FunctionName: is missing", "States.S.Parameters.Payload: is missing"}},
		{"another argument", strings.Replace(state(``), `"FunctionName":"f"`, `"FunctionName":"f","InvocationType.$":"$.t"`, 1),
			[]string{`States.S.Parameters["InvocationType.$"]: is not implemented by this engine: only the default is, RequestResponse`}},
		{"an unknown argument", strings.Replace(state(``), `"FunctionName":"f"`, `"FunctionName":"f","X":1`, 1),
			[]string{`States.S.Parameters.X: is no field of lambda:invoke`}},
		{"an empty function", strings.Replace(state(``), `"FunctionName":"f"`, `"FunctionName":""`, 1),
			[]string{`States.S.Parameters.FunctionName: must not be empty`}},
		{"a time limit that is a fraction", state(`,"TimeoutSeconds":1.5`),
			[]string{"States.S.TimeoutSeconds: must be a whole number from 1 to 99999998, not 1.5"}},
		{"a time limit too long", state(`,"TimeoutSeconds":99999999`),
			[]string{"States.S.TimeoutSeconds: must be a whole number from 1 to 99999998"}}, // statelint: less than
		{"no length of a wait", single(`{"Type":"Wait","End":true}`), []string{"States.S: needs Seconds or SecondsPath"}},
		{"two lengths of a wait", single(`{"Type":"Wait","Seconds":1,"SecondsPath":"$","End":true}`),
			[]string{"States.S.SecondsPath: cannot be together with Seconds"}},
		{"a negative wait", single(`{"Type":"Wait","Seconds":-1,"End":true}`),
			[]string{"States.S.Seconds: must be a whole number from 0 to 99999999, not -1"}},
		{"a wait too long", single(`{"Type":"Wait","Seconds":100000000,"End":true}`), []string{"States.S.Seconds: must be"}},
		{"a wait by the context", single(`{"Type":"Wait","SecondsPath":"$$.Execution.Input.n","End":true}`),
			[]string{"States.S.SecondsPath: $$.Execution.Input.n: takes no path into the context object"}}, // developer guide, Context object
		{"two errors", single(`{"Type":"Fail","Error":"E","ErrorPath":"$.e"}`), []string{"States.S.ErrorPath: cannot be together with Error"}},
		{"two causes", single(`{"Type":"Fail","Cause":"E","CausePath":"$.e"}`), []string{"States.S.CausePath: cannot be together with Cause"}},
		{"an error too long", single(`{"Type":"Fail","Error":"` + strings.Repeat("x", 257) + `"}`),
			[]string{"States.S.Error: has 257 characters; AWS takes at most 256"}},
		{"a cause too long", single(`{"Type":"Fail","Cause":"` + strings.Repeat("x", 32_769) + `"}`),
			[]string{"States.S.Cause: has 32769 characters"}},
		{"retry of another kind", state(`,"Retry":{}`), []string{"States.S.Retry: must be an array, not an object"}},
		{"a retrier that is none", state(`,"Retry":[1]`), []string{"States.S.Retry[0]: must be an object, not a number"}},
		{"a retrier without errors", state(`,"Retry":[{}]`), []string{"States.S.Retry[0].ErrorEquals: is missing"}},
		{"a retrier of no errors", state(`,"Retry":[{"ErrorEquals":[]}]`),
			[]string{"States.S.Retry[0].ErrorEquals: needs at least one error name"}},
		{"an error of another kind", state(`,"Retry":[{"ErrorEquals":["E",1]}]`),
			[]string{"States.S.Retry[0].ErrorEquals[1]: must be a string, not a number"}},
		{"an unknown error", state(`,"Catch":[{"ErrorEquals":["States.Al"],"Next":"Other"}]`),
			[]string{`States.S.Catch[0].ErrorEquals[0]: "States.Al" is no error of the language`}},
		{"an empty error", state(`,"Retry":[{"ErrorEquals":[""]}]`),
			[]string{"States.S.Retry[0].ErrorEquals[0]: an error name must not be empty"}},
		{"parameters of another kind", single(`{"Type":"Pass","Parameters":[],"End":true}`),
			[]string{"States.S.Parameters: must be an object, not an array"}},
		{"arguments of another kind", strings.Replace(state(``), `{"FunctionName":"f","Payload":{"n":1}}`, `null`, 1),
			[]string{"States.S.Parameters: must be an object, not null"}},
		{"a comment of another kind", single(`{"Type":"Pass","Comment":true,"End":true}`),
			[]string{"States.S.Comment: must be a string, not a boolean"}},
		{"all is not last", state(`,"Retry":[{"ErrorEquals":["States.ALL"]},{"ErrorEquals":["E"]}]`),
			[]string{"States.S.Retry[0].ErrorEquals: States.ALL must stand alone, in the last entry"}},
		{"all is not alone", state(`,"Catch":[{"ErrorEquals":["E","States.ALL"],"Next":"Other"}]`),
			[]string{"States.S.Catch[0].ErrorEquals: States.ALL must stand alone"}},
		{"an interval of 0", state(`,"Retry":[{"ErrorEquals":["E"],"IntervalSeconds":0}]`),
			[]string{"States.S.Retry[0].IntervalSeconds: must be a whole number from 1"}},
		{"negative attempts", state(`,"Retry":[{"ErrorEquals":["E"],"MaxAttempts":-1}]`),
			[]string{"States.S.Retry[0].MaxAttempts: must be a whole number from 0"}},
		{"a rate under 1", state(`,"Retry":[{"ErrorEquals":["E"],"BackoffRate":0.9}]`),
			[]string{"States.S.Retry[0].BackoffRate: must be a number from 1.0, not 0.9"}},
		{"a rate of another kind", state(`,"Retry":[{"ErrorEquals":["E"],"BackoffRate":"2"}]`),
			[]string{"States.S.Retry[0].BackoffRate: must be a number, not a string"}},
		{"a rate over all bounds", state(`,"Retry":[{"ErrorEquals":["E"],"BackoffRate":1e999}]`),
			[]string{"States.S.Retry[0].BackoffRate: must be a number from 1.0, not 1e999"}},
		{"a longest delay of 0", state(`,"Retry":[{"ErrorEquals":["E"],"MaxDelaySeconds":0}]`),
			[]string{"States.S.Retry[0].MaxDelaySeconds: must be a whole number from 1 to 31622400"}},
		{"a longest delay too long", state(`,"Retry":[{"ErrorEquals":["E"],"MaxDelaySeconds":31622401}]`),
			[]string{"States.S.Retry[0].MaxDelaySeconds: must be"}},
		{"another jitter", state(`,"Retry":[{"ErrorEquals":["E"],"JitterStrategy":"HALF"}]`),
			[]string{`States.S.Retry[0].JitterStrategy: "HALF" is not implemented by this engine: only NONE and FULL`}},
		{"a catcher that leads nowhere", state(`,"Catch":[{"ErrorEquals":["E"]}]`), []string{"States.S.Catch[0].Next: is missing"}},
		{"a catcher that dangles", state(`,"Catch":[{"ErrorEquals":["E"],"Next":"X"}]`),
			[]string{`States.S.Catch[0].Next: leads to "X", but there is no such state`}},
		{"a catcher's assign", state(`,"Catch":[{"ErrorEquals":["E"],"Assign":{"9":1},"Next":"Other"}]`),
			[]string{`States.S.Catch[0].Assign.9: `}},
		{"a catcher's result path", state(`,"Catch":[{"ErrorEquals":["E"],"ResultPath":"$$.x","Next":"Other"}]`),
			[]string{`States.S.Catch[0].ResultPath: `}},
		{"all at once", `{"StartAt":"X","TimeoutSeconds":-1,"States":{"S":{"Type":"Pass","Foo":1}}}`,
			[]string{"TimeoutSeconds: ", "States.S.Foo: ", "States.S: needs Next", "StartAt: leads to"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := findings(t, tt.definition, nil)
			if len(got) != len(tt.want) {
				t.Fatalf("findings:\n%s", strings.Join(got, "\n"))
			}
			for i, want := range tt.want {
				if !strings.HasPrefix(got[i], want) {
					t.Errorf("finding %d is %q, want it to begin %q", i, got[i], want)
				}
			}
		})
	}
}

func TestWhatLoads(t *testing.T) {
	tests := map[string]string{
		"everything at the top": `{"Comment":"c","StartAt":"S","Version":"1.0","QueryLanguage":"JSONPath","TimeoutSeconds":99999998,` +
			`"States":{"S":` + passing + `}}`,
		"a name of 80 characters": `{"StartAt":"` + strings.Repeat("é", 80) + `","States":{"` + strings.Repeat("é", 80) + `":` + passing +
			`}}`,
		"empty retry and catch": state(`,"Retry":[],"Catch":[]`),
		"all, alone and last": state(`,"Retry":[{"ErrorEquals":["E"]},{"ErrorEquals":["States.ALL"]}],` +
			`"Catch":[{"ErrorEquals":["States.ALL"],"Next":"Other"}]`),
		"every reserved error": state(`,"Retry":[{"ErrorEquals":["States.Runtime","States.DataLimitExceeded",` +
			`"States.HeartbeatTimeout","States.Permissions"]}]`),
		"the bounds of a retrier": state(`,"Retry":[{"ErrorEquals":["E"],"IntervalSeconds":99999999,"MaxAttempts":99999999,` +
			`"BackoffRate":1,"MaxDelaySeconds":31622400}]`),
		"the longest wait":          single(`{"Type":"Wait","Seconds":99999999,"End":true}`),
		"the longest time limit":    state(`,"TimeoutSeconds":99999998`),
		"a context where it may be": single(`{"Type":"Pass","InputPath":"$$.Execution.Input","Assign":{"n.$":"$$.State.Name"},"End":true}`),
		"another partition":         strings.Replace(state(``), "arn:aws:", "arn:aws-us-gov:", 1),
		"a variable nobody has set": single(`{"Type":"Pass","InputPath":"$v","End":true}`),
		"a loop through a catcher": `{"StartAt":"S","States":{"S":` + invoking(`,"Catch":[{"ErrorEquals":["E"],"Next":"S"}],"End":true`) +
			`}}`,
		"an end only by way of Catch": state(`,"Catch":[{"ErrorEquals":["E"],"Next":"Other"}]`),
	}
	for name, definition := range tests {
		t.Run(name, func(t *testing.T) {
			if m := mustLoad(t, definition); m == nil {
				t.Error("there is no machine")
			}
		})
	}
}

func TestSubstitutions(t *testing.T) {
	definition := single(`{"Type":"Pass","Result":{"a":"${A}","b":["x ${A}-${B} y","${","$A"]},"End":true}`)
	m, err := engine.Load([]byte(definition), map[string]string{"A": `1"`, "B": "two"})
	if err != nil {
		t.Fatal(err)
	}
	r := runMachine(t.Context(), m, `{}`)
	if got, want := r.Output.String(), `{"a":"1\"","b":["x 1\"-two y","${","$A"]}`; got != want {
		t.Errorf("output %s, want %s", got, want)
	}
	want := []string{
		`States.S.Result.a: the placeholder ${A} has no value: add "A" to the substitutions`,
		`States.S.Result.b[0]: the placeholder ${A} has no value: add "A" to the substitutions`,
	}
	if diff := cmp.Diff(want, findings(t, definition, map[string]string{"B": "2"})); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	inName := findings(t, `{"StartAt":"${A}","States":{"${A}":`+passing+`}}`, map[string]string{"A": "S"})
	if len(inName) == 0 || !strings.HasPrefix(inName[0], `States.${A}: a placeholder in the name of a field`) {
		t.Errorf("findings: %q", inName)
	}
}

func TestThePlaceholdersValueDecides(t *testing.T) {
	definition := []byte(strings.Replace(single(invoking(`,"End":true`)), "arn:aws:states:::lambda:invoke", "${R}", 1))
	if _, err := engine.Load(definition, map[string]string{"R": "arn:aws:states:::lambda:invoke"}); err != nil {
		t.Error(err)
	}
	if _, err := engine.Load(definition, map[string]string{"R": "arn:aws:states:::sqs:sendMessage"}); err == nil {
		t.Error("another resource loads")
	}
}

func TestALoadErrorTellsAllFindings(t *testing.T) {
	_, err := engine.Load([]byte(single(`{"Type":"Pass","Foo":1}`)), nil)
	want := `the state machine's definition cannot run here: States.S.Foo: is no field of a Pass state that this engine knows: ` +
		`Type, Comment, QueryLanguage, InputPath, OutputPath, Parameters, Result, ResultPath, Assign, Next, End; States.S: needs Next, or ` +
		`"End": true`
	if err == nil || err.Error() != want {
		t.Errorf("%v", err)
	}
}

// FuzzLoad: whatever loads also runs to its end, without a panic: the history's
// limit ends loops, the deadline of the machine or the clock ends waits.
func FuzzLoad(f *testing.F) {
	golden, err := os.ReadFile("../../../golden/acme-orders/statemachine.asl.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(golden), orderRequest)
	for _, state := range []string{passing, `{"Type":"Wait","SecondsPath":"$","End":true}`, `{"Type":"Fail","CausePath":"$.c"}`,
		`{"Type":"Pass","Parameters":{"a.$":"States.ArrayGetItem($.a, 1)"},"ResultPath":"$.x[0]","Next":"S"}`,
		`{"Type":"Choice","Choices":[{"And":[{"Variable":"$.a[0]","IsPresent":true},{"Not":{"Variable":"$.a","IsNull":true}}],` +
			`"Assign":{"c":{"e.$":"States.Format('[{}]', States.JsonToString($.a))"}},"Next":"S"}],"Default":"S","Assign":{"n.$":` +
			`"States.MathAdd($.a[0], 1)"}}`,
		`{"Type":"Choice","Choices":[{"Or":[{"Variable":"$.a","StringMatches":"*\\\\*"},{"Variable":"$.t",` +
			`"TimestampLessThanPath":"$.a"},{"Variable":"$","NumericGreaterThan":0}],"Next":"S"}]}`,
		invoking(`,"Retry":[{"ErrorEquals":["States.ALL"]}],"Catch":[{"ErrorEquals":["States.ALL"],` +
			`"Assign":{"v.$":"States.StringToJson($.Cause)"},"Next":"S"}],"End":true`)} {
		f.Add(single(state), `{"a":[1,2]}`)
	}
	f.Fuzz(func(t *testing.T, definition, input string) {
		m, err := engine.Load([]byte(definition), egresses)
		var refused *engine.LoadError
		if err != nil && (!errors.As(err, &refused) || len(refused.Findings) == 0) {
			t.Fatalf("an error without findings: %v", err)
		}
		in, parseErr := parsed(input)
		if err != nil || parseErr != nil {
			return
		}
		r := fuzzed(m, in)
		if last := r.History[len(r.History)-1]; r.Status == event.Running || !strings.HasPrefix(last.Type, "Execution") {
			t.Errorf("it ends as %s with %s", r.Status, last.Type)
		}
		for i, e := range r.History {
			if e.ID != int64(i+1) || e.PreviousEventID >= e.ID {
				t.Fatalf("event %d is %s", i, fmt.Sprint(e))
			}
		}
	})
}
