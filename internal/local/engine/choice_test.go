package engine_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/history/event"
)

const choiceInput = `{"n":2,"s":"abc","b":true,"nil":null,"o":{"m":2},"t":"2026-11-23T12:00:00Z","later":"2026-11-23T14:00:00.5+01:00"}`

// TestConditions: what holds, for choiceInput.
func TestConditions(t *testing.T) {
	tests := []struct {
		condition string
		want      bool
	}{
		{`"Variable":"$.n","NumericEquals":2.0`, true},
		{`"Variable":"$.n","NumericGreaterThan":2`, false},
		{`"Variable":"$.n","NumericGreaterThanEquals":2`, true},
		{`"Variable":"$.n","NumericLessThan":2.5`, true},
		{`"Variable":"$.n","NumericLessThanEquals":1`, false},
		{`"Variable":"$.n","NumericEqualsPath":"$.o.m"`, true},
		{`"Variable":"$.s","NumericEquals":2`, false},
		{`"Variable":"$.n","StringEquals":"2"`, false},
		{`"Variable":"$.s","StringEquals":"abc"`, true},
		{`"Variable":"$.s","StringLessThan":"abd"`, true},
		{`"Variable":"$.s","StringGreaterThanEqualsPath":"$.t"`, true},
		{`"Variable":"$.s","StringEqualsPath":"$.n"`, false},
		{`"Variable":"$.s","StringMatches":"a*c"`, true},
		{`"Variable":"$.s","StringMatches":"ab*bc"`, false},
		{`"Variable":"$.s","StringMatches":"*b*"`, true},
		{`"Variable":"$.s","StringMatches":"ab"`, false},
		{`"Variable":"$.s","StringMatches":"a\\*"`, false},
		{`"Variable":"$.n","StringMatches":"*"`, false},
		{`"Variable":"$.b","BooleanEquals":true`, true},
		{`"Variable":"$.b","BooleanEquals":false`, false},
		{`"Variable":"$.s","BooleanEquals":false`, false},
		{`"Variable":"$.b","BooleanEqualsPath":"$.s"`, false},
		{`"Variable":"$.nil","BooleanEquals":false`, false},
		{`"Variable":"$.t","TimestampLessThanPath":"$.later"`, true},
		{`"Variable":"$.later","TimestampEquals":"2026-11-23T13:00:00.500Z"`, true},
		{`"Variable":"$.s","TimestampLessThan":"2026-11-23T13:00:00Z"`, false},
		{`"Variable":"$.nil","IsNull":true`, true},
		{`"Variable":"$.n","IsNull":false`, true},
		{`"Variable":"$.n","IsNumeric":true`, true},
		{`"Variable":"$.s","IsString":false`, false},
		{`"Variable":"$.b","IsBoolean":true`, true},
		{`"Variable":"$.t","IsTimestamp":true`, true},
		{`"Variable":"$.s","IsTimestamp":true`, false},
		{`"Variable":"$.nil","IsPresent":true`, true},
		{`"Variable":"$.no","IsPresent":true`, false},
		{`"Variable":"$.n.o","IsPresent":false`, true},
		{`"Variable":"$$.Execution.Input.n","NumericEquals":2`, true},
		{`"Variable":"$v.m","NumericEquals":2`, true},
		{`"And":[{"Variable":"$.n","IsPresent":true},{"Variable":"$.n","NumericEquals":2}]`, true},
		{`"And":[{"Variable":"$.no","IsPresent":true},{"Variable":"$.no","NumericEquals":2}]`, false},
		{`"Or":[{"Variable":"$.no","IsPresent":false},{"Variable":"$.no","NumericEquals":2}]`, true},
		{`"Or":[{"Variable":"$.s","StringEquals":"x"},{"Not":{"Variable":"$.s","StringEquals":"x"}}]`, true},
		{`"Not":{"And":[{"Variable":"$.n","NumericEquals":2}]}`, false},
	}
	for _, test := range tests {
		t.Run(test.condition, func(t *testing.T) {
			r := run(t, `{"StartAt":"V","States":{"V":{"Type":"Pass","Assign":{"v":{"m":2}},"Next":"S"},"S":{"Type":"Choice","Choices":[{`+
				test.condition+`,"Next":"Yes"}],"Default":"No"},"Yes":{"Type":"Succeed"},"No":{"Type":"Fail","Error":"No"}}}`, choiceInput, nil)
			if got := r.Status == event.Succeeded; got != test.want || !got && r.Error != "No" {
				t.Errorf("holds: %t, %s: %s", got, r.Error, r.Cause)
			}
		})
	}
}

// chosen is a machine whose rules and Default say in w who was chosen.
const chosen = `{"StartAt":"S","States":{
	"S":{"Type":"Choice","InputPath":"$.o","OutputPath":"$.m","Assign":{"w":"default","n.$":"$.m"},"Default":"E","Choices":[
		{"Variable":"$.m","NumericEquals":1,"Assign":{"w":"one"},"Next":"E"},
		{"Variable":"$.m","NumericLessThan":3,"Next":"F","Comment":"no Assign"},
		{"Variable":"$.m","NumericLessThan":4,"Assign":{"w":{"of.$":"States.Format('<{}>', $.m)","k":[{"x.$":"$.m"}]}},"Next":"E"}]},
	"E":{"Type":"Pass","Parameters":{"in.$":"$","w.$":"$w"},"End":true},
	"F":{"Type":"Pass","End":true}}}`

func TestFirstRuleThatHoldsIsFollowed(t *testing.T) {
	for input, want := range map[string]string{
		`{"o":{"m":1}}`: `{"in":1,"w":"one"}`,
		`{"o":{"m":2}}`: `2`,
		`{"o":{"m":3}}`: `{"in":3,"w":{"k":[{"x":3}],"of":"<3>"}}`,
		`{"o":{"m":4}}`: `{"in":4,"w":"default"}`,
	} {
		r := run(t, chosen, input, nil)
		if r.Status != event.Succeeded || r.Transitions != 2 {
			t.Errorf("%s: %s after %d transitions: %s", input, r.Status, r.Transitions, r.Cause)
			continue
		}
		if got := r.Output.String(); got != want {
			t.Errorf("%s gives %s, want %s", input, got, want)
		}
	}
}

func TestChoiceEvents(t *testing.T) {
	r := run(t, chosen, `{"o":{"m":1}}`, nil)
	entered, _ := r.History[1].Details.(event.StateEnteredDetails)
	exited, _ := r.History[2].Details.(event.StateExitedDetails)
	got := []string{r.History[1].Type, entered.Name, entered.Input.String(), r.History[2].Type, exited.Name, exited.Output.String(),
		exited.Assigned.String()}
	want := []string{"ChoiceStateEntered", "S", `{"o":{"m":1}}`, "ChoiceStateExited", "S", `1`, `{"w":"one"}`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestChoicesThatFail(t *testing.T) {
	const begin = "An error occurred while executing the state 'S' (entered at the event id #2). "
	tests := []struct{ rule, name, cause string }{
		{`"Variable":"$.s","StringEquals":"x"`, "States.NoChoiceMatched", begin + "No rule of Choices matches, and the state has no Default."},
		{`"Variable":"$.no","StringEquals":"x"`, "States.Runtime",
			begin + "Invalid path '$.no': The choice state's condition path references an invalid value."},
		{`"Variable":"$.s","StringEqualsPath":"$.no.m"`, "States.Runtime",
			begin + "Invalid path '$.no.m': The choice state's condition path references an invalid value."},
		{`"Not":{"Variable":"$.no","IsNull":true}`, "States.Runtime",
			begin + "Invalid path '$.no': The choice state's condition path references an invalid value."},
		{`"Variable":"$.s","IsString":true,"Assign":{"a.$":"States.ArrayGetItem(States.Array(), 0)"}`, "States.IntrinsicFailure",
			begin + "The function 'States.ArrayGetItem(States.Array(), 0)' had the following error: States.ArrayGetItem: the index 0 is out of " +
				"range: the array has 0 items"},
	}
	for _, test := range tests {
		r := run(t, `{"StartAt":"S","States":{"S":{"Type":"Choice","Choices":[{`+test.rule+`,"Next":"E"}]},"E":{"Type":"Succeed"}}}`,
			choiceInput, nil)
		if r.Status != event.Failed || r.Error != test.name || r.Cause != test.cause {
			t.Errorf("%s: %s, %s: %s", test.rule, r.Status, r.Error, r.Cause)
		}
	}
}

func TestChoicesThatDoNotLoad(t *testing.T) {
	tests := []struct{ state, want string }{
		{`{"Type":"Choice"}`, "States.S.Choices: is missing"},
		{`{"Type":"Choice","Choices":[]}`, "States.S.Choices: needs at least one rule"},
		{`{"Type":"Choice","Choices":[{"Next":"S"}]}`,
			"States.S.Choices[0]: asks nothing: And, Or, Not, or Variable with a comparison such as StringEquals"},
		{`{"Type":"Choice","Choices":[{"Variable":"$.a","IsNull":true}]}`, "States.S.Choices[0].Next: is missing"},
		{`{"Type":"Choice","Choices":[{"IsNull":true,"Next":"S"}]}`, "States.S.Choices[0].Variable: is missing"},
		{`{"Type":"Choice","Choices":[{"Variable":"$.a","isNull":true,"Next":"S"}]}`,
			"States.S.Choices[0].isNull: is no comparison: did you mean IsNull?"},
		{`{"Type":"Choice","Choices":[{"Variable":"$.a","IsNull":true,"IsString":true,"Next":"S"}]}`,
			"States.S.Choices[0].IsString: cannot be together with IsNull: a rule asks one thing; And asks several"},
		{`{"Type":"Choice","Choices":[{"And":[{"Variable":"$.a","IsNull":true,"Next":"S"}],"Next":"S"}]}`,
			"States.S.Choices[0].And[0].Next: stands beside a rule of Choices itself, not inside And, Or or Not"},
		{`{"Type":"Choice","Choices":[{"Not":{"Variable":"$.a","IsNull":true},"Variable":"$.a","Next":"S"}]}`,
			"States.S.Choices[0].Variable: cannot be together with Not: the conditions inside it have their own"},
		{`{"Type":"Choice","Choices":[{"Variable":"$.a","StringMatches":"\\x","Next":"S"}]}`,
			"States.S.Choices[0].StringMatches: after a backslash of a pattern comes * or another backslash"},
		{`{"Type":"Choice","Choices":[{"Variable":"$.a","TimestampEquals":"2026","Next":"S"}]}`,
			`States.S.Choices[0].TimestampEquals: must be a time such as 2026-11-23T13:00:00Z (RFC 3339), not "2026"`},
		{`{"Type":"Choice","Choices":[{"Condition":"{% true %}","Next":"S"}]}`,
			"States.S.Choices[0].Condition: is not implemented by this engine: it belongs to JSONata"},
		{`{"Type":"Choice","Choices":[{"Variable":"$.a","IsNull":true,"Next":"S"}],"Next":"S"}`,
			"States.S.Next: is no field of a Choice state that this engine knows: "},
	}
	for _, test := range tests {
		if got := findings(t, single(test.state), nil); !strings.HasPrefix(got[0], test.want) {
			t.Errorf("%s\n got %q\nwant %q", test.state, got, test.want)
		}
	}
}
