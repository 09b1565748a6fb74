package orchestrator

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
)

// bench is an orchestrator over the real client, a loopback Step Functions and
// a virtual clock.
type bench struct {
	*Orchestrator
	t       *testing.T
	service *service
	clock   *virtualClock
	log     *lockedBuffer
}

func expressConfig() Config {
	return Config{
		Methods:        []string{"GET", "HEAD", "POST"},
		ForwardHeaders: []string{"accept", "content-type", "cookie", "idempotency-key"},
		Workflow:       contract.WorkflowExpress,
		Deadline:       2 * time.Minute,
	}
}

func standardConfig() Config {
	cfg := expressConfig()
	cfg.Workflow = contract.WorkflowStandard
	cfg.Deadline = 10 * time.Minute
	return cfg
}

// variables are a Lambda's, with a local endpoint.
func variables(endpoint string) func(string) string {
	set := map[string]string{
		"AWS_REGION":             "eu-west-1",
		"AWS_ACCESS_KEY_ID":      "AKIDEXAMPLE",
		"AWS_SECRET_ACCESS_KEY":  "not-a-secret",
		"AWS_ENDPOINT_URL_SFN":   endpoint,
		contract.EnvStateMachine: testMachine,
		contract.EnvTable:        "acme-orders-pool",
	}
	return func(name string) string { return set[name] }
}

func newBench(t *testing.T, cfg Config, answers func(call) reply) *bench {
	t.Helper()
	b := &bench{t: t, service: newService(t, answers), clock: newVirtualClock(), log: &lockedBuffer{}}
	client, err := newClient(variables(b.service.url))
	if err != nil {
		t.Fatal(err)
	}
	b.Orchestrator, err = New(cfg, Environment{
		StepFunctions:   client,
		StateMachineARN: testMachine,
		Clock:           b.clock,
		Random:          zeros{}, // each pause is half its longest
		Log:             newTestLog(b.log),
		Getenv:          variables(b.service.url),
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bench) handle(event events.LambdaFunctionURLRequest) events.LambdaFunctionURLResponse {
	b.t.Helper()
	return b.handleIn(b.t.Context(), event)
}

func (b *bench) handleIn(ctx context.Context, event events.LambdaFunctionURLRequest) events.LambdaFunctionURLResponse {
	b.t.Helper()
	got, err := b.Handle(ctx, event)
	if err != nil {
		b.t.Errorf("Handle returned the error %v; Lambda would answer 502 for it", err)
	}
	return got
}

const testID = "9f3b1c52-7d0e-4b6a-8f11-2c5d7e9a0b34"

// request is an event of a function URL.
func request(method, path string, change ...func(*events.LambdaFunctionURLRequest)) events.LambdaFunctionURLRequest {
	event := events.LambdaFunctionURLRequest{Version: "2.0", RawPath: path, Headers: map[string]string{}}
	event.RequestContext.RequestID = testID
	event.RequestContext.HTTP.Method = method
	event.RequestContext.HTTP.Path = path
	for _, c := range change {
		c(&event)
	}
	return event
}

func withHeader(name, value string) func(*events.LambdaFunctionURLRequest) {
	return func(e *events.LambdaFunctionURLRequest) { e.Headers[name] = value }
}

func withBody(text string) func(*events.LambdaFunctionURLRequest) {
	return func(e *events.LambdaFunctionURLRequest) { e.Body = text }
}

func withBytes(data []byte) func(*events.LambdaFunctionURLRequest) {
	return func(e *events.LambdaFunctionURLRequest) {
		e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString(data), true
	}
}

// succeeded is an execution that ended with an answer after one attempt.
func succeeded(t *testing.T, r contract.Response) reply {
	attempt := contract.Attempt{Attempt: 1, Egress: 2, StatusCode: r.StatusCode, DurationMs: 12}
	return ended("SUCCEEDED", fields{"output": toJSON(t, contract.Success{Response: r, Attempts: []contract.Attempt{attempt}})})
}

// failed is an execution whose last egress reported a failure.
func failed(t *testing.T, name string, f contract.Failure) reply {
	cause := contract.Cause{ErrorMessage: toJSON(t, f), ErrorType: name}
	return ended("FAILED", fields{"error": name, "cause": toJSON(t, cause)})
}

func toJSON(t *testing.T, value any) string {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// checkProblem compares a whole answer with a problem: status, media type and
// body, byte for byte. The body is a line of its own.
func checkProblem(t *testing.T, got events.LambdaFunctionURLResponse, status int, body string) {
	t.Helper()
	want := []string{strconv.Itoa(status), "application/problem+json", body + "\n"}
	if diff := cmp.Diff(want, []string{strconv.Itoa(got.StatusCode), got.Headers["content-type"], got.Body}); diff != "" {
		t.Errorf("problem (-want +got):\n%s", diff)
	}
}

// problemType is the slug that a problem's type ends with.
func problemType(t *testing.T, got events.LambdaFunctionURLResponse) string {
	t.Helper()
	var body struct{ Type string }
	if err := json.Unmarshal([]byte(got.Body), &body); err != nil || len(body.Type) <= len(problemsPage) {
		t.Fatalf("not a problem: %d %s", got.StatusCode, got.Body)
	}
	return body.Type[len(problemsPage)+1:]
}

// zeros is a randomness that tests can foresee.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func newTestLog(w io.Writer) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{ReplaceAttr: withoutTime}))
}

func withoutTime(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func itoa(n int) string { return strconv.Itoa(n) }

func detailOf(t *testing.T, got events.LambdaFunctionURLResponse) string {
	t.Helper()
	var body struct{ Detail string }
	if err := json.Unmarshal([]byte(got.Body), &body); err != nil {
		t.Fatalf("not a problem: %d %s", got.StatusCode, got.Body)
	}
	return body.Detail
}

func unmarshalLine(t *testing.T, line string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(line), into); err != nil {
		t.Fatalf("log line %q: %v", line, err)
	}
}
