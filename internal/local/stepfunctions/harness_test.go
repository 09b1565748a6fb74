package stepfunctions

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/sfngen/sfngen/internal/clock/clocktest"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/jsonvalue"
	"github.com/sfngen/sfngen/internal/local/engine"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/orchestrator"
)

const (
	scope       = "arn:aws:states:eu-west-1:123456789012:"
	standardARN = scope + "stateMachine:orders"
	expressARN  = scope + "stateMachine:quick"
	roleARN     = "arn:aws:iam::123456789012:role/workflow"
	uuidPattern = `[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`
)

var testStart = time.Date(2026, 11, 23, 12, 0, 0, 123_000_000, time.UTC)

// machineFunc is a Machine that a test writes by hand.
type machineFunc func(ctx context.Context, x engine.Execution, env engine.Environment) engine.Result

func (f machineFunc) Run(ctx context.Context, x engine.Execution, env engine.Environment) engine.Result {
	return f(ctx, x, env)
}

// ending ends immediately, as given.
func ending(r engine.Result) machineFunc {
	return func(_ context.Context, _ engine.Execution, env engine.Environment) engine.Result {
		r.StartDate = env.Clock.Now()
		r.StopDate = r.StartDate
		return r
	}
}

// echo succeeds with its input.
func echo(_ context.Context, x engine.Execution, env engine.Environment) engine.Result {
	return engine.Result{Status: event.Succeeded, Output: x.Input, StartDate: env.Clock.Now(), StopDate: env.Clock.Now()}
}

// gate is a machine that waits until it is opened or stopped.
type gate struct {
	entered chan string // names
	opened  chan struct{}
}

func newGate() *gate {
	return &gate{entered: make(chan string, 1000), opened: make(chan struct{})}
}

func (g *gate) open() { close(g.opened) }

func (g *gate) Run(ctx context.Context, x engine.Execution, env engine.Environment) engine.Result {
	start := env.Clock.Now()
	env.Observe(event.Event{Timestamp: start, Type: "ExecutionStarted", ID: 1,
		Details: event.ExecutionStartedDetails{Input: x.Input, RoleARN: x.RoleARN}})
	g.entered <- x.Name
	select {
	case <-g.opened:
		return engine.Result{Status: event.Succeeded, Output: x.Input, StartDate: start, StopDate: env.Clock.Now()}
	case <-ctx.Done():
	}
	var aborted *engine.AbortedError
	errors.As(context.Cause(ctx), &aborted)
	return engine.Result{Status: event.Aborted, Error: aborted.Name, Cause: aborted.Cause, StartDate: start, StopDate: env.Clock.Now()}
}

// bench is a Service on loopback with a Standard machine, an Express one, and
// the real client.
type bench struct {
	*Service
	t      *testing.T
	url    string
	client *sfn.Client
}

func newBench(t *testing.T, definition Machine, change ...func(*Options)) *bench {
	t.Helper()
	options := Options{Environment: engine.Environment{
		Clock:  clocktest.NewVirtual(testStart),
		Random: rand.New(rand.NewPCG(1, 2)).Float64, // not safe for concurrent use
	}}
	for _, c := range change {
		c(&options)
	}
	b := &bench{Service: New(options), t: t}
	b.Put(StateMachine{ARN: standardARN, Name: "orders", RoleARN: roleARN, Type: Standard, Definition: definition})
	b.Put(StateMachine{ARN: expressARN, Name: "quick", RoleARN: roleARN, Type: Express, Definition: definition})
	server := httptest.NewServer(b.Service)
	t.Cleanup(server.Close)
	b.url, b.client = server.URL, newClient(server.URL)
	return b
}

// newClient is the orchestrator's own, without its retries.
func newClient(url string) *sfn.Client {
	variables := map[string]string{
		"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL_SFN": url, contract.EnvStateMachine: standardARN,
		"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "not-a-secret",
	}
	env, err := orchestrator.FromVariables(func(name string) string { return variables[name] })
	if err != nil {
		panic(err)
	}
	return sfn.New(env.StepFunctions.(*sfn.Client).Options(), func(o *sfn.Options) { o.Retryer = aws.NopRetryer{} })
}

// start starts a Standard execution.
func (b *bench) start(name, input string) *sfn.StartExecutionOutput {
	b.t.Helper()
	out, err := b.tryStart(standardARN, name, input)
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

func (b *bench) tryStart(arn, name, input string) (*sfn.StartExecutionOutput, error) {
	return b.client.StartExecution(b.t.Context(), &sfn.StartExecutionInput{
		StateMachineArn: aws.String(arn), Name: aws.String(name), Input: aws.String(input)})
}

func (b *bench) describe(arn *string) *sfn.DescribeExecutionOutput {
	b.t.Helper()
	out, err := b.client.DescribeExecution(b.t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: arn})
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

// settle waits until nothing runs any more; nothing can be started afterwards.
func (b *bench) settle() {
	b.t.Helper()
	if err := b.Close(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}

// ran is the ARN of a Standard execution that has ended.
func (b *bench) ran(name, input string) *string {
	b.t.Helper()
	arn := b.start(name, input).ExecutionArn
	b.waitFor(*arn)
	return arn
}

func (b *bench) waitFor(arn string) {
	b.t.Helper()
	x, err := b.execution(arn)
	if err != nil {
		b.t.Fatal(err)
	}
	<-x.ended
}

// post sends a raw body, and returns the answer's status and object.
func (b *bench) post(target, body string) (int, map[string]any) {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.url, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	request.Header.Set(targetHeader, target)
	return b.do(request)
}

func (b *bench) do(request *http.Request) (int, map[string]any) {
	b.t.Helper()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	var object map[string]any
	if err := json.Unmarshal(text, &object); err != nil {
		b.t.Fatalf("%s: %v", text, err)
	}
	if got := response.Header.Get("Content-Type"); got != contentType {
		b.t.Errorf("Content-Type %q, want %q", got, contentType)
	}
	return response.StatusCode, object
}

func parse(t *testing.T, text string) jsonvalue.Value {
	t.Helper()
	v, err := jsonvalue.ParseString(text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
