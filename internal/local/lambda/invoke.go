package lambda

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"
)

// Result is the answer to an invocation that ran.
type Result struct {
	RequestID string
	// Payload is JSON: the function's answer, or with FunctionError an object
	// with errorType and errorMessage.
	Payload       []byte
	FunctionError string // "" or "Unhandled"
	ColdStart     bool   // a sandbox was started for it
}

type requestIDKey struct{}

// WithRequestID names the invocations that are made with ctx. A function URL
// and the function log one request under one id.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestIDKey{}, id)
}

func (s *Service) requestID(ctx context.Context) string {
	if id, _ := ctx.Value(requestIDKey{}).(string); id != "" {
		return id
	}
	return s.options.RequestID()
}

// newTraceID is a trace that is not sampled (X-Ray developer guide, "Tracing
// header").
func newTraceID(now time.Time) string {
	var id [20]byte
	_, _ = rand.Read(id[:]) // never fails (package crypto/rand)
	return fmt.Sprintf("Root=1-%08x-%x;Parent=%x;Sampled=0", uint32(now.Unix()), id[:12], id[12:])
}

// Invoke calls the function with this name or ARN and waits for its answer. An
// *APIError is Lambda's refusal. When ctx ends, Invoke returns ctx's error
// immediately; the function continues to its end.
func (s *Service) Invoke(ctx context.Context, function string, payload []byte) (Result, error) {
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	r, err := s.admit(ctx, function, payload)
	if err != nil {
		return Result{}, err
	}
	type answer struct {
		result Result
		err    error
	}
	answered := make(chan answer, 1)
	go func() {
		result, err := s.perform(r)
		answered <- answer{result, err}
	}()
	select {
	case a := <-answered:
		return a.result, a.err
	case <-ctx.Done():
		return Result{}, ctx.Err()
	}
}

// perform runs the invocation, in an idle sandbox or a new one.
func (s *Service) perform(r *run) (Result, error) {
	defer s.leave(r)
	box := s.takeIdle(r.version)
	cold := box == nil
	var payload []byte
	var err error
	if cold {
		box, payload, err = s.invokeCold(r)
	} else {
		payload, err = s.invokeIn(r, box, r.version.deadline())
	}
	s.giveBack(r, box)
	return r.result(payload, cold, err)
}

func (r *run) result(payload []byte, cold bool, err error) (Result, error) {
	result := Result{RequestID: r.invocation.requestID, Payload: payload, ColdStart: cold}
	var own *failure
	switch {
	case err == nil:
		return result, nil
	case errors.As(err, &own):
		result.Payload, result.FunctionError = own.report(result.RequestID), "Unhandled"
		return result, nil
	}
	return Result{}, serviceFailed(fmt.Errorf("function %s: %w", r.version.Name, err))
}

// deadline is now and the time limit, in whole milliseconds as in the Runtime API,
// rounded up.
func (v *version) deadline() time.Time {
	return v.Clock.Now().Add(v.Timeout + time.Millisecond - 1).Truncate(time.Millisecond)
}

// invokeCold starts a sandbox first. A failed init phase is repeated once, and that
// time counts as the invocation's ("suppressed init").
func (s *Service) invokeCold(r *run) (sandbox, []byte, error) {
	clock := r.version.Clock
	box, err := s.start(r, clock.Now().Add(initLimit))
	if err == nil {
		payload, err := s.invokeIn(r, box, r.version.deadline())
		return box, payload, err
	}
	if r.ctx.Err() != nil {
		return nil, nil, killed()
	}
	deadline := r.version.deadline()
	if box, err = s.start(r, deadline); err != nil {
		return nil, nil, err
	}
	payload, err := s.invokeIn(r, box, deadline)
	return box, payload, err
}

func (s *Service) start(r *run, deadline time.Time) (sandbox, error) {
	ctx, cancel := r.version.Clock.WithDeadline(r.ctx, deadline)
	defer cancel()
	box, err := r.version.program.start(ctx)
	if err != nil && ctx.Err() != nil {
		return nil, r.ended()
	}
	return box, err
}

// errEnded reports that a sandbox ended with its context, before an answer.
var errEnded = errors.New("ended before an answer")

// invokeIn runs the invocation with its time limit.
func (s *Service) invokeIn(r *run, box sandbox, deadline time.Time) ([]byte, error) {
	ctx, cancel := r.version.Clock.WithDeadline(r.ctx, deadline)
	defer cancel()
	i := r.invocation
	i.deadline = deadline
	payload, err := box.invoke(ctx, i)
	if errors.Is(err, errEnded) {
		return nil, r.ended()
	}
	return payload, err
}

// ended says why a run's time is over.
func (r *run) ended() *failure {
	if r.ctx.Err() != nil {
		return killed()
	}
	return timedOut(r.version.Timeout)
}
