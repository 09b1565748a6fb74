// Package stepfunctions is AWS Step Functions on this machine: its API as the SDKs
// speak it (AWS JSON 1.0), over a given interpreter.
//
// A Service is an http.Handler for one account and Region. It does not check
// signatures, so serve it behind a door of package guard.
//
//	s := stepfunctions.New(stepfunctions.Options{Environment: environment})
//	s.Put(stepfunctions.StateMachine{ARN: arn, Name: "acme-orders", Type: stepfunctions.Express, Definition: machine})
//	server, err := guard.Open("127.0.0.1:0", guard.Door{Name: "Step Functions", Handler: s, Key: key, Carrier: carrier})
package stepfunctions

import (
	"context"
	"sync"
	"time"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/local/engine"
)

// Machine runs one execution; *engine.Machine is one. Run returns soon after
// ctx has ended.
type Machine interface {
	Run(ctx context.Context, x engine.Execution, env engine.Environment) engine.Result
}

// Type is a state machine's type (Step Functions API, StateMachineType).
type Type string

// The types.
const (
	Express  Type = "EXPRESS"
	Standard Type = "STANDARD"
)

// StateMachine is a state machine that executions run.
type StateMachine struct {
	ARN        string // arn:PARTITION:states:REGION:ACCOUNT:stateMachine:NAME
	Name       string
	RoleARN    string
	Type       Type
	Definition Machine
	Source     string // the definition's JSON, for DescribeStateMachine; may be ""
	// Invoker calls the functions of this one; nil: the environment's.
	Invoker engine.Invoker
}

// Options are what a Service needs from outside.
type Options struct {
	// Environment has the clock, the randomness and the invoker of every execution.
	// Identifiers and dates come from it too. Random is not called concurrently.
	// Its Observe is not used.
	Environment engine.Environment
	// Observe, unless nil, receives each event of each execution, in the
	// execution's order; events of several executions come concurrently.
	Observe func(e Execution, event event.Event)
	// Ended, unless nil, receives each execution's result before its waiting
	// callers do. It must not wait for the Service.
	Ended func(e Execution, r engine.Result)
	// Keep is how many ended Standard executions are remembered, with their
	// histories; the oldest is forgotten first, and its name is free again (on
	// AWS after 90 days). 0: 1000.
	Keep int
	// KeepBytes limits the size of their histories, as JSON; 0: 32 MiB. The latest
	// one is always remembered.
	KeepBytes int64
}

const (
	defaultKeep      = 1000
	defaultKeepBytes = 32 << 20
)

// Execution is a started execution.
type Execution struct {
	ARN, Name    string
	StateMachine string // its ARN
	Input        string // JSON, as it was sent
	StartDate    time.Time
}

// Service is Step Functions. It is safe for concurrent use.
type Service struct {
	options Options
	random  func() float64
	running sync.WaitGroup

	mu         sync.Mutex
	machines   map[string]*machine     // by ARN
	executions map[string]*execution   // by ARN: the Standard ones, running and remembered
	live       map[*execution]struct{} // the running ones, Express too
	ended      []string                // ARNs of the remembered ones, oldest first
	kept       int64                   // bytes of their histories
	started    int64                   // how many there have been
	throttles  map[string]int          // how many calls of an action are still refused
	closed     bool
}

// machine is a StateMachine as of its latest Put. It never changes, so running
// executions keep theirs.
type machine struct {
	StateMachine
	created  time.Time
	revision string // "" until it is put again (DescribeStateMachine, revisionId)
	version  *Version
}

// New returns a Service without state machines. The Environment's Clock, Random and
// Invoker must be set.
func New(o Options) *Service {
	if o.Keep <= 0 {
		o.Keep = defaultKeep
	}
	if o.KeepBytes <= 0 {
		o.KeepBytes = defaultKeepBytes
	}
	s := &Service{
		options:    o,
		random:     oneAtATime(o.Environment.Random),
		machines:   map[string]*machine{},
		executions: map[string]*execution{},
		live:       map[*execution]struct{}{},
		throttles:  map[string]int{},
	}
	s.options.Environment.Random = s.random
	return s
}

// now is the time with the API's precision: milliseconds.
func (s *Service) now() time.Time {
	return s.options.Environment.Clock.Now().Truncate(time.Millisecond)
}
