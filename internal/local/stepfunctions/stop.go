package stepfunctions

import (
	"context"

	"github.com/sfngen/sfngen/internal/drain"
	"github.com/sfngen/sfngen/internal/local/engine"
)

type stopExecutionInput struct {
	ExecutionARN *string `json:"executionArn"`
	Error        *string `json:"error"`
	Cause        *string `json:"cause"`
}

func (in stopExecutionInput) check(c *constraints) {
	c.arn("executionArn", in.ExecutionARN)
	c.secret("error", in.Error, errorLimit)
	c.secret("cause", in.Cause, causeLimit)
}

type stopExecutionOutput struct {
	StopDate timestamp `json:"stopDate"`
}

// stopExecution answers when the execution has stopped. One that has ended
// already keeps its status and its date.
func (s *Service) stopExecution(ctx context.Context, in stopExecutionInput) (any, error) {
	x, err := s.execution(*in.ExecutionARN)
	if err != nil {
		return nil, err
	}
	x.cancel(&engine.AbortedError{Name: textOf(in.Error), Cause: textOf(in.Cause)})
	if err := x.wait(ctx); err != nil {
		return nil, err
	}
	return stopExecutionOutput{timestamp(x.result.StopDate)}, nil
}

func textOf(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// Close starts no new executions and waits for those that run. When ctx ends before
// they do, it stops them (ABORTED), waits until they have stopped, and returns
// ctx's error. Ended executions can still be described afterwards.
func (s *Service) Close(ctx context.Context) error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	if drain.Wait(ctx, &s.running) == nil {
		return nil
	}
	stopped := s.abortAll()
	s.running.Wait()
	if stopped == 0 {
		return nil
	}
	return ctx.Err()
}

func (s *Service) abortAll() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	for x := range s.live {
		x.cancel(&engine.AbortedError{Name: "Sfngen.Stopped", Cause: "sfngen was stopped while the execution ran"})
	}
	return len(s.live)
}
