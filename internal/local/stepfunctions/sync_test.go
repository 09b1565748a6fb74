package stepfunctions

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/aws/smithy-go/middleware"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/local/engine"
)

// ignored is what the client adds to an answer.
var ignored = cmpopts.IgnoreTypes(middleware.Metadata{})

var unexported = cmpopts.IgnoreUnexported(
	sfn.StartSyncExecutionOutput{}, sfn.DescribeExecutionOutput{}, sfn.DescribeStateMachineOutput{},
	types.BillingDetails{}, types.CloudWatchEventsExecutionDataDetails{}, types.ExecutionListItem{}, types.StateMachineListItem{},
	types.LoggingConfiguration{}, types.TracingConfiguration{}, types.HistoryEvent{}, types.HistoryEventExecutionDataDetails{},
	types.ExecutionStartedEventDetails{}, types.StateEnteredEventDetails{}, types.StateExitedEventDetails{}, types.AssignedVariablesDetails{},
	types.TaskScheduledEventDetails{}, types.TaskStartedEventDetails{}, types.TaskSucceededEventDetails{}, types.TaskFailedEventDetails{},
	types.TaskTimedOutEventDetails{}, types.ExecutionSucceededEventDetails{}, types.ExecutionFailedEventDetails{},
	types.ExecutionTimedOutEventDetails{}, types.ExecutionAbortedEventDetails{})

var included = &types.CloudWatchEventsExecutionDataDetails{Included: true}

func TestStartSyncExecutionTellsEveryEnd(t *testing.T) {
	tests := []struct {
		name   string
		result engine.Result
		want   sfn.StartSyncExecutionOutput
	}{
		{"succeeded", engine.Result{Status: event.Succeeded, Output: parse(t, `{"b": "<&>"}`)},
			sfn.StartSyncExecutionOutput{Status: "SUCCEEDED", Output: aws.String(`{"b":"<&>"}`)}},
		{"succeeded with null", engine.Result{Status: event.Succeeded},
			sfn.StartSyncExecutionOutput{Status: "SUCCEEDED", Output: aws.String(`null`)}},
		{"failed", engine.Result{Status: event.Failed, Error: "Upstream.Rejected", Cause: `{"errorMessage":"no"}`},
			sfn.StartSyncExecutionOutput{Status: "FAILED", Error: aws.String("Upstream.Rejected"), Cause: aws.String(`{"errorMessage":"no"}`)}},
		{"failed without a word", engine.Result{Status: event.Failed}, sfn.StartSyncExecutionOutput{Status: "FAILED"}},
		{"timed out", engine.Result{Status: event.TimedOut, Error: "never told"}, sfn.StartSyncExecutionOutput{Status: "TIMED_OUT"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, ending(test.result))
			got, err := b.client.StartSyncExecution(t.Context(), &sfn.StartSyncExecutionInput{
				StateMachineArn: aws.String(expressARN), Name: aws.String("run-1"), Input: aws.String(` {"a": 1}`)})
			if err != nil {
				t.Fatal(err)
			}
			if !regexp.MustCompile(`^` + scope + `express:quick:run-1:` + uuidPattern + `$`).MatchString(*got.ExecutionArn) {
				t.Errorf("ARN %s", *got.ExecutionArn)
			}
			want := test.want
			want.ExecutionArn, want.StateMachineArn, want.Name = got.ExecutionArn, aws.String(expressARN), aws.String("run-1")
			want.Input, want.InputDetails, want.OutputDetails = aws.String(` {"a": 1}`), included, included // test_express_sync
			want.StartDate, want.StopDate = aws.Time(testStart), aws.Time(testStart)
			want.BillingDetails = &types.BillingDetails{BilledDurationInMilliseconds: 100, BilledMemoryUsedInMB: 64}
			if diff := cmp.Diff(&want, got, ignored, unexported); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		})
	}
}

func TestBilledDurationIsRoundedUp(t *testing.T) {
	for took, want := range map[time.Duration]int64{
		0: 100, time.Millisecond: 100, 100 * time.Millisecond: 100, 101 * time.Millisecond: 200, 7512 * time.Millisecond: 7600,
	} {
		got := billing(engine.Result{StartDate: testStart, StopDate: testStart.Add(took)})
		if got.DurationMs != want || got.MemoryMB != 64 {
			t.Errorf("%s is billed %+v, want %d ms", took, got, want)
		}
	}
}

func TestStartSyncExecutionWithoutData(t *testing.T) {
	b := newBench(t, machineFunc(echo))
	got, err := b.client.StartSyncExecution(t.Context(), &sfn.StartSyncExecutionInput{
		StateMachineArn: aws.String(expressARN), IncludedData: types.IncludedDataMetadataOnly})
	if err != nil {
		t.Fatal(err)
	}
	if got.Status != "SUCCEEDED" || got.Input != nil || got.Output != nil || got.InputDetails.Included || got.OutputDetails.Included {
		t.Errorf("got %+v, want neither input nor output", got)
	}
}

// TestClientGoneDoesNotEndTheExecution: on AWS it continues too.
func TestClientGoneDoesNotEndTheExecution(t *testing.T) {
	g := newGate()
	ends := make(chan engine.Result, 1)
	b := newBench(t, g, func(o *Options) { o.Ended = func(_ Execution, r engine.Result) { ends <- r } })
	ctx, hangUp := context.WithCancel(t.Context())
	called := make(chan error, 1)
	go func() {
		_, err := b.client.StartSyncExecution(ctx, &sfn.StartSyncExecutionInput{StateMachineArn: aws.String(expressARN)})
		called <- err
	}()
	<-g.entered
	hangUp()
	if err := <-called; err == nil {
		t.Error("the call ended without an error")
	}
	g.open()
	if r := <-ends; r.Status != event.Succeeded {
		t.Errorf("the execution ended %+v, want SUCCEEDED", r)
	}
}

// TestRequestEndsBeforeTheExecution: a server that ends requests on its own gives
// its client an error, never an empty success.
func TestRequestEndsBeforeTheExecution(t *testing.T) {
	g := newGate()
	b := newBench(t, g)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	request := httptest.NewRequestWithContext(ctx, http.MethodPost, "/", strings.NewReader(start(expressARN, "n", "{}")))
	request.Header.Set(targetHeader, targetPrefix+"StartSyncExecution")
	answer := httptest.NewRecorder()
	b.ServeHTTP(answer, request)
	if answer.Code != http.StatusServiceUnavailable || !strings.Contains(answer.Body.String(), "#ServiceUnavailable") {
		t.Errorf("answered %d %s, want 503 ServiceUnavailable", answer.Code, answer.Body)
	}
	g.open()
	b.settle()
}

// TestEndedIsToldBeforeWhoeverWaits: its output comes before the answer.
func TestEndedIsToldBeforeWhoeverWaits(t *testing.T) {
	var b *bench
	b = newBench(t, machineFunc(echo), func(o *Options) {
		o.Ended = func(e Execution, r engine.Result) {
			x, err := b.execution(e.ARN)
			if err != nil {
				t.Error(err)
			} else if status := x.outcome().Status; status != event.Running {
				t.Errorf("others see %s before Ended has returned", status)
			}
		}
	})
	if got := b.describe(b.ran("run-1", "{}")).Status; got != "SUCCEEDED" {
		t.Errorf("it ended %s", got)
	}
}

// TestAnswersKeepTheirCharacters: no escapes that double a user's HTML.
func TestAnswersKeepTheirCharacters(t *testing.T) {
	text, err := encode(map[string]string{"a": "<&>"})
	if want := "{\"a\":\"<&>\"}\n"; err != nil || string(text) != want {
		t.Errorf("got %s (%v), want %s", text, err, want)
	}
}
