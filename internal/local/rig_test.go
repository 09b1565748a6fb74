package local_test

import (
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/clock/clocktest"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/local/engine"
	"github.com/sfngen/sfngen/internal/local/mockapi"
	"github.com/sfngen/sfngen/internal/local/stepfunctions"
	"github.com/sfngen/sfngen/spec"
)

// rig is a stack that runs in a test: real HTTP in, real HTTP out.
type rig struct {
	t        *testing.T
	workflow *local.Workflow

	mu     sync.Mutex
	events map[string][]event.Event // by the execution's name
	ended  map[string]engine.Result
	order  []string
	signal chan struct{} // closed and replaced at each event
}

// option changes how a rig runs.
type option func(*local.Options)

// skipping lets waits take no time. Nothing else takes any by this clock, so that
// a busy machine changes no wait and meets no time limit but that of a call.
func skipping(o *local.Options) { o.Clock = clocktest.NewVirtual(time.Now()) }

// binaries runs the compiled Lambdas.
func binaries(o *local.Options) { o.Binaries = true }

// processes is held by the test that runs compiled Lambdas. Two that compile at the
// same time would both compile what the second could find in the build cache, and a
// test may count its own processes.
var processes sync.Mutex

func holdProcesses(t *testing.T) {
	processes.Lock()
	t.Cleanup(processes.Unlock)
}

// hang is how long something may take that happens at once: a test that waits for
// longer hangs, however busy the machine is.
const hang = 3 * time.Minute

// stackOf is the stack of a spec, with its upstream replaced by one on loopback.
func stackOf(t testing.TB, specText, upstream string) *stack.Stack {
	t.Helper()
	var refused error
	s, findings := stack.LoadWith(stack.Source{Name: "spec.yaml", Text: []byte(patient(specText))}, func(s *spec.Spec) {
		if upstream != "" {
			refused = s.OverrideUpstream(upstream)
		}
	})
	if refused != nil || spec.HasErrors(findings) {
		t.Fatalf("spec: %v %v", refused, findings)
	}
	return s
}

// patient is the spec with time for the calls of a busy machine, unless the test
// says itself how much they have.
func patient(specText string) string {
	if strings.Contains(specText, "attemptTimeout") {
		return specText
	}
	return strings.Replace(specText, "retry: {", "retry: {attemptTimeout: 1m, ", 1)
}

// run starts the stack of a spec against an upstream on loopback. It ends with the test.
func run(t *testing.T, specText, upstream string, options ...option) *rig {
	t.Helper()
	return runStack(t, stackOf(t, specText, upstream), options...)
}

// runStack starts a stack. It ends with the test.
func runStack(t *testing.T, s *stack.Stack, options ...option) *rig {
	t.Helper()
	r := &rig{t: t, events: map[string][]event.Event{}, ended: map[string]engine.Result{}, signal: make(chan struct{})}
	log := &testLog{t: t}
	o := local.Options{Observe: r.observe, Ended: r.end, Log: log}
	for _, change := range options {
		change(&o)
	}
	if o.Binaries {
		holdProcesses(t)
	}
	var err error
	if r.workflow, err = local.Start(t.Context(), s, o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.close(); log.end() })
	return r
}

func (r *rig) close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = r.workflow.Close(ctx) // a test that leaves something running is about that
}

// testLog shows the Lambdas' log when the test fails. A Lambda may outlive its test
// briefly, and a test must not log after its end: the testing package reports that
// as a race.
type testLog struct {
	mu sync.Mutex
	t  *testing.T // nil once the test has ended
}

func (l *testLog) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.t != nil {
		l.t.Log(strings.TrimSpace(string(line)))
	}
	return len(line), nil
}

func (l *testLog) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.t = nil
}

func (r *rig) observe(x stepfunctions.Execution, e event.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.events[x.Name] == nil {
		r.order = append(r.order, x.Name)
	}
	r.events[x.Name] = append(r.events[x.Name], e)
	close(r.signal)
	r.signal = make(chan struct{})
}

func (r *rig) end(x stepfunctions.Execution, result engine.Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended[x.Name] = result
	close(r.signal)
	r.signal = make(chan struct{})
}

// await returns when the condition holds; it is looked at after each event. The
// condition may read the rig's fields.
func (r *rig) await(what string, condition func() bool) {
	r.t.Helper()
	limit := time.After(hang)
	for {
		r.mu.Lock()
		holds, signal := condition(), r.signal
		r.mu.Unlock()
		if holds {
			return
		}
		select {
		case <-signal:
		case <-limit:
			r.t.Fatalf("waited in vain for: %s", what)
		}
	}
}

// result waits for the execution and returns its result.
func (r *rig) result(name string) engine.Result {
	r.t.Helper()
	r.await("the end of "+name, func() bool { _, ok := r.ended[name]; return ok })
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ended[name]
}

// attempts is what the timeline reads of an execution's history.
func (r *rig) attempts(name string) []timeline.Attempt {
	r.mu.Lock()
	defer r.mu.Unlock()
	var t timeline.Timeline
	for _, e := range r.events[name] {
		t.Add(e)
	}
	return t.Attempts
}

// types are the names of an execution's events, in their order.
func (r *rig) types(name string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var list []string
	for _, e := range r.events[name] {
		list = append(list, e.Type)
	}
	return list
}

// answer is what a caller got.
type answer struct {
	status    int
	header    http.Header
	body      string
	execution string // its name; "" when none was started
}

// call sends one request to the function URL. headers are name, value, ...
func (r *rig) call(method, path, body string, headers ...string) answer {
	r.t.Helper()
	a, err := r.try(r.t.Context(), method, path, body, headers...)
	if err != nil {
		r.t.Fatal(err)
	}
	return a
}

// polled waits for the end of an execution and polls its answer, as a caller does: the rig
// knows of the end a moment before the API reports it (stepfunctions.Options.Ended).
func (r *rig) polled(execution string) answer {
	r.t.Helper()
	r.result(execution)
	for limit := time.Now().Add(hang); ; time.Sleep(time.Millisecond) {
		a := r.call("GET", "/.sfngen/executions/"+execution, "")
		if a.status != http.StatusAccepted || time.Now().After(limit) {
			return a
		}
	}
}

// try is call that returns an error, for any goroutine.
func (r *rig) try(ctx context.Context, method, path, body string, headers ...string) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, r.workflow.URL()+path, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	resp, err := caller.RoundTrip(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, string(text), resp.Header.Get("X-Sfngen-Execution")}, err
}

// caller follows no redirects and changes nothing of an answer.
var caller = &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 256}

// api is a mock API on loopback; it ends with the test.
func api(t *testing.T, cfg mockapi.Config) (*mockapi.API, string) {
	t.Helper()
	return apiAt(t, cfg, time.Now)
}

// apiAt uses the given clock.
func apiAt(t *testing.T, cfg mockapi.Config, now func() time.Time) (*mockapi.API, string) {
	t.Helper()
	a, err := mockapi.New(cfg, mockapi.Environment{Now: now, Sleep: clock.System{}.Sleep, Random: rand.Float64})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := mockapi.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var serving sync.WaitGroup
	serving.Go(func() {
		if err := a.Serve(ctx, listener); err != nil {
			t.Errorf("mock API: %v", err)
		}
	})
	t.Cleanup(func() { cancel(); serving.Wait() })
	return a, "http://" + listener.Addr().String()
}

// base is a spec with three attempts through three egresses, in order; more is
// additional YAML at the top level.
func base(more string) string {
	return `version: 1
name: orders
upstream: {url: https://api.acme.example, methods: [GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS]}
egress: {count: 3, start: first}
` + more
}
