package lambda

import (
	"context"
	"fmt"
	"sync"

	"github.com/sfngen/sfngen/internal/drain"
)

// takeIdle returns the most recently used idle sandbox, or nil. A sandbox that died
// while idle does not fail an invocation.
func (s *Service) takeIdle(v *version) sandbox {
	for {
		box := s.popIdle(v)
		if box == nil || box.alive() {
			return box
		}
		box.end()
	}
}

func (s *Service) popIdle(v *version) sandbox {
	s.mu.Lock()
	defer s.mu.Unlock()
	last := len(v.idle) - 1
	if last < 0 {
		return nil
	}
	box := v.idle[last]
	v.idle = v.idle[:last]
	return box
}

// giveBack keeps a sandbox for later, or ends it.
func (s *Service) giveBack(r *run, box sandbox) {
	if box != nil && !s.keep(r, box) {
		box.end()
	}
}

func (s *Service) keep(r *run, box sandbox) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := r.version
	if s.closed || r.function.current != v || len(v.idle) >= idleLimit || !box.alive() {
		return false
	}
	v.idle = append(v.idle, box)
	return true
}

func endAll(boxes []sandbox) {
	var ends sync.WaitGroup
	for _, box := range boxes {
		ends.Go(box.end)
	}
	ends.Wait()
}

// Close refuses new invocations and waits for running ones. When ctx ends, it kills
// the rest and returns an error. No process outlives Close, but a handler in this
// process that ignores its context does.
func (s *Service) Close(ctx context.Context) error {
	idle := s.shut()
	defer endAll(idle)
	if drain.Wait(ctx, &s.runs) == nil {
		return nil
	}
	left := s.killAll()
	s.runs.Wait()
	if left == 0 {
		return nil
	}
	return fmt.Errorf("close the local Lambda service: killed the invocations that were still running (%d): %w", left, context.Cause(ctx))
}

func (s *Service) shut() []sandbox {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	var idle []sandbox
	for _, f := range s.functions {
		idle = append(idle, f.current.idle...)
		f.current.idle = nil
	}
	return idle
}

func (s *Service) killAll() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	left := 0
	for _, f := range s.functions {
		for r := range f.runs {
			r.kill(errKilled)
			left++
		}
	}
	return left
}
