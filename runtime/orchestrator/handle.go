package orchestrator

import (
	"context"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/sfngen/sfngen/runtime/contract"
)

// Handle answers one request of the function URL (payload format 2.0). Every outcome
// has an answer, so its error is always nil.
func (o *Orchestrator) Handle(ctx context.Context, event events.LambdaFunctionURLRequest) (events.LambdaFunctionURLResponse, error) {
	began := o.env.Clock.Now()
	var r run
	a, err := o.answer(ctx, event, &r)
	if err != nil {
		a = problemOf(err).answer()
	}
	if o.cfg.CORS {
		a.dropCORS(o.cfg.UpstreamExposes)
	}
	o.log(event, a, r.choice, o.env.Clock.Now().Sub(began))
	return a.response(event.RequestContext.HTTP.Method), nil
}

// answer's errors are problems. What it starts is r.
func (o *Orchestrator) answer(ctx context.Context, event events.LambdaFunctionURLRequest, r *run) (answer, error) {
	if event.RequestContext.HTTP.Method == "" {
		return answer{}, notAnHTTPEvent.problem("This Lambda takes the events of its function URL (payload format 2.0) " +
			"and was invoked with something else. Send an HTTP request to the function URL, or start the state machine itself.")
	}
	path, err := readPath(event.RawPath)
	if err != nil {
		return answer{}, err
	}
	if path.reserved() {
		return o.lookUp(ctx, event, path)
	}
	if *r, err = o.newRun(event, path); err != nil {
		return answer{}, err
	}
	if o.cfg.Workflow == contract.WorkflowExpress {
		return o.express(ctx, r)
	}
	return o.standard(ctx, r, readPreference(headerOf(event, "prefer")))
}

// log writes the one line of a request.
func (o *Orchestrator) log(event events.LambdaFunctionURLRequest, a answer, c choice, took time.Duration) {
	line := contract.LogLine{
		Method: event.RequestContext.HTTP.Method, Path: event.RawPath, Status: a.status, DurationMs: took.Milliseconds(),
		Execution: a.execution, ExecutionStatus: a.executionStatus, Error: a.errorName, Problem: a.problem, Attempts: len(a.attempts),
	}
	c.addTo(&line)
	level := slog.LevelInfo
	if a.cause != nil {
		level, line.Cause = slog.LevelError, a.cause.Error()
	}
	o.env.Log.LogAttrs(context.Background(), level, contract.RequestMessage, line.RequestAttrs()...)
}
