package engine_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/history/event"
)

// TestRetryDelays are the times of the calls, in seconds from the start; the
// random number is always 0.5.
func TestRetryDelays(t *testing.T) {
	tests := []struct {
		name, retriers string
		want           []float64
	}{
		{"the defaults: 3 times, 1 s, doubled", `{"ErrorEquals":["E"]}`, []float64{0, 1, 3, 7}},
		{"an interval and a rate", `{"ErrorEquals":["E"],"IntervalSeconds":3,"BackoffRate":1.5}`, []float64{0, 3, 7.5, 14.25}},
		{"a rate of 1", `{"ErrorEquals":["E"],"BackoffRate":1.0}`, []float64{0, 1, 2, 3}},
		{"attempts", `{"ErrorEquals":["E"],"MaxAttempts":1}`, []float64{0, 1}},
		{"none", `{"ErrorEquals":["E"],"MaxAttempts":0}`, []float64{0}},
		{"a longest delay", `{"ErrorEquals":["E"],"IntervalSeconds":2,"MaxDelaySeconds":5}`, []float64{0, 2, 6, 11}},
		{"jitter below the cap", `{"ErrorEquals":["E"],"IntervalSeconds":4,"MaxDelaySeconds":6,"JitterStrategy":"FULL"}`, []float64{0, 2, 5, 8}},
		{"no jitter", `{"ErrorEquals":["E"],"JitterStrategy":"NONE","MaxAttempts":1}`, []float64{0, 1}},
		{"a delay over all bounds", `{"ErrorEquals":["E"],"BackoffRate":1e300,"MaxAttempts":2}`, []float64{0, 1, 100_000_000}},
		{"another error", `{"ErrorEquals":["F"]}`, []float64{0}},
		{"the first that matches", `{"ErrorEquals":["F","E"],"MaxAttempts":1},{"ErrorEquals":["E"],"IntervalSeconds":9}`, []float64{0, 1}},
		{"all", `{"ErrorEquals":["States.ALL"],"MaxAttempts":1}`, []float64{0, 1}},
		{"task failed", `{"ErrorEquals":["States.TaskFailed"],"MaxAttempts":1}`, []float64{0, 1}},
		{"an empty list", ``, []float64{0}}, // test_lambda_empty_retry
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := run(t, single(invoking(`,"Retry":[`+tt.retriers+`],"End":true`)), `{}`, fails("E", "c"))
			if r.Status != event.Failed || r.Error != "E" || r.Cause != "c" {
				t.Errorf("%s with %s: %s", r.Status, r.Error, r.Cause)
			}
			if diff := cmp.Diff(tt.want, times(r.calls)); diff != "" {
				t.Errorf("calls at (-want +got):\n%s", diff)
			}
		})
	}
}

func times(calls []invoked) []float64 {
	var at []float64
	for _, c := range calls {
		at = append(at, c.At.Seconds())
	}
	return at
}

func TestEachRetrierCountsForItself(t *testing.T) {
	r := run(t, single(invoking(`,"Retry":[{"ErrorEquals":["E"],"MaxAttempts":2,"BackoffRate":1},{"ErrorEquals":["F"],"MaxAttempts":1,`+
		`"IntervalSeconds":10}],"End":true`)),
		`{}`, fails("E", ""), fails("F", ""), fails("E", ""), fails("F", ""))
	if diff := cmp.Diff([]float64{0, 1, 11, 12}, times(r.calls)); diff != "" || r.Error != "F" {
		t.Errorf("it fails with %s after calls at (-want +got):\n%s", r.Error, diff)
	}
}

func TestRetriesCountAnewInEachVisit(t *testing.T) {
	r := run(t, `{"StartAt":"S","States":{
		"S":`+invoking(`,"Retry":[{"ErrorEquals":["E"],"MaxAttempts":1}],"Catch":[{"ErrorEquals":["E"],"Next":"W"}],"End":true`)+`,
		"W":{"Type":"Wait","Seconds":100,"Next":"S"}}}`, `{}`, fails("E", ""), fails("E", ""), fails("E", ""), replies(`1`))
	if diff := cmp.Diff([]float64{0, 1, 101, 102}, times(r.calls)); diff != "" || r.Status != event.Succeeded {
		t.Errorf("%s after calls at (-want +got):\n%s", r.Status, diff)
	}
}

// TestRetryCountIsSeen is test_lambda_service_invoke_with_retry_extended_input:
// Parameters are evaluated again for each call.
func TestRetryCountIsSeen(t *testing.T) {
	state := strings.Replace(invoking(`,"Retry":[{"ErrorEquals":["E"]},{"ErrorEquals":["F"]}],`+
		`"ResultSelector":{"n.$":"$$.State.RetryCount"},"End":true`),
		`"Payload":{"n":1}`, `"Payload":{"n.$":"$$.State.RetryCount"}`, 1)
	r := run(t, single(state), `{}`, fails("E", ""), fails("F", ""), replies(`1`))
	var payloads []string
	for _, c := range r.calls {
		payloads = append(payloads, c.Payload)
	}
	if diff := cmp.Diff([]string{`{"n":0}`, `{"n":1}`, `{"n":2}`}, payloads); diff != "" {
		t.Errorf("payloads (-want +got):\n%s", diff)
	}
	if got := r.Output.String(); got != `{"n":2}` {
		t.Errorf("ResultSelector gives %s", got)
	}
}

func TestFunctionIsChosenByRetryCount(t *testing.T) {
	state := strings.Replace(invoking(`,"Retry":[{"ErrorEquals":["E"]}],"OutputPath":null,"End":true`),
		`"FunctionName":"f"`, `"FunctionName.$":"States.ArrayGetItem($.egress, $$.State.RetryCount)"`, 1)
	r := run(t, single(state), `{"egress":["one","two"]}`, fails("E", ""), replies(`1`))
	if len(r.calls) != 2 || r.calls[0].Function != "one" || r.calls[1].Function != "two" {
		t.Errorf("calls: %v (%s)", r.calls, r.Cause)
	}
}

// TestCatches leads to the state that is named after the catcher.
func TestCatches(t *testing.T) {
	const input = `{"a":1}`
	both := `{"Error":"E","Cause":"c"}`
	tests := []struct {
		name, catchers string
		answer         answer
		want, output   string
	}{
		{"by its name", `{"ErrorEquals":["E"],"Next":"One"}`, fails("E", "c"), "One", both},
		{"the first that matches", `{"ErrorEquals":["F"],"Next":"One"},{"ErrorEquals":["F","E"],"Next":"Two"},{"ErrorEquals":["States.ALL"],` +
			`"Next":"One"}`, fails("E", "c"), "Two", both},
		{"all", `{"ErrorEquals":["States.ALL"],"Next":"One"}`, fails("E", "c"), "One", both},
		{"task failed", `{"ErrorEquals":["States.TaskFailed"],"Next":"One"}`, fails("E", "c"), "One", both},
		{"task failed is no timeout", `{"ErrorEquals":["States.TaskFailed"],"Next":"One"},{"ErrorEquals":["States.Timeout"],"Next":"Two"}`,
			takes(time.Hour, replies(`1`)), "Two", `{"Error":"States.Timeout","Cause":""}`},
		{"all is a timeout, too", `{"ErrorEquals":["States.ALL"],"Next":"One"}`, takes(time.Hour, replies(`1`)), "One",
			`{"Error":"States.Timeout","Cause":""}`},
		{"into the input", `{"ErrorEquals":["E"],"ResultPath":"$.e","Next":"One"}`, fails("E", "c"), "One", `{"a":1,"e":` + both + `}`},
		{"the input alone", `{"ErrorEquals":["E"],"ResultPath":null,"Next":"One"}`, fails("E", "c"), "One", input},
		{"an error of no name is Lambda.Unknown", `{"ErrorEquals":["Lambda.Unknown"],"Next":"One"}`, nil, "One",
			`{"Error":"Lambda.Unknown","Cause":"no answer was scripted"}`},
		{"a cause over the limit", `{"ErrorEquals":["States.DataLimitExceeded"],"ResultPath":null,"Next":"One"}`,
			fails("E", strings.Repeat("x", 256<<10+1)), "One", input},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			states := `"S":` + invoking(`,"TimeoutSeconds":9,"InputPath":"$.a","OutputPath":"$.Payload","Catch":[`+tt.catchers+`],"Next":"Two"`) +
				`,"One":{"Type":"Pass","Next":"Two"},"Two":{"Type":"Pass","End":true}`
			var answers []answer
			if tt.answer != nil {
				answers = append(answers, tt.answer)
			}
			r := run(t, `{"StartAt":"S","States":{`+states+`}}`, input, answers...)
			if r.Status != event.Succeeded || r.Output.String() != tt.output {
				t.Errorf("%s with %s (%s), want %s", r.Status, r.Output, r.Cause, tt.output)
			}
			if got := stateAfter(r.History, "S"); got != tt.want {
				t.Errorf("it leads to %s, want %s", got, tt.want)
			}
		})
	}
}

func stateAfter(history []event.Event, name string) string {
	left := false
	for _, e := range history {
		switch d := e.Details.(type) {
		case event.StateExitedDetails:
			left = left || d.Name == name
		case event.StateEnteredDetails:
			if left {
				return d.Name
			}
		}
	}
	return ""
}

func TestOnlyTheCatchersAssignRuns(t *testing.T) {
	r := run(t, `{"StartAt":"S","States":{
		"S":`+invoking(`,"Assign":{"mine":1},"Catch":[{"ErrorEquals":["E"],"Assign":{"cause.$":"States.StringToJson($.Cause)"},"Next":"R"}],`+
		`"End":true`)+`,
		"R":{"Type":"Pass","InputPath":"$cause.x","Next":"M"},"M":{"Type":"Pass","InputPath":"$mine","End":true}}}`, `{}`, fails("E", `{"x":3}`))
	if r.Error != "States.Runtime" || !strings.Contains(r.Cause, "the state 'M'") || !strings.Contains(r.Cause, "$mine") {
		t.Errorf("%s with %s: %s", r.Status, r.Error, r.Cause)
	}
}

func TestWhatFailsInACatcherIsNotCaught(t *testing.T) {
	r := run(t, `{"StartAt":"S","States":{
		"S":`+invoking(`,"Catch":[{"ErrorEquals":["E"],"Assign":{"cause.$":"States.StringToJson($.Cause)"},"Next":"R"},`+
		`{"ErrorEquals":["States.ALL"],"Next":"R"}],"End":true`)+`,
		"R":{"Type":"Pass","End":true}}}`, `{}`, fails("E", `no JSON`))
	if r.Status != event.Failed || r.Error != "States.IntrinsicFailure" {
		t.Errorf("%s with %s: %s", r.Status, r.Error, r.Cause)
	}
}

func TestRuntimeIsNeverRetriedOrCaught(t *testing.T) {
	r := run(t, `{"StartAt":"S","States":{"S":`+
		invoking(`,"Retry":[{"ErrorEquals":["States.ALL"]}],"Catch":[{"ErrorEquals":["States.Runtime"],"Next":"R"},`+
			`{"ErrorEquals":["States.ALL"],"Next":"R"}],"End":true`)+
		`,"R":{"Type":"Pass","End":true}}}`, `{}`, fails("States.Runtime", "c"))
	if r.Status != event.Failed || r.Error != "States.Runtime" || len(r.calls) != 1 {
		t.Errorf("%s with %s: %s after %d calls", r.Status, r.Error, r.Cause, len(r.calls))
	}
}

func TestAnIntrinsicOfATaskCanBeCaught(t *testing.T) {
	for name, field := range map[string]string{
		"in ResultSelector": `"ResultSelector":{"v.$":"States.StringToJson('{')"}`,
		"in Assign":         `"Assign":{"v.$":"States.StringToJson('{')"}`,
	} {
		t.Run(name, func(t *testing.T) {
			r := run(t, `{"StartAt":"S","States":{"S":`+
				invoking(`,`+field+`,"Catch":[{"ErrorEquals":["States.IntrinsicFailure"],"ResultPath":null,"Next":"R"}],"End":true`)+
				`,"R":{"Type":"Pass","Result":"caught","End":true}}}`, `{}`, replies(`1`))
			if got := r.Output.String(); got != `"caught"` {
				t.Errorf("%s with %s: %s", r.Status, r.Error, r.Cause)
			}
		})
	}
}
