// Package trial sends one request through a stack on this machine and records what
// happens.
package once

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/curl"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/record"
	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/local/engine"
	"github.com/sfngen/sfngen/internal/local/stepfunctions"
	"github.com/sfngen/sfngen/runtime/contract"
)

// Options configure the request.
type Options struct {
	Local local.Options // Observe, Ended and Clock are set by Run
	// Fast skips the waits between attempts.
	Fast bool
	// Began, unless nil, gets the function URL and the egresses' addresses before
	// the request is sent. Event receives each event as it happens.
	Began func(*local.Workflow)
	Event func(event.Event)
}

// Outcome is the result of the request. Answer is what the caller got.
type Outcome struct {
	Record record.Record
	Answer curl.Answer
}

// Succeeded reports whether the execution succeeded.
func (o Outcome) Succeeded() bool {
	return o.Record.Execution != nil && o.Record.Execution.Status == event.Succeeded
}

// Interrupted is the error of a run that was stopped before it had its answer.
// CutOff is the attempt that had not ended then, 0 when there was none.
type Interrupted struct{ CutOff int }

func (i Interrupted) Error() string {
	if i.CutOff == 0 {
		return "interrupted"
	}
	return fmt.Sprintf("interrupted: attempt %d was cut off; the upstream may have acted on it", i.CutOff)
}

// Run starts the stack, sends the request to its function URL, waits until its
// execution has ended, and stops the stack. A failed execution is not an error.
// With an Interrupted the outcome holds what happened so far.
func Run(ctx context.Context, s *stack.Stack, request curl.Request, stdin io.Reader, o Options) (Outcome, error) {
	w := &watch{event: o.Event, ended: make(chan struct{})}
	if o.Fast {
		w.skipping = clock.NewSkipping()
		o.Local.Clock = w.skipping
	}
	o.Local.Observe, o.Local.Ended = w.observe, w.end
	workflow, err := local.Start(ctx, s, o.Local)
	if err != nil {
		return Outcome{}, orInterrupted(ctx, err)
	}
	end := sync.OnceFunc(func() { stop(workflow) })
	defer end()
	req, err := request.HTTP(ctx, workflow.URL(), stdin)
	if err != nil {
		return Outcome{}, err
	}
	if o.Began != nil {
		o.Began(workflow)
	}
	answer, err := w.answer(ctx, req)
	end() // an execution that was interrupted ends here
	if err != nil && ctx.Err() == nil {
		return Outcome{}, err
	}
	r, line := w.record(s, workflow, req)
	if err != nil {
		return Outcome{Record: r}, Interrupted{cutOff(line)}
	}
	r.Response = answer.Record()
	return Outcome{Record: r, Answer: answer}, nil
}

// orInterrupted replaces the error by the reason of the interruption.
func orInterrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return Interrupted{}
	}
	return err
}

// grace is for what is still open after the answer: usually nothing.
const grace = 100 * time.Millisecond

func stop(w *local.Workflow) {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	_ = w.Close(ctx) // what did not end in time was stopped
}

func cutOff(t *timeline.Timeline) int {
	for _, a := range t.Attempts {
		if a.Outcome == timeline.Open {
			return a.Number
		}
	}
	return 0
}

// watch follows the one execution of a trial.
type watch struct {
	event    func(event.Event)
	skipping *clock.Skipping // nil: the system's time
	ended    chan struct{}

	mu        sync.Mutex
	execution *stepfunctions.Execution
	result    engine.Result
	events    []event.Event
}

func (w *watch) observe(x stepfunctions.Execution, e event.Event) {
	w.mu.Lock()
	w.execution = &x
	w.events = append(w.events, e)
	w.mu.Unlock()
	if w.event != nil {
		w.event(e)
	}
}

func (w *watch) end(_ stepfunctions.Execution, r engine.Result) {
	w.mu.Lock()
	w.result = r
	w.mu.Unlock()
	close(w.ended)
}

// answer is what the caller gets, after the execution has ended; the caller may get
// it earlier.
func (w *watch) answer(ctx context.Context, req *http.Request) (curl.Answer, error) {
	answer, err := w.send(ctx, req)
	if err != nil || !w.started() {
		return answer, err
	}
	select {
	case <-w.ended:
		return answer, nil
	case <-ctx.Done():
		return curl.Answer{}, ctx.Err()
	}
}

func (w *watch) started() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.execution != nil
}

// send gets the answer. A standard workflow with a long deadline answers 202 and a
// Location: send polls it, as a caller would.
func (w *watch) send(ctx context.Context, req *http.Request) (curl.Answer, error) {
	answer, err := do(req)
	if err != nil || !isPending(answer) {
		return answer, err
	}
	select {
	case <-w.ended:
	case <-ctx.Done():
		return curl.Answer{}, ctx.Err()
	}
	return collect(ctx, "http://"+req.URL.Host+answer.Header.Get("Location"))
}

// isPending distinguishes the orchestrator's 202 from an upstream's.
func isPending(a curl.Answer) bool {
	return a.StatusCode == http.StatusAccepted && a.Header.Get(contract.HeaderAttempts) == "" &&
		strings.HasPrefix(a.Header.Get("Location"), contract.ExecutionsPath)
}

// collect gets the answer of an ended execution. Ended is called a moment before
// the API reports the end.
func collect(ctx context.Context, url string) (curl.Answer, error) {
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return curl.Answer{}, err
		}
		answer, err := do(req)
		if err != nil || !isPending(answer) {
			return answer, err
		}
		if err := (clock.System{}).Sleep(ctx, time.Millisecond); err != nil {
			return curl.Answer{}, err
		}
	}
}

func do(req *http.Request) (curl.Answer, error) {
	transport := &http.Transport{DisableCompression: true}
	defer transport.CloseIdleConnections()
	resp, err := transport.RoundTrip(req) // no redirects: they are the API's answer
	if err != nil {
		return curl.Answer{}, fmt.Errorf("the function URL on this machine: %w", err)
	}
	return curl.Read(resp)
}

// record is everything except the answer.
func (w *watch) record(s *stack.Stack, workflow *local.Workflow, req *http.Request) (record.Record, *timeline.Timeline) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var t timeline.Timeline
	for _, e := range w.events {
		t.Add(e)
	}
	sources := workflow.Sources()
	r := record.Record{
		Stack: s.Name, Upstream: s.Plan.Spec.Upstream.URL,
		Request: curl.RecordOf(req),
		History: w.events,
		Attempts: record.Attempts(&t, func(k int) string {
			if a := sources.Of(k); a.IsValid() {
				return a.String()
			}
			return ""
		}),
	}
	if w.execution != nil {
		r.Execution = w.describe()
	}
	return r, &t
}

func (w *watch) describe() *record.Execution {
	x := &record.Execution{
		ExecutionARN: w.execution.ARN, Name: w.execution.Name, Status: w.result.Status,
		StartDate: w.result.StartDate, StopDate: w.result.StopDate,
		Error: w.result.Error, Cause: w.result.Cause, Transitions: w.result.Transitions,
	}
	if w.skipping != nil {
		x.SkippedSeconds = w.skipping.Skipped().Seconds()
	}
	return x
}
