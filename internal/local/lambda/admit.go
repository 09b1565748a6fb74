package lambda

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
)

var errClosed = errors.New("the local Lambda service has been closed")

// errKilled is the cause of a run's context when Kill or Close has ended it.
var errKilled = errors.New("killed")

// run is an admitted invocation.
type run struct {
	version    *version
	function   *function
	invocation invocation
	// ctx ends only when the sandbox is to be killed. The caller's context does not
	// matter: a function continues when its caller is gone.
	ctx  context.Context
	kill context.CancelCauseFunc
}

// admit refuses what Lambda refuses before any code runs. The caller must call
// leave on each run that it returns.
func (s *Service) admit(ctx context.Context, name string, payload []byte) (*run, error) {
	payload, err := eventOf(payload)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, serviceFailed(errClosed)
	}
	f, err := s.find(name)
	if err != nil {
		return nil, err
	}
	if reason := s.limitMet(f); reason != "" {
		return nil, throttled(reason)
	}
	r := &run{version: f.current, function: f, invocation: invocation{
		requestID: s.requestID(ctx), arn: f.current.ARN, traceID: newTraceID(s.options.Clock.Now()), payload: payload,
	}}
	r.ctx, r.kill = context.WithCancelCause(context.Background())
	f.runs[r] = struct{}{}
	s.runs.Add(1)
	return r, nil
}

// eventOf copies the payload: the caller may reuse its bytes. Without a payload a
// function gets an empty object.
func eventOf(payload []byte) ([]byte, error) {
	if len(payload) == 0 {
		return []byte("{}"), nil
	}
	if len(payload) > RequestLimit {
		return nil, requestTooLarge()
	}
	if !json.Valid(payload) {
		var event any
		return nil, invalidContent(json.Unmarshal(payload, &event))
	}
	return bytes.Clone(payload), nil
}

// limitMet is the limit that refuses the next invocation, "" for none.
func (s *Service) limitMet(f *function) string {
	if f.throttles > 0 {
		f.throttles--
		return callerLimit
	}
	if limit := f.current.ReservedConcurrency; limit > 0 {
		if len(f.runs) >= limit {
			return reservedLimit
		}
		return ""
	}
	running := 0
	for _, other := range s.functions {
		if other.current.ReservedConcurrency == 0 {
			running += len(other.runs)
		}
	}
	if running >= s.unreserved() {
		return accountLimit
	}
	return ""
}

func (s *Service) leave(r *run) {
	r.kill(nil) // frees the context
	s.mu.Lock()
	delete(r.function.runs, r)
	s.mu.Unlock()
	s.runs.Done()
}

// Throttle makes the next n invocations of the function answer
// TooManyRequestsException; 0 ends an earlier call's effect. For an unknown
// function it does nothing.
func (s *Service) Throttle(function string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f, err := s.find(function); err == nil {
		f.throttles = max(n, 0)
	}
}

// Kill ends the function's sandboxes that have an invocation running, as a crash
// would: each of these answers Runtime.ExitError, "signal: killed". It returns how
// many there are. Idle sandboxes stay.
func (s *Service) Kill(function string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := s.find(function)
	if err != nil {
		return 0
	}
	for r := range f.runs {
		r.kill(errKilled)
	}
	return len(f.runs)
}
