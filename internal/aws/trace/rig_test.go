package trace_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/trace"
	"github.com/sfngen/sfngen/internal/clock/clocktest"
	"github.com/sfngen/sfngen/internal/fakeaws"
	"github.com/sfngen/sfngen/internal/fakeaws/logs"
	"github.com/sfngen/sfngen/internal/fakeaws/states"
	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/execution"
	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/internal/history/view"
	"github.com/sfngen/sfngen/internal/jsonvalue"
	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/local/stepfunctions"
	"github.com/sfngen/sfngen/spec"
)

var start = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

// expressSpec has three attempts over two egresses, and waits that are known.
const expressSpec = `version: 1
name: orders
upstream: {url: https://api.example/v1, methods: [GET, POST]}
retry:
  maxAttempts: 3
  backoff: {strategy: constant, initialDelay: 2s, jitter: none}
egress: {count: 2, start: first}
workflow: {type: express, logLevel: LEVEL, logData: DATA}
`

// answer is one of the API, after so long.
type answer struct {
	status int
	header string // name: value
	body   string
	after  time.Duration
}

// run is an execution that has really happened: on the engine, with the Lambdas'
// own code, in a time that only calls and waits move.
type run struct {
	stack  *stack.Stack
	clock  *clocktest.Virtual
	mu     sync.Mutex
	x      stepfunctions.Execution
	events []event.Event
	lines  []string
}

// observe keeps what happens.
func (r *run) observe(x stepfunctions.Execution, e event.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e.Timestamp = e.Timestamp.Truncate(time.Millisecond) // as the API has it
	r.x, r.events = x, append(r.events, e)
}

// Write takes a Lambda's line. Its time is the machine's: it gets the run's.
func (r *run) Write(text []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var fields map[string]any
	if json.Unmarshal(text, &fields) != nil {
		return len(text), nil // what Lambda says beside it
	}
	fields["timestamp"] = r.clock.Now().Format(time.RFC3339Nano)
	if fields["msg"] == "request" {
		fields["durationMs"] = r.clock.Now().Sub(start).Milliseconds()
	}
	line, err := json.Marshal(fields)
	r.lines = append(r.lines, string(line))
	return len(text), err
}

// perform sends GET /orders?page=2 through the stack of a spec, against an API
// that gives these answers in turn.
func perform(t *testing.T, specText string, answers ...answer) *run {
	t.Helper()
	r := &run{clock: clocktest.NewVirtual(start)}
	upstream := httptest.NewServer(r.api(answers))
	t.Cleanup(upstream.Close)
	s, findings := stack.LoadWith(stack.Source{Name: "spec.yaml", Text: []byte(specText)}, func(s *spec.Spec) {
		if err := s.OverrideUpstream(upstream.URL); err != nil {
			t.Fatal(err)
		}
	})
	if s == nil {
		t.Fatal(findings)
	}
	r.stack = s
	workflow, err := local.Start(t.Context(), s, local.Options{Clock: r.clock, Random: func() float64 { return 0 }, Observe: r.observe,
		Log: r})
	if err != nil {
		t.Fatal(err)
	}
	request(t, workflow.URL()+"/orders?page=2")
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute) // more than a busy machine takes
	defer cancel()
	if err := workflow.Close(ctx); err != nil {
		t.Fatal(err)
	}
	return r
}

// request does not wait for a standard execution: that would be asked after by the
// machine's time.
func request(t *testing.T, url string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Prefer", "respond-async")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
}

func (r *run) api(answers []answer) http.Handler {
	var mu sync.Mutex
	calls := 0
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		a := answers[min(calls, len(answers)-1)]
		calls++
		mu.Unlock()
		_ = r.clock.Sleep(context.Background(), a.after) // it only moves the clock
		w.Header()["Date"] = nil
		if name, value, ok := strings.Cut(a.header, ": "); ok {
			w.Header().Set(name, value)
		}
		w.WriteHeader(a.status)
		_, _ = io.WriteString(w, a.body)
	})
}

// timeline is what the engine's own events come to.
func (r *run) timeline() timeline.Timeline {
	var t timeline.Timeline
	for _, e := range r.events {
		t.Add(e)
	}
	return t
}

// parameters are those of the last call.
func (r *run) parameters() (p jsonvalue.Value) {
	for _, e := range r.events {
		if d, ok := e.Details.(event.TaskScheduledDetails); ok {
			p = d.Parameters
		}
	}
	return p
}

func (r *run) end() time.Time { return r.events[len(r.events)-1].Timestamp }

// with is the run with other events.
func (r *run) with(events []event.Event) *run {
	return &run{stack: r.stack, clock: r.clock, x: r.x, events: events, lines: r.lines}
}

// standard is the run as Step Functions' API has it.
func (r *run) standard() states.Execution {
	last := r.events[len(r.events)-1]
	return states.Execution{
		ARN: r.x.ARN, StateMachine: r.x.StateMachine, Name: r.x.Name, Status: string(r.timeline().Status),
		StartDate: r.events[0].Timestamp, StopDate: last.Timestamp, History: r.events,
	}
}

// source reads the stack of a run out of these services.
func source(t *testing.T, r *run, now time.Time, services map[string]http.Handler) *trace.Source {
	t.Helper()
	fakeaws.Serve(t, services)
	c, err := cloud.Open(t.Context(), cloud.Options{})
	if err != nil {
		t.Fatal(err)
	}
	summary, err := cfn.Read([]byte(r.stack.File(stack.TemplateFile)))
	if err != nil {
		t.Fatal(err)
	}
	return &trace.Source{Summary: summary, StateMachine: r.x.StateMachine, States: c.StepFunctions(), Logs: c.Logs(),
		Now: func() time.Time { return now }}
}

// specOf is the express spec with these settings of its log.
func specOf(level string, data bool) string {
	return strings.NewReplacer("LEVEL", `"`+level+`"`, "DATA", fmt.Sprint(data)).Replace(expressSpec)
}

func standardSpec() string {
	return strings.Replace(specOf("error", false), "type: express", "type: standard", 1)
}

// text is the view, with another name than the execution's random one.
func text(t *testing.T, x *execution.Execution, s view.Style) string {
	t.Helper()
	named := *x
	named.Name = "NAME"
	var b strings.Builder
	if err := view.Execution(&b, &named, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// outcomes are the attempts in short.
func outcomes(t timeline.Timeline) []string {
	var list []string
	for _, a := range t.Attempts {
		list = append(list, fmt.Sprintf("%d egress %d %s %d", a.Number, a.Egress, a.Outcome, a.StatusCode))
	}
	return slices.Clip(list)
}

// serving is CloudWatch Logs alone.
func serving(service *logs.Service) map[string]http.Handler {
	return map[string]http.Handler{"logs": service}
}
