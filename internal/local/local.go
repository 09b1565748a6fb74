// Package local runs a stack on this machine: its state machine on the engine, its
// Lambdas in process or as the compiled binaries, Step Functions' API and the
// function URL on loopback. It runs what build writes: the definition of
// statemachine.asl.json and the Lambdas' own code.
//
//	client -> functionurl -> orchestrator -> stepfunctions -> engine -> lambda -> egress -> upstream
package local

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"

	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/local/engine"
	"github.com/sfngen/sfngen/internal/local/guard"
	"github.com/sfngen/sfngen/internal/local/lambda"
	"github.com/sfngen/sfngen/internal/local/loopback"
	"github.com/sfngen/sfngen/internal/local/secrets"
	"github.com/sfngen/sfngen/internal/local/stepfunctions"
)

// Options configure a local stack.
type Options struct {
	// Listen is the function URL's address, on loopback; "127.0.0.1:0" if empty.
	Listen string
	// Private is a function URL that answers to Workflow.Transport alone: other users of
	// the machine cannot call the API through it.
	Private bool
	// Clock is that of executions and of Lambdas in process; nil: the system's. The
	// orchestrator always uses the system's: it waits for real events.
	Clock clock.Clock
	// Random returns a uniform value in [0, 1); nil: math/rand.
	Random func() float64
	// Binaries runs the Lambdas as processes, compiled for this machine by the Go
	// toolchain, behind Lambda's Runtime API. They use the system's clock.
	Binaries bool
	// RootCAs are the CAs that the egresses trust; nil: the system's.
	RootCAs *x509.CertPool
	// CACert is the file of RootCAs, for Binaries.
	CACert string
	// Secrets are where the values of a spec's credentials come from. Start and Load fail
	// if one is missing.
	Secrets secrets.Sources
	// Table is that of stacks with egress.coordination, which outlives the workflow; nil: one
	// in memory, from the first such stack to Close.
	Table *Table
	// Observe receives each event of each execution in order, Ended its result;
	// both on the execution's goroutine.
	Observe func(stepfunctions.Execution, event.Event)
	Ended   func(stepfunctions.Execution, engine.Result)
	// Answered, unless nil, receives each answer of the function URL, on the
	// request's goroutine.
	Answered func(Answer)
	// Log, unless nil, gets the lines that the Lambdas write.
	Log io.Writer
}

func (o Options) withDefaults() Options {
	o.Listen = cmp.Or(o.Listen, "127.0.0.1:0")
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Random == nil {
		o.Random = rand.Float64
	}
	if o.Log == nil {
		o.Log = io.Discard
	}
	o.Log = &oneAtATime{to: o.Log}
	return o
}

// Workflow is a running stack. It is safe for concurrent use.
type Workflow struct {
	options Options
	states  *stepfunctions.Service // of every generation: executions outlive a Load
	key     guard.Key              // for what this process alone calls
	url     *guard.Server
	// retiring are the generations that only finish their requests; hurry stops
	// that.
	retiring sync.WaitGroup
	waiting  context.Context
	hurry    context.CancelFunc

	mu      sync.Mutex
	current *generation
	table   *Table // nil until a stack has egress.coordination
}

// Start runs the stack until Close.
func Start(ctx context.Context, s *stack.Stack, o Options) (*Workflow, error) {
	o = o.withDefaults()
	w := &Workflow{options: o, key: guard.NewKey()}
	w.waiting, w.hurry = context.WithCancel(context.Background())
	w.states = stepfunctions.New(stepfunctions.Options{
		Environment: engine.Environment{Clock: o.Clock, Random: o.Random},
		Observe:     o.Observe,
		Ended:       o.Ended,
	})
	if err := w.start(ctx, s); err != nil {
		return nil, errors.Join(err, w.Close(ctx))
	}
	return w, nil
}

func (w *Workflow) start(ctx context.Context, s *stack.Stack) (err error) {
	if err := w.Load(ctx, s); err != nil {
		return err
	}
	if w.url, err = guard.Open(w.options.Listen, w.door()); err != nil {
		return fmt.Errorf("the function URL: %w", err)
	}
	return nil
}

// Load replaces the running stack: running requests and their executions finish
// with the old one. If it fails, nothing has changed.
func (w *Workflow) Load(ctx context.Context, s *stack.Stack) error {
	next, err := w.newGeneration(ctx, s)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if old := w.current; old != nil {
		w.retiring.Go(func() { _ = old.end(w.waiting) }) // Close reports what could not end
	}
	w.current = next
	return nil
}

// enter returns the generation for a request, which must call leave at its end.
func (w *Workflow) enter() (g *generation, leave func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.current.requests.Add(1)
	return w.current, w.current.requests.Done
}

// URL is the function URL, without a slash at its end.
func (w *Workflow) URL() string { return "http://" + w.url.Address() }

// OnLoopback reports whether only this machine reaches the function URL.
func (w *Workflow) OnLoopback() bool { return guard.IsLoopback(w.url.Address()) }

// Table is that of the stack's executions; nil where each is alone.
func (w *Workflow) Table() *Table {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.current.stack.Plan.Coordinates() {
		return nil
	}
	return w.table
}

// Sources are the addresses that the egresses call from.
func (w *Workflow) Sources() loopback.Sources { return w.now().sources }

// Lambda is where the functions run.
func (w *Workflow) Lambda() *lambda.Service { return w.now().lambda }

// StepFunctions is where the executions run.
func (w *Workflow) StepFunctions() *stepfunctions.Service { return w.states }

func (w *Workflow) now() *generation {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.current
}

// Close refuses new requests and waits for running ones. When ctx ends, it stops
// them and returns ctx's error. No process and no listener outlives it.
func (w *Workflow) Close(ctx context.Context) error {
	var errs []error
	if w.url != nil {
		errs = append(errs, w.url.Close(ctx))
	}
	errs = append(errs, w.states.Close(ctx))
	if g := w.now(); g != nil {
		errs = append(errs, g.end(ctx))
	}
	stop := context.AfterFunc(ctx, w.hurry)
	defer stop()
	w.retiring.Wait()
	w.hurry()
	if w.options.Table == nil {
		errs = append(errs, w.table.Close())
	}
	return errors.Join(errs...)
}

// oneAtATime serialises the writes of several writers.
type oneAtATime struct {
	mu sync.Mutex
	to io.Writer
}

func (o *oneAtATime) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.to.Write(p)
}
