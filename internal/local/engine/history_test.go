package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/clock/clocktest"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/local/engine"
)

// lines are a history as `id previousEventId type details`.
func lines(t *testing.T, history []event.Event) []string {
	t.Helper()
	var all []string
	for _, e := range history {
		text, err := e.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(text, &fields); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		line := fmt.Sprintf("%d %d %s", e.ID, e.PreviousEventID, e.Type)
		if e.Details != nil {
			line += " " + string(fields[e.Details.Field()])
		}
		line = strings.ReplaceAll(line, `,"inputDetails":{"truncated":false}`, "")
		all = append(all, strings.ReplaceAll(line, `,"outputDetails":{"truncated":false}`, ""))
	}
	return all
}

const (
	started    = `1 0 ExecutionStarted {"input":"{\"a\":1}","roleArn":"arn:aws:iam::111111111111:role/r"}`
	entered    = `2 0 TaskStateEntered {"name":"S","input":"{\"a\":1}"}`
	parameters = `"region":"eu-central-1","parameters":"{\"FunctionName\":\"f\",\"Payload\":{\"n\":1}}"`
	invoke     = `"resourceType":"lambda","resource":"invoke"`
)

// TestHistories compares with histories recorded from AWS (LocalStack, tests marked
// aws.validated) for the same machines, except names and payloads.
func TestHistories(t *testing.T) {
	caught := invoking(`,"Catch":[{"ErrorEquals":["States.ALL"],"Next":"C"}],"End":true`)
	withCatch := `{"StartAt":"S","States":{"S":` + caught + `,"C":{"Type":"Pass","End":true}}}`
	tests := []struct {
		name       string
		definition string
		answers    []answer
		want       []string
	}{
		{
			"a pass and what it assigns", // test_base_cases
			single(`{"Type":"Pass","Assign":{"n":42,"s":"x","o":{"p":null}},"End":true}`), nil,
			[]string{
				started,
				`2 0 PassStateEntered {"name":"S","input":"{\"a\":1}"}`,
				`3 2 PassStateExited {"name":"S","output":"{\"a\":1}","assignedVariables":{"n":"42","s":"\"x\"","o":"{\"p\":null}"},` +
					`"assignedVariablesDetails":{"truncated":false}}`,
				`4 3 ExecutionSucceeded {"output":"{\"a\":1}"}`,
			},
		},
		{
			"a pass that assigns nothing", // test_base_cases[BASE_EMPTY]
			single(`{"Type":"Pass","Assign":{},"End":true}`), nil,
			[]string{
				started,
				`2 0 PassStateEntered {"name":"S","input":"{\"a\":1}"}`,
				`3 2 PassStateExited {"name":"S","output":"{\"a\":1}"}`,
				`4 3 ExecutionSucceeded {"output":"{\"a\":1}"}`,
			},
		},
		{
			"a task", // test_invoke
			single(invoking(`,"ResultSelector":{"p.$":"$.Payload"},"TimeoutSeconds":5,"End":true`)),
			[]answer{replies(`"hi"`)},
			[]string{
				started,
				entered,
				`3 2 TaskScheduled {` + invoke + `,` + parameters + `,"timeoutInSeconds":5}`,
				`4 3 TaskStarted {` + invoke + `}`,
				`5 4 TaskSucceeded {` + invoke + `,"output":` + quote(invocationOf(`"hi"`)) + `}`,
				`6 5 TaskStateExited {"name":"S","output":"{\"p\":\"hi\"}"}`,
				`7 6 ExecutionSucceeded {"output":"{\"p\":\"hi\"}"}`,
			},
		},
		{
			"a caught failure", // test_raise_exception_catch
			withCatch, []answer{fails("Exception", `{"errorType":"Exception"}`)},
			[]string{
				started,
				entered,
				`3 2 TaskScheduled {` + invoke + `,` + parameters + `}`,
				`4 3 TaskStarted {` + invoke + `}`,
				`5 4 TaskFailed {` + invoke + `,"error":"Exception","cause":"{\"errorType\":\"Exception\"}"}`,
				`6 5 TaskStateExited {"name":"S","output":"{\"Error\":\"Exception\",\"Cause\":\"{\\\"errorType\\\":\\\"Exception\\\"}\"}"}`,
				`7 6 PassStateEntered {"name":"C","input":"{\"Error\":\"Exception\",\"Cause\":\"{\\\"errorType\\\":\\\"Exception\\\"}\"}"}`,
				`8 7 PassStateExited {"name":"C","output":"{\"Error\":\"Exception\",\"Cause\":\"{\\\"errorType\\\":\\\"Exception\\\"}\"}"}`,
				`9 8 ExecutionSucceeded {"output":"{\"Error\":\"Exception\",\"Cause\":\"{\\\"errorType\\\":\\\"Exception\\\"}\"}"}`,
			},
		},
		{
			"a caught timeout", // test_invoke_timeout
			strings.Replace(withCatch, `"Catch"`, `"TimeoutSeconds":5,"Catch"`, 1),
			[]answer{takes(time.Minute, replies(`1`))},
			[]string{
				started,
				entered,
				`3 2 TaskScheduled {` + invoke + `,` + parameters + `,"timeoutInSeconds":5}`,
				`4 3 TaskStarted {` + invoke + `}`,
				`5 4 TaskTimedOut {` + invoke + `,"error":"States.Timeout"}`,
				`6 5 TaskStateExited {"name":"S","output":"{\"Error\":\"States.Timeout\",\"Cause\":\"\"}"}`,
				`7 6 PassStateEntered {"name":"C","input":"{\"Error\":\"States.Timeout\",\"Cause\":\"\"}"}`,
				`8 7 PassStateExited {"name":"C","output":"{\"Error\":\"States.Timeout\",\"Cause\":\"\"}"}`,
				`9 8 ExecutionSucceeded {"output":"{\"Error\":\"States.Timeout\",\"Cause\":\"\"}"}`,
			},
		},
		{
			"a timeout that nothing catches", // test_fixed_timeout_service_lambda
			single(invoking(`,"TimeoutSeconds":5,"End":true`)), []answer{takes(time.Minute, replies(`1`))},
			[]string{
				started,
				entered,
				`3 2 TaskScheduled {` + invoke + `,` + parameters + `,"timeoutInSeconds":5}`,
				`4 3 TaskStarted {` + invoke + `}`,
				`5 4 TaskTimedOut {` + invoke + `,"error":"States.Timeout"}`,
				`6 5 ExecutionFailed {"error":"States.Timeout"}`,
			},
		},
		{
			"a retry", // test_lambda_service_invoke_with_retry_extended_input
			single(invoking(`,"Retry":[{"ErrorEquals":["E"]}],"OutputPath":"$.Payload","End":true`)),
			[]answer{fails("E", "c"), replies(`2`)},
			[]string{
				started,
				entered,
				`3 2 TaskScheduled {` + invoke + `,` + parameters + `}`,
				`4 3 TaskStarted {` + invoke + `}`,
				`5 4 TaskFailed {` + invoke + `,"error":"E","cause":"c"}`,
				`6 5 TaskScheduled {` + invoke + `,` + parameters + `}`,
				`7 6 TaskStarted {` + invoke + `}`,
				`8 7 TaskSucceeded {` + invoke + `,"output":` + quote(strings.NewReplacer("12:00:00", "12:00:01", "6b042ac0",
					"6b042ac1").Replace(invocationOf(`2`))) + `}`,
				`9 8 TaskStateExited {"name":"S","output":"2"}`,
				`10 9 ExecutionSucceeded {"output":"2"}`,
			},
		},
		{
			"a result over the limit, caught by States.ALL", // test_service_task_lambada_catch_state_all_data_limit_…
			withCatch, []answer{replies(quote(strings.Repeat("x", 256<<10)))},
			[]string{
				started,
				entered,
				`3 2 TaskScheduled {` + invoke + `,` + parameters + `}`,
				`4 3 TaskStarted {` + invoke + `}`,
				`5 4 TaskFailed {` + invoke + `,"error":"States.DataLimitExceeded","cause":"The state/task 'lambda' returned a result with a size ` +
					`exceeding the maximum number of bytes service limit."}`,
				`6 5 TaskStateExited {"name":"S","output":"{\"Error\":\"States.DataLimitExceeded\",\"Cause\":\"The state/task 'lambda' returned a ` +
					`result with a size exceeding the maximum number of bytes service limit.\"}"}`,
				`7 6 PassStateEntered {"name":"C","input":"{\"Error\":\"States.DataLimitExceeded\",\"Cause\":\"The state/task 'lambda' returned a ` +
					`result with a size exceeding the maximum number of bytes service limit.\"}"}`,
				`8 7 PassStateExited {"name":"C","output":"{\"Error\":\"States.DataLimitExceeded\",\"Cause\":\"The state/task 'lambda' returned a ` +
					`result with a size exceeding the maximum number of bytes service limit.\"}"}`,
				`9 8 ExecutionSucceeded {"output":"{\"Error\":\"States.DataLimitExceeded\",\"Cause\":\"The state/task 'lambda' returned a result ` +
					`with a size exceeding the maximum number of bytes service limit.\"}"}`,
			},
		},
		{
			"a runtime error after the task, which nothing catches", // test_catch_states_runtime
			`{"StartAt":"S","States":{"S":` + invoking(`,"ResultSelector":{},"OutputPath":"$.no.such","Retry":[{"ErrorEquals":["States.ALL"]}],`+
				`"Catch":[{"ErrorEquals":["States.Runtime"],"Next":"C"},{"ErrorEquals":["States.ALL"],"Next":"C"}],"End":true`) +
				`,"C":{"Type":"Pass","End":true}}}`,
			[]answer{replies(`2`)},
			[]string{
				started,
				entered,
				`3 2 TaskScheduled {` + invoke + `,` + parameters + `}`,
				`4 3 TaskStarted {` + invoke + `}`,
				`5 4 TaskSucceeded {` + invoke + `,"output":` + quote(invocationOf(`2`)) + `}`,
				`6 5 ExecutionFailed {"error":"States.Runtime","cause":"An error occurred while executing the state 'S' (entered at the event id ` +
					`#2). Invalid path '$.no.such' : Missing property in path $['no']"}`,
			},
		},
		{
			"a failure", // test_state_fail
			single(`{"Type":"Fail","Error":"SomeFailure","Cause":"it was raised"}`), nil,
			[]string{started, `2 0 FailStateEntered {"name":"S","input":"{\"a\":1}"}`,
				`3 2 ExecutionFailed {"error":"SomeFailure","cause":"it was raised"}`},
		},
		{
			"a failure without a word", // test_state_fail_empty
			single(`{"Type":"Fail"}`), nil,
			[]string{started, `2 0 FailStateEntered {"name":"S","input":"{\"a\":1}"}`, `3 2 ExecutionFailed {}`},
		},
		{
			"a wait", // test_base_wait_seconds
			single(`{"Type":"Wait","Seconds":1,"End":true}`), nil,
			[]string{started, `2 0 WaitStateEntered {"name":"S","input":"{\"a\":1}"}`,
				`3 2 WaitStateExited {"name":"S","output":"{\"a\":1}"}`, `4 3 ExecutionSucceeded {"output":"{\"a\":1}"}`},
		},
		{
			"a success",
			single(`{"Type":"Succeed","InputPath":"$.a"}`), nil,
			[]string{started, `2 0 SucceedStateEntered {"name":"S","input":"{\"a\":1}"}`,
				`3 2 SucceedStateExited {"name":"S","output":"1"}`, `4 3 ExecutionSucceeded {"output":"1"}`},
		},
		{
			"an output over the limit", // test_start_large_input
			single(`{"Type":"Pass","Result":` + quote(strings.Repeat("x", 256<<10)) + `,"End":true}`), nil,
			[]string{started, `2 0 PassStateEntered {"name":"S","input":"{\"a\":1}"}`,
				`3 2 ExecutionFailed {"error":"States.DataLimitExceeded","cause":"The state/task 'S' returned a result with a size exceeding the ` +
					`maximum number of bytes service limit."}`},
		},
		{
			"the machine's time is up", // floci-io/floci, issue 2965
			`{"StartAt":"S","TimeoutSeconds":2,"States":{"S":{"Type":"Wait","Seconds":3,"End":true}}}`, nil,
			[]string{started, `2 0 WaitStateEntered {"name":"S","input":"{\"a\":1}"}`, `3 0 ExecutionTimedOut {"error":"States.Timeout"}`},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := run(t, tt.definition, `{"a":1}`, tt.answers...)
			if diff := cmp.Diff(tt.want, lines(t, r.History)); diff != "" {
				t.Errorf("history (-want +got):\n%s", diff)
			}
		})
	}
}

// traced is the trace of requestID at the start.
const traced = "Root=1-6b042ac0-9d0b4d0e8a521f3a5b6c7d8e;Parent=7f0e1c7e9d0b4d0e;Sampled=0;Lineage=1:7f0e1c7e:0"

// invocationOf is what lambda:invoke gives of a payload, as text.
func invocationOf(payload string) string {
	n := len(payload)
	return fmt.Sprintf(`{"ExecutedVersion":"$LATEST","Payload":%s,"SdkHttpMetadata":{"AllHttpHeaders":{`+
		`"X-Amz-Executed-Version":["$LATEST"],"x-amzn-Remapped-Content-Length":["0"],"Connection":["keep-alive"],`+
		`"x-amzn-RequestId":["%[3]s"],"Content-Length":["%[2]d"],"Date":["Mon, 23 Nov 2026 12:00:00 GMT"],"X-Amzn-Trace-Id":["%[4]s"],`+
		`"Content-Type":["application/json"]},`+
		`"HttpHeaders":{"Connection":"keep-alive","Content-Length":"%[2]d","Content-Type":"application/json","Date":"Mon, 23 Nov 2026 `+
		`12:00:00 GMT",`+
		`"X-Amz-Executed-Version":"$LATEST","x-amzn-Remapped-Content-Length":"0","x-amzn-RequestId":"%[3]s","X-Amzn-Trace-Id":"%[4]s"},`+
		`"HttpStatusCode":200},`+
		`"SdkResponseMetadata":{"RequestId":"%[3]s"},"StatusCode":200}`, payload, n, requestID, traced)
}

func quote(text string) string {
	b, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func TestAHistoryEndsAt25000Events(t *testing.T) {
	endless := `{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Pass","Next":"A"}}}`
	r := run(t, endless, `{}`)
	if r.Status != event.Failed || r.Error != "States.Runtime" || !strings.Contains(r.Cause, "25000") {
		t.Errorf("it ends as %s with %s: %s", r.Status, r.Error, r.Cause)
	}
	if n := len(r.History); n != 25_000 || r.History[n-1].Type != "ExecutionFailed" || r.History[n-1].ID != 25_000 {
		t.Errorf("the history has %d events, the last is %+v", n, r.History[n-1])
	}
}

// TestTheLastPlaceOfAHistoryIsForItsEnd: "if event 25,000 is not
// ExecutionSucceeded the run fails" (Step Functions, best practices).
func TestTheLastPlaceOfAHistoryIsForItsEnd(t *testing.T) {
	trying := func(failures int, last answer) []answer {
		all := make([]answer, failures, failures+1)
		for i := range all {
			all[i] = fails("E", "")
		}
		return append(all, last)
	}
	patient := invoking(`,"Retry":[{"ErrorEquals":["E"],"MaxAttempts":9999,"MaxDelaySeconds":1}],"OutputPath":"$.Payload","End":true`)
	fits := run(t, single(patient), `{}`, trying(8331, replies(`1`))...)
	if n := len(fits.History); fits.Status != event.Succeeded || n != 25_000 || fits.History[n-1].Type != "ExecutionSucceeded" {
		t.Errorf("%s after %d events: %s", fits.Status, n, fits.Cause)
	}
	over := run(t, `{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Pass","Next":"S"},"S":`+patient+`}}`, `{}`,
		trying(8330, replies(`1`))...)
	if n := len(over.History); over.Status != event.Failed || over.Error != "States.Runtime" || n != 25_000 ||
		over.History[n-2].Type != "TaskSucceeded" {
		t.Errorf("%s with %s after %d events, the last but one is %s", over.Status, over.Error, n, over.History[n-2].Type)
	}
}

func TestAFailStateBeyondTheHistoryIsNotReached(t *testing.T) {
	m := mustLoad(t, `{"StartAt":"S","States":{
		"S":`+invoking(`,"Retry":[{"ErrorEquals":["E"],"MaxAttempts":8331,"MaxDelaySeconds":1}],"Catch":[{"ErrorEquals":["E"],"Next":"F"}],`+
		`"End":true`)+`,
		"F":{"Type":"Fail","Error":"Mine"}}}`)
	r := runMachine(t.Context(), m, `{}`, fails("E", ""))
	if n := len(r.History); n != 25_000 || r.History[n-2].Type != "TaskStateExited" || r.Error != "States.Runtime" {
		t.Errorf("%s with %s after %d events, the last but one is %s", r.Status, r.Error, n, r.History[n-2].Type)
	}
}

func TestALongEnoughRetryFillsTheHistoryToo(t *testing.T) {
	r := run(t, single(invoking(`,"Retry":[{"ErrorEquals":["E"],"MaxAttempts":99999999,"MaxDelaySeconds":1}],"End":true`)), `{}`,
		fails("E", ""))
	if r.Status != event.Failed || r.Error != "States.Runtime" || len(r.History) != 25_000 {
		t.Errorf("it ends as %s with %s after %d events", r.Status, r.Error, len(r.History))
	}
}

func TestEventsAreObservedAsTheyHappen(t *testing.T) {
	c := clocktest.NewVirtual(start)
	var seen []event.Event
	r := mustLoad(t, single(`{"Type":"Wait","Seconds":7,"End":true}`)).Run(context.Background(), execution(`{}`), engine.Environment{
		Clock: c, Observe: func(e event.Event) {
			if !e.Timestamp.Equal(c.Now()) {
				t.Errorf("%s is reported at %s, its time is %s", e.Type, c.Now(), e.Timestamp)
			}
			seen = append(seen, e)
		},
	})
	if diff := cmp.Diff(r.History, seen); diff != "" {
		t.Errorf("observed (-history +observed):\n%s", diff)
	}
	if got := seen[2].Timestamp.Sub(start); got != 7*time.Second {
		t.Errorf("the wait is left after %s", got)
	}
}

// TestTraceIDs: in the form, and so of the length, of
// Root=1-6984f730-32de97b51d2263946f77f1f5;Parent=12b663abd32481f1;Sampled=0;Lineage=2:eb76caae:0,
// which a result of AWS has shown.
func TestTraceIDs(t *testing.T) {
	form := regexp.MustCompile(`^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0;Lineage=[0-9]:[0-9a-f]{8}:0$`)
	for _, id := range []string{requestID, "", "00000000-0000-4000-8000-000000000000 and more"} {
		r := run(t, single(invoking(`,"ResultSelector":{"t.$":"$.SdkHttpMetadata.HttpHeaders['X-Amzn-Trace-Id']"},`+
			`"OutputPath":"$.t","End":true`)), `{}`,
			func(context.Context, clock.Clock) (engine.Reply, error) { return engine.Reply{RequestID: id}, nil })
		if got := r.Output; r.Status != event.Succeeded || !form.MatchString(got.Text()) {
			t.Errorf("of %q: %s", id, got)
		}
	}
}
