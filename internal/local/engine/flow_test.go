package engine_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/clock/clocktest"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/local/engine"
)

// TestOutputs is what goes on after a state, for an input {"a":{"b":1},"c":2}.
func TestOutputs(t *testing.T) {
	const input = `{"a":{"b":1},"c":2}`
	tests := []struct{ name, state, want string }{
		{"a pass changes nothing", `{"Type":"Pass","End":true}`, input},
		{"a result takes the input's place", `{"Type":"Pass","Result":{"x.$":"$.a"},"End":true}`, `{"x.$":"$.a"}`},
		{"a result may be null", `{"Type":"Pass","Result":null,"End":true}`, `null`},
		{"parameters", `{"Type":"Pass","Parameters":{"x.$":"$.a.b","y":[{"z.$":"$.c"}]},"End":true}`, `{"y":[{"z":2}],"x":1}`},
		{"parameters see the input path", `{"Type":"Pass","InputPath":"$.a","Parameters":{"x.$":"$"},"End":true}`, `{"x":{"b":1}}`},
		{"an input path", `{"Type":"Pass","InputPath":"$.a.b","End":true}`, `1`},
		{"no input", `{"Type":"Pass","InputPath":null,"End":true}`, `{}`},
		{"an input path of the context", `{"Type":"Pass","InputPath":"$$.Execution.Name","End":true}`, `"x"`},
		{"an output path", `{"Type":"Pass","OutputPath":"$.a","End":true}`, `{"b":1}`},
		{"no output", `{"Type":"Pass","OutputPath":null,"End":true}`, `{}`},
		{"a result path adds to the input", `{"Type":"Pass","Result":3,"ResultPath":"$.d","End":true}`, `{"a":{"b":1},"c":2,"d":3}`},
		{"a result path makes what is missing", `{"Type":"Pass","Result":3,"ResultPath":"$.d.e","End":true}`, `{"a":{"b":1},"c":2,"d":{"e":3}}`},
		{"a result path replaces", `{"Type":"Pass","Result":3,"ResultPath":"$.a","End":true}`, `{"a":3,"c":2}`},
		{"a result path adds to the input before its input path", `{"Type":"Pass","InputPath":"$.a","ResultPath":"$.d","End":true}`,
			`{"a":{"b":1},"c":2,"d":{"b":1}}`},
		{"a result is discarded", `{"Type":"Pass","Result":3,"ResultPath":null,"End":true}`, input},
		{"an output path sees the result", `{"Type":"Pass","Result":3,"ResultPath":"$.d","OutputPath":"$.d","End":true}`, `3`},
		{"a wait's paths", `{"Type":"Wait","Seconds":0,"InputPath":"$.a","OutputPath":"$.b","End":true}`, `1`},
		{"a success's paths", `{"Type":"Succeed","InputPath":"$.a","OutputPath":"$.b"}`, `1`},
		{"a success's output may be nothing", `{"Type":"Succeed","OutputPath":null}`, `{}`},
		{"a task's payload", invoking(`,"OutputPath":"$.Payload","End":true`), `{"p":4}`},
		{"a task's selected result", invoking(`,"ResultSelector":{"s.$":"$.StatusCode","p.$":"$.Payload.p"},"ResultPath":"$.r","End":true`),
			`{"a":{"b":1},"c":2,"r":{"p":4,"s":200}}`},
		{"a task's result is discarded", invoking(`,"ResultPath":null,"End":true`), input},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := run(t, single(tt.state), input, replies(`{"p":4}`))
			if r.Status != event.Succeeded {
				t.Fatalf("%s: %s: %s", r.Status, r.Error, r.Cause)
			}
			if got := r.Output.String(); got != tt.want {
				t.Errorf("output %s, want %s", got, tt.want)
			}
		})
	}
}

// TestContextObject reads what test_query_context_object_values reads, except what
// is refused. Times are in the form of Java's Instant.
func TestContextObject(t *testing.T) {
	const ask = `{"id.$":"$$.Execution.Id","input.$":"$$.Execution.Input","name.$":"$$.Execution.Name","role.$":"$$.Execution.RoleArn",` +
		`"started.$":"$$.Execution.StartTime","state.$":"$$.State","machine.$":"$$.StateMachine"}`
	want := func(started, state string) string {
		return `{"input":{"a":1},"role":"arn:aws:iam::111111111111:role/r",` +
			`"machine":{"Id":"arn:aws:states:eu-central-1:111111111111:stateMachine:m","Name":"m"},"name":"x","started":"` + started + `",` +
			`"id":"arn:aws:states:eu-central-1:111111111111:execution:m:x","state":` + state + `}`
	}
	tests := []struct {
		name, state string
		late        time.Duration // of the start, by the clock
		want        string
	}{
		{"of a pass", `{"Type":"Pass","Parameters":` + ask + `,"End":true}`, 0,
			want("2026-11-23T12:00:00Z", `{"Name":"S","EnteredTime":"2026-11-23T12:00:03Z"}`)},
		{"of a task", invoking(`,"ResultSelector":` + ask + `,"End":true`), 0,
			want("2026-11-23T12:00:00Z", `{"Name":"S","EnteredTime":"2026-11-23T12:00:03Z","RetryCount":0}`)},
		{"between two seconds", `{"Type":"Pass","Parameters":` + ask + `,"End":true}`, 7*time.Millisecond + 900*time.Microsecond,
			want("2026-11-23T12:00:00.007Z", `{"Name":"S","EnteredTime":"2026-11-23T12:00:03.007Z"}`)},
		{"within a millisecond", `{"Type":"Pass","Parameters":` + ask + `,"End":true}`, 900 * time.Microsecond,
			want("2026-11-23T12:00:00Z", `{"Name":"S","EnteredTime":"2026-11-23T12:00:03Z"}`)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := mustLoad(t, `{"StartAt":"W","States":{"W":{"Type":"Wait","InputPath":"$$.Execution.Input","Seconds":3,"Next":"S"},"S":`+tt.state+
				`}}`)
			c := clocktest.NewVirtual(start.Add(tt.late))
			r := m.Run(t.Context(), execution(`{"a":1}`), engine.Environment{Clock: c, Invoker: &lambda{clock: c, answers: []answer{replies(`1`)}}})
			if got := r.Output.String(); got != tt.want {
				t.Errorf("(-want +got):\n%s", cmp.Diff(tt.want, got))
			}
		})
	}
}

// TestVariables reads what the first state has assigned, in a second one.
func TestVariables(t *testing.T) {
	tests := []struct{ name, first, want string }{
		{"a literal", `{"Type":"Pass","Assign":{"v":{"x":1}},"Next":"R"}`, `{"x":1}`},
		{"a pass assigns from its result", `{"Type":"Pass","Result":{"q":5},"ResultPath":"$.r","Assign":{"v.$":"$.q"},"Next":"R"}`, `5`},
		{"a pass assigns from its parameters", `{"Type":"Pass","Parameters":{"q.$":"$.a"},"ResultPath":null,"Assign":{"v.$":"$.q"},"Next":"R"}`,
			`1`},
		{"a pass assigns from its input path", `{"Type":"Pass","InputPath":"$.a","Assign":{"v.$":"$"},"Next":"R"}`, `1`},
		{"a wait assigns from its input", `{"Type":"Wait","Seconds":0,"InputPath":"$.a","Assign":{"v.$":"$"},"Next":"R"}`, `1`},
		{"a task assigns from its result, before the selector", invoking(`,"ResultSelector":{"x":1},"Assign":{"v.$":"$.Payload"},"Next":"R"`),
			`7`},
		{"an intrinsic", `{"Type":"Pass","Assign":{"v.$":"States.StringToJson('[1]')"},"Next":"R"}`, `[1]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := run(t, `{"StartAt":"F","States":{"F":`+tt.first+`,"R":{"Type":"Pass","InputPath":"$v","End":true}}}`, `{"a":1}`, replies(`7`))
			if r.Status != event.Succeeded || r.Output.String() != tt.want {
				t.Errorf("%s with %s (%s), want %s", r.Status, r.Output, r.Cause, tt.want)
			}
		})
	}
}

func TestAssignSeesTheValuesFromBefore(t *testing.T) {
	r := run(t, `{"StartAt":"A","States":{
		"A":{"Type":"Pass","Assign":{"x":1,"y":2},"Next":"B"},
		"B":{"Type":"Pass","Parameters":{"x.$":"$x"},"Assign":{"x.$":"$y","y.$":"$x"},"Next":"C"},
		"C":{"Type":"Pass","Parameters":{"x.$":"$x","y.$":"$y"},"ResultPath":"$.then","End":true}}}`, `{}`)
	if got, want := r.Output.String(), `{"x":1,"then":{"x":2,"y":1}}`; got != want {
		t.Errorf("output %s, want %s", got, want)
	}
}

func TestWaits(t *testing.T) {
	tests := []struct {
		name, wait string
		want       time.Duration
	}{
		{"none", `"Seconds":0`, 0},
		{"seconds", `"Seconds":30`, 30 * time.Second},
		{"the longest", `"Seconds":99999999`, 99_999_999 * time.Second},
		{"a path to 0", `"SecondsPath":"$.none"`, 0},
		{"a path to 1", `"SecondsPath":"$.one"`, time.Second},
		{"a path within the input path", `"InputPath":"$.in","SecondsPath":"$.two"`, 2 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := run(t, single(`{"Type":"Wait",`+tt.wait+`,"End":true}`), `{"none":0,"one":1,"in":{"two":2}}`)
			if r.Status != event.Succeeded || r.took() != tt.want {
				t.Errorf("%s after %s (%s), want %s", r.Status, r.took(), r.Cause, tt.want)
			}
		})
	}
}

// TestRuntimeErrors are the errors and causes of AWS, recorded where the comment
// names a test of LocalStack.
func TestRuntimeErrors(t *testing.T) {
	const in = "An error occurred while executing the state 'S' (entered at the event id #2). "
	const input = `{"n":-1,"f":1.5,"s":"1","z":null,"big":100000000,"a":{"b":1}}`
	wait := func(path string) string { return `{"Type":"Wait","SecondsPath":"` + path + `","End":true}` }
	tests := []struct{ name, state, wantError, wantCause string }{
		{"a negative wait", wait("$.n"), "States.Runtime",
			in + "The SecondsPath parameter references a negative value: $.n == -1"}, // test_base_wait_seconds_path[-1]
		{"a fraction", wait("$.f"), "States.Runtime",
			in + "The SecondsPath parameter cannot be parsed as a long value: $.f == 1.5"}, // test_base_wait_seconds_path[1.5]
		{"a text", wait("$.s"), "States.Runtime", in +
			"The SecondsPath parameter cannot be parsed as a long value: $.s == 1"}, // by analogy
		{"null", wait("$.z"), "States.Runtime", in +
			"The SecondsPath parameter cannot be parsed as a long value: $.z == null"}, // by analogy
		{"too long", wait("$.big"), "States.Runtime",
			in + "Wait state delay is too long."}, // test_timestamp_too_far_in_future_boundary
		{"no wait there", wait("$.none"), "States.Runtime",
			in + "The SecondsPath parameter does not reference an input value: $.none"}, // as TimestampPath
		{"no input there", `{"Type":"Pass","InputPath":"$.x","End":true}`, "States.Runtime",
			in + "Invalid path '$.x' : No results for path: $['x']"}, // ST.INVALID_JSONPATH_IN_INPUTPATH
		{"no output there", `{"Type":"Pass","OutputPath":"$.x","End":true}`, "States.Runtime",
			in + "Invalid path '$.x' : No results for path: $['x']"}, // ST.INVALID_JSONPATH_IN_OUTPUTPATH
		{"no parameter there", `{"Type":"Pass","Parameters":{"v.$":"$.x"},"End":true}`, "States.Runtime",
			in + "The JSONPath '$.x' specified for the field 'v.$' could not be found in the input '" + input +
				"'"}, // INVALID_JSONPATH_IN_STRING_EXPR_JSONPATH
		{"no error there", `{"Type":"Fail","ErrorPath":"$.x"}`, "States.Runtime",
			in + "The JSONPath '$.x' specified for the field 'ErrorPath' could not be found in the input '" + input +
				"'"}, // INVALID_JSONPATH_IN_ERRORPATH
		{"no cause there", `{"Type":"Fail","CausePath":"$.x"}`, "States.Runtime",
			in + "The JSONPath '$.x' specified for the field 'CausePath' could not be found in the input '" + input +
				"'"}, // ST.INVALID_JSONPATH_IN_CAUSEPATH
		{"an error that is no string", `{"Type":"Fail","ErrorPath":"$.n"}`, "States.Runtime",
			in + "The ErrorPath parameter does not reference a string: $.n == -1"},
		{"a variable that is not set", `{"Type":"Pass","InputPath":"$v","End":true}`, "States.Runtime",
			in + "The variable '$v' of the path '$v' is not defined"},
		{"a result path through a scalar", `{"Type":"Pass","Result":1,"ResultPath":"$.n.x","End":true}`, "States.ResultPathMatchFailure",
			in + `Unable to apply step "x" to input -1`},
		{"an intrinsic that fails", `{"Type":"Pass","Parameters":{"v.$":"States.StringToJson('{')"},"End":true}`, "States.IntrinsicFailure",
			in + "The function 'States.StringToJson('{')' had the following error: "},
		{"no function", strings.Replace(invoking(`,"Retry":[{"ErrorEquals":["States.ALL"]}],"End":true`), `"FunctionName":"f"`,
			`"FunctionName.$":"$.z"`, 1), "States.Runtime",
			in + `The Parameters '{"Payload":{"n":1},"FunctionName":null}' could not be used to start the Task: [The value of the field ` +
				`'FunctionName' has an invalid format]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := run(t, single(tt.state), input)
			if r.Status != event.Failed || r.Error != tt.wantError || !strings.HasPrefix(r.Cause, tt.wantCause) {
				t.Errorf("%s with\n%s: %s, want\n%s: %s", r.Status, r.Error, r.Cause, tt.wantError, tt.wantCause)
			}
			if len(r.calls) > 0 {
				t.Errorf("a function was called: %v", r.calls)
			}
		})
	}
}

func TestFails(t *testing.T) {
	tests := []struct{ name, state, wantError, wantCause string }{
		{"literals", `{"Type":"Fail","Error":"E","Cause":"c"}`, "E", "c"},
		{"paths", `{"Type":"Fail","ErrorPath":"$.e","CausePath":"$.c"}`, "Err", "why"},
		{"a literal and a path", `{"Type":"Fail","Error":"422","CausePath":"$.c"}`, "422", "why"},
		{"the context", `{"Type":"Fail","ErrorPath":"$$.State.Name","CausePath":"$$.StateMachine.Name"}`, "S", "m"}, // test_error_cause_path
		{"the longest", `{"Type":"Fail","ErrorPath":"$.e256","CausePath":"$.c32768"}`, strings.Repeat("é", 256), strings.Repeat("é", 32_768)},
		{"an error too long", `{"Type":"Fail","ErrorPath":"$.c32768"}`, "States.Runtime",
			"An error occurred while executing the state 'S' (entered at the event id #2). The ErrorPath parameter references a string of 32768 " +
				"characters, and the limit is 256: $.c32768"},
		{"a cause too long", `{"Type":"Fail","CausePath":"$.c32769"}`, "States.Runtime",
			"An error occurred while executing the state 'S' (entered at the event id #2). The CausePath parameter references a string of 32769 " +
				"characters, and the limit is 32768: $.c32769"},
	}
	input := `{"e":"Err","c":"why","e256":"` + strings.Repeat("é", 256) + `","c32768":"` + strings.Repeat("é", 32_768) + `","c32769":"` +
		strings.Repeat("x", 32_769) + `"}`
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := run(t, single(tt.state), input)
			if r.Status != event.Failed || r.Error != tt.wantError || r.Cause != tt.wantCause {
				t.Errorf("%s with %s: %s, want %s: %s", r.Status, r.Error, r.Cause, tt.wantError, tt.wantCause)
			}
		})
	}
}

func TestTransitions(t *testing.T) {
	r := run(t, `{"StartAt":"P","States":{"P":{"Type":"Pass","Next":"S"},"S":`+
		invoking(`,"Retry":[{"ErrorEquals":["E"]}],"Next":"D"`)+`,"D":{"Type":"Succeed"}}}`, `{}`, fails("E", ""), fails("E", ""), replies(`1`))
	if r.Status != event.Succeeded || r.Transitions != 5 { // three states and two retries
		t.Errorf("%s after %d transitions, want 5", r.Status, r.Transitions)
	}
}
