// Package stepfunctions is AWS Step Functions on this machine: its API as the
// SDKs speak it (AWS JSON 1.0), over an interpreter that is handed in.
//
// A Service is an http.Handler for one account and Region. It takes any
// signature, so it belongs on loopback.
//
//	s := stepfunctions.New(stepfunctions.Options{Environment: environment})
//	s.Put(stepfunctions.StateMachine{ARN: arn, Name: "acme-orders", Type: stepfunctions.Express, Definition: machine})
//	server := &http.Server{Handler: s}
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

// StateMachine is what executions are started of.
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

// Options are what a Service reaches outside itself.
type Options struct {
	// Environment is every execution's: its clock, its randomness, its invoker.
	// Identifiers and dates come from it too. Random is called by one goroutine
	// at a time. Its Observe is not used.
	Environment engine.Environment
	// Observe is told each event of each execution, in the execution's order;
	// events of several executions come at the same time. nil: nobody.
	Observe func(e Execution, event event.Event)
	// Ended is told each execution's end, before anybody who waits for the
	// execution is. It must not wait for the Service. nil: nobody.
	Ended func(e Execution, r engine.Result)
	// Keep is how many ended Standard executions are remembered, with their
	// histories; the oldest is forgotten first, and its name is free again (on
	// AWS after 90 days). 0: 1000.
	Keep int
	// KeepBytes bounds what the histories of those take, as JSON; 0: 128 MiB. The
	// last one is remembered however large it is.
	KeepBytes int64
}

const (
	defaultKeep      = 1000
	defaultKeepBytes = 128 << 20
)

// Execution is one that was started.
type Execution struct {
	ARN, Name    string
	StateMachine string // its ARN
	Input        string // JSON, as it was sent
	StartDate    time.Time
}

// Service is Step Functions; any number of goroutines may use it.
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

// machine is a StateMachine as it was last put. It is never changed, so that
// running executions keep theirs.
type machine struct {
	StateMachine
	created  time.Time
	revision string // "" until it is put again (DescribeStateMachine, revisionId)
	version  *Version
}

// New is a Service without state machines. The Environment's Clock, Random and
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

// now is a date as the API tells it: to the millisecond.
func (s *Service) now() time.Time {
	return s.options.Environment.Clock.Now().Truncate(time.Millisecond)
}
