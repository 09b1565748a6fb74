package run

import (
	"net/http"
	"sync"

	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/curl"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/record"
	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/local/engine"
	"github.com/sfngen/sfngen/internal/local/stepfunctions"
)

// watch follows the one execution of a run.
type watch struct {
	event    func(event.Event)
	skipping *clock.Skipping // nil: the system's time
	ended    chan struct{}
	// transport reaches the function URL.
	transport http.RoundTripper

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
		Stack: s.Name, Upstream: s.Plan.Upstream,
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

// upstreamHeaders are those of the API's last answer.
func (w *watch) upstreamHeaders() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return local.UpstreamHeaders(w.result)
}
