// Package local runs a stack on this machine: its state machine on the engine,
// its Lambdas in process or as the compiled binaries, Step Functions' API and the
// function URL on loopback. What runs is what build writes: the definition of
// statemachine.asl.json and the Lambdas' own code.
//
//	client -> functionurl -> orchestrator -> stepfunctions -> engine -> lambda -> egress -> upstream
package local

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"

	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/drain"
	"github.com/sfngen/sfngen/internal/engine"
	"github.com/sfngen/sfngen/internal/local/lambda"
	"github.com/sfngen/sfngen/internal/local/loopback"
	"github.com/sfngen/sfngen/internal/local/stepfunctions"
	"github.com/sfngen/sfngen/internal/stack"
)

// Options are how a stack runs here.
type Options struct {
	// Listen is the function URL's address, on loopback; "127.0.0.1:0" if empty.
	Listen string
	// Clock is that of executions and of Lambdas in process; nil: the system's.
	// The orchestrator always waits by the system's: it waits for what happens.
	Clock clock.Clock
	// Random draws uniformly from [0, 1); nil: math/rand.
	Random func() float64
	// Binaries runs the Lambdas as processes, compiled for this machine by the
	// Go toolchain, behind Lambda's Runtime API. They go by the system's clock.
	Binaries bool
	// RootCAs are whom the egresses trust; nil: the system's.
	RootCAs *x509.CertPool
	// CACert is the file of RootCAs, for Binaries.
	CACert string
	// Observe is told each event of each execution, in its order, Ended how it
	// has ended; both on the execution's goroutine.
	Observe func(stepfunctions.Execution, engine.Event)
	Ended   func(stepfunctions.Execution, engine.Result)
	// Answered is told each answer of the function URL, on the request's
	// goroutine; nil: nobody.
	Answered func(Answer)
	// Log takes the lines that the Lambdas write; nil: nobody.
	Log io.Writer
}

func (o Options) withDefaults() Options {
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Random == nil {
		o.Random = rand.Float64
	}
	if o.Log == nil {
		o.Log = io.Discard
	}
	return o
}

// Workflow is a stack that runs. It is safe for concurrent use.
type Workflow struct {
	options  Options
	lambda   *lambda.Service
	states   *stepfunctions.Service
	api, url *server
	entry    atomic.Pointer[http.Handler] // what answers at the function URL
	scratch  string                       // the folder of compiled Lambdas; "" for none

	mu      sync.Mutex
	stack   *stack.Stack
	sources loopback.Sources
}

// Start runs the stack until Close.
func Start(ctx context.Context, s *stack.Stack, o Options) (*Workflow, error) {
	o = o.withDefaults()
	w := &Workflow{options: o}
	w.lambda = lambda.New(lambda.Options{Clock: o.Clock, Region: region(s.Plan), AccountID: account, Log: o.Log})
	w.states = stepfunctions.New(stepfunctions.Options{
		Environment: engine.Environment{Clock: o.Clock, Random: o.Random, Invoker: invoker{w.lambda}},
		Observe:     o.Observe,
		Ended:       o.Ended,
	})
	if err := w.start(ctx, s); err != nil {
		return nil, errors.Join(err, w.Close(ctx))
	}
	return w, nil
}

func (w *Workflow) start(ctx context.Context, s *stack.Stack) (err error) {
	if w.api, err = listen("127.0.0.1:0", w.states); err != nil {
		return fmt.Errorf("the Step Functions API on loopback: %w", err)
	}
	if w.options.Binaries {
		if w.scratch, err = os.MkdirTemp("", "sfngen-"); err != nil {
			return err
		}
	}
	if err := w.Load(ctx, s); err != nil {
		return err
	}
	if w.url, err = listen(w.options.Listen, http.HandlerFunc(w.serve)); err != nil {
		return fmt.Errorf("the function URL: %w", err)
	}
	return nil
}

// Load puts the stack in the place of the one that runs. Executions that have
// begun end as they began. With an error nothing has changed.
func (w *Workflow) Load(ctx context.Context, s *stack.Stack) error {
	machine, err := w.machine(s)
	if err != nil {
		return err
	}
	sources := loopback.For(ctx, s.Plan.Spec.Upstream.URL, s.Plan.Egresses)
	functions, err := w.functions(ctx, s, sources)
	if err != nil {
		return err
	}
	for _, f := range functions {
		if err := w.lambda.Put(f); err != nil {
			return err
		}
	}
	w.states.Put(machine)
	handler := w.functionURL(s)
	w.entry.Store(&handler)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stack, w.sources = s, sources
	return nil
}

func (w *Workflow) serve(out http.ResponseWriter, in *http.Request) {
	(*w.entry.Load()).ServeHTTP(out, in)
}

// URL is the function URL, without a slash at its end.
func (w *Workflow) URL() string { return "http://" + w.url.address }

// OnLoopback reports whether only this machine reaches the function URL.
func (w *Workflow) OnLoopback() bool { return isLoopback(w.url.address) }

// Sources are the addresses that the egresses call from.
func (w *Workflow) Sources() loopback.Sources {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sources
}

// Lambda is where the functions run.
func (w *Workflow) Lambda() *lambda.Service { return w.lambda }

// StepFunctions is where the executions run.
func (w *Workflow) StepFunctions() *stepfunctions.Service { return w.states }

// Close takes no more requests and waits for those that run. When ctx ends it
// stops them and returns ctx's error. No process and no listener outlives it.
func (w *Workflow) Close(ctx context.Context) error {
	var errs []error
	if w.url != nil {
		errs = append(errs, w.url.close(ctx))
	}
	errs = append(errs, w.states.Close(ctx), w.lambda.Close(ctx))
	if w.api != nil {
		errs = append(errs, w.api.close(ctx))
	}
	if w.scratch != "" {
		errs = append(errs, os.RemoveAll(w.scratch))
	}
	return errors.Join(errs...)
}

// server is an HTTP server on loopback.
type server struct {
	address string
	http    *http.Server
	served  chan struct{} // closed when it has ended, so that close may come twice
}

func listen(address string, handler http.Handler) (*server, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	// net/http would answer OPTIONS * by itself: it is the function's to answer.
	served := &http.Server{Handler: handler, DisableGeneralOptionsHandler: true}
	s := &server{address: listener.Addr().String(), http: served, served: make(chan struct{})}
	drain.Prepare(s.http)
	go func() {
		defer close(s.served)
		_ = s.http.Serve(listener) // ends with close alone, which says why
	}()
	return s, nil
}

// close lets the requests that run end, as long as ctx does.
func (s *server) close(ctx context.Context) error {
	err := s.http.Shutdown(ctx)
	if err != nil {
		s.http.Close()
	}
	<-s.served
	return err
}
