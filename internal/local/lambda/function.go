package lambda

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// function is a name, its current version, and everything that runs under it.
// Guarded by Service.mu.
type function struct {
	current   *version
	runs      map[*run]struct{} // of every version
	throttles int               // invocations still to be refused
}

// version is a function as deployed by one Put.
type version struct {
	Function
	program program
	idle    []sandbox // most recently used last
}

// Put creates the function or replaces it. Running invocations finish on the old
// code; its idle sandboxes end immediately.
func (s *Service) Put(f Function) error {
	f, err := s.checked(f)
	if err != nil {
		return fmt.Errorf("put function %q: %w", f.Name, err)
	}
	if f.Clock == nil {
		f.Clock = s.options.Clock
	}
	program := f.Code.deploy(deployment{function: f, variables: s.options.variables(f), clock: f.Clock, log: s.log})
	old, err := s.replace(&version{Function: f, program: program})
	if err != nil {
		return fmt.Errorf("put function %q: %w", f.Name, err)
	}
	endAll(old)
	return nil
}

// replace returns the sandboxes that are no longer used.
func (s *Service) replace(v *version) ([]sandbox, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errClosed
	}
	if left := s.unreserved() + s.reservedBy(v.Name) - v.ReservedConcurrency; left < 0 {
		return nil, fmt.Errorf("reserved concurrency %d: the account has %d left, of %d; reserve less, or raise Options.Concurrency",
			v.ReservedConcurrency, left+v.ReservedConcurrency, s.options.Concurrency)
	}
	f := s.functions[v.Name]
	if f == nil {
		s.functions[v.Name] = &function{current: v, runs: map[*run]struct{}{}}
		return nil, nil
	}
	old := f.current.idle
	f.current.idle, f.current = nil, v
	return old, nil
}

var functionName = lazyregexp.New(`^[A-Za-z0-9_-]{1,64}$`)

// checked is the function with its defaults (API reference, CreateFunction).
func (s *Service) checked(f Function) (Function, error) {
	f.Environment = maps.Clone(f.Environment)
	if f.ARN == "" {
		f.ARN = s.arn(f.Name)
	}
	f.MemoryMB = cmp.Or(f.MemoryMB, 128)
	switch {
	case !functionName.MatchString(f.Name):
		return f, errors.New("name: must be 1 to 64 of A-Z, a-z, 0-9, - and _")
	case !strings.HasSuffix(f.ARN, ":function:"+f.Name):
		return f, fmt.Errorf("ARN %q: must be arn:PARTITION:lambda:REGION:ACCOUNT:function:%s", f.ARN, f.Name)
	case f.Timeout < time.Second || f.Timeout > 900*time.Second:
		return f, fmt.Errorf("timeout: must be between 1s and 900s, got %v", f.Timeout)
	case f.MemoryMB < 128 || f.MemoryMB > 10240:
		return f, fmt.Errorf("memory: must be between 128 and 10240 MB, got %d", f.MemoryMB)
	case f.ReservedConcurrency < 0:
		return f, fmt.Errorf("reserved concurrency: must be 0 or more, got %d", f.ReservedConcurrency)
	case f.Code == nil:
		return f, errors.New("code: missing; use InProcess or Binary")
	}
	return f, checkEnvironment(f.Environment)
}

func (s *Service) arn(name string) string {
	return fmt.Sprintf("arn:aws:lambda:%s:%s:function:%s", s.options.Region, s.options.AccountID, name)
}

// find accepts a name, an ARN or ACCOUNT:function:NAME, each with or without
// :$LATEST (API reference, Invoke, FunctionName). There are no other versions and
// no aliases here.
func (s *Service) find(text string) (*function, error) {
	unqualified := strings.TrimSuffix(text, ":$LATEST")
	name := unqualified[strings.LastIndex(unqualified, ":")+1:]
	f := s.functions[name]
	if f == nil || !f.current.isCalled(unqualified) {
		if !strings.HasPrefix(text, "arn:") {
			text = s.arn(text)
		}
		return nil, notFound(text)
	}
	return f, nil
}

func (v *version) isCalled(text string) bool {
	return text == v.Name || text == v.ARN || strings.Count(text, ":") == 2 && strings.HasSuffix(v.ARN, ":"+text)
}

// unreserved is the account's concurrency that no function reserves.
func (s *Service) unreserved() int {
	left := s.options.Concurrency
	for _, f := range s.functions {
		left -= f.current.ReservedConcurrency
	}
	return left
}

func (s *Service) reservedBy(name string) int {
	if f := s.functions[name]; f != nil {
		return f.current.ReservedConcurrency
	}
	return 0
}
