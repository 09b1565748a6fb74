// Package run sends one request through a stack on this machine, for sfngen run,
// and records what happens.
package run

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/curl"
	"github.com/sfngen/sfngen/internal/dropped"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/record"
	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/internal/local"
)

// Options configure the request.
type Options struct {
	Local local.Options // Observe, Ended and Clock are set by Request
	// Fast skips the waits between attempts.
	Fast bool
	// Began, unless nil, gets the function URL and the egresses' addresses before
	// the request is sent, Dropped which of its headers and parameters the API does not get. Event receives each event as it happens.
	Began   func(*local.Workflow)
	Dropped func([]dropped.Field)
	Event   func(event.Event)
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

// Request starts the stack, sends the request to its function URL, waits until its
// execution has ended, and stops the stack. A failed execution is not an error.
// With an Interrupted the outcome has what happened so far.
func Request(ctx context.Context, s *stack.Stack, request curl.Request, stdin io.Reader, o Options) (Outcome, error) {
	w := &watch{event: o.Event, ended: make(chan struct{})}
	if o.Fast {
		w.skipping = clock.NewSkipping()
		o.Local.Clock = w.skipping
	}
	o.Local.Observe, o.Local.Ended, o.Local.Private = w.observe, w.end, true
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
	headers, parameters := droppedOf(s, request, req)
	if o.Dropped != nil {
		o.Dropped(slices.Concat(headers, parameters))
	}
	if o.Began != nil {
		o.Began(workflow)
	}
	w.transport = workflow.Transport()
	answer, err := w.answer(ctx, req)
	end() // an execution that was interrupted ends here
	if err != nil && ctx.Err() == nil {
		return Outcome{}, err
	}
	r, line := w.record(s, workflow, req)
	r.DroppedHeaders, r.DroppedParameters = headers, parameters
	if err != nil {
		return Outcome{Record: r}, Interrupted{cutOff(line)}
	}
	r.Response, r.DroppedAnswerHeaders = answer.Record(), s.Plan.HeaderRules().FromAnswer(w.upstreamHeaders())
	return Outcome{Record: r, Answer: answer}, nil
}

// droppedOf is nothing for a request that is none for the API.
func droppedOf(s *stack.Stack, request curl.Request, req *http.Request) (headers, parameters []dropped.Field) {
	if !dropped.IsForAPI(req.URL.Path) {
		return nil, nil
	}
	rules := s.Plan.HeaderRules()
	return rules.Of(req.Header, request.Asked()), rules.OfQuery(req.URL.RawQuery)
}

// orInterrupted replaces an error that an interrupt has caused.
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
