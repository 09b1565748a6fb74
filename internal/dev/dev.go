// Package dev keeps a stack running on this machine while its spec changes: the
// function URL, one line for each attempt, schedules and events by hand.
package dev

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/console"
	"github.com/sfngen/sfngen/internal/engine"
	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/local/stepfunctions"
	"github.com/sfngen/sfngen/internal/stack"
)

// Options are how a session goes.
type Options struct {
	Local local.Options // its Observe is the session's own
	// Stack is what runs first. Read gives the spec's text as it is now, and
	// Generate its stack, having said what is wrong with it.
	Stack    *stack.Stack
	Text     []byte
	Read     func() ([]byte, error)
	Generate func(text []byte) (*stack.Stack, error)
	// Out takes the function URL's line, Log what happens.
	Out, Log io.Writer
	Color    bool
	Quiet    bool // no lines for attempts
	// Hurry ends: what runs is stopped instead of waited for.
	Hurry <-chan struct{}
}

// pollEvery is how often the spec is looked at: fast enough for a person, and on
// every file system that editors write to.
const pollEvery = 300 * time.Millisecond

// Serve runs until ctx ends, then lets the requests that run end.
func Serve(ctx context.Context, o Options) error {
	s := &session{options: o}
	s.stack.Store(o.Stack)
	if !o.Quiet {
		log := console.NewLog(o.Log, s.style)
		o.Local.Observe = func(x stepfunctions.Execution, e engine.Event) { log.Add(x.Name, e) }
	}
	w, err := local.Start(ctx, o.Stack, o.Local)
	if err != nil {
		return explainBusy(err, o.Local.Listen)
	}
	s.workflow.Store(w)
	s.greet()
	s.follow(ctx, w)
	return s.end(w)
}

type session struct {
	options  Options
	stack    atomic.Pointer[stack.Stack]
	workflow atomic.Pointer[local.Workflow]
}

func (s *session) style() console.Style {
	return console.Style{
		Color:       s.options.Color,
		MaxAttempts: len(s.stack.Load().Plan.Attempts),
		Source: func(k int) netip.Addr {
			if w := s.workflow.Load(); w != nil {
				return w.Sources().Of(k)
			}
			return netip.Addr{}
		},
	}
}

func explainBusy(err error, address string) error {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "listen" {
		return fmt.Errorf("%w; give another address with --listen, such as 127.0.0.1:0 for any free port (now %s)", err, address)
	}
	return err
}

func (s *session) greet() {
	w, p := s.workflow.Load(), s.stack.Load().Plan
	fmt.Fprintf(s.options.Out, "%s on %s calls %s\n", p.Spec.Name, w.URL(), p.Spec.Upstream.URL)
	for _, schedule := range p.Spec.Triggers.Schedules {
		fmt.Fprintf(s.options.Out, "schedule %s: curl -X POST %s%s%s\n", schedule.Name, w.URL(), local.SchedulesPath, schedule.Name)
	}
	for _, event := range p.Spec.Triggers.Events {
		fmt.Fprintf(s.options.Out, "event %s: curl %s%s%s -d @event.json\n", event.Name, w.URL(), local.EventsPath, event.Name)
	}
	if !w.OnLoopback() {
		fmt.Fprintln(s.options.Log, "note: it listens beyond this machine: whoever reaches it can call the API through it, without a signature")
	}
	s.noteSources(w)
}

func (s *session) noteSources(w *local.Workflow) {
	if note := w.Sources().Note; note != "" {
		fmt.Fprintln(s.options.Log, "note:", note)
	}
}

// follow loads the spec again whenever its text has changed.
func (s *session) follow(ctx context.Context, w *local.Workflow) {
	last := s.options.Text
	for (clock.System{}).Sleep(ctx, pollEvery) == nil {
		text, err := s.options.Read()
		if err != nil || bytes.Equal(text, last) || len(bytes.TrimSpace(text)) == 0 {
			continue // an editor may just be writing it
		}
		last = text
		s.reload(ctx, w, text)
	}
}

func (s *session) reload(ctx context.Context, w *local.Workflow, text []byte) {
	next, err := s.options.Generate(text)
	if err == nil {
		err = w.Load(ctx, next)
	}
	if err != nil {
		fmt.Fprintf(s.options.Log, "the spec has changed, but cannot run (%v): the one before it goes on\n", err)
		return
	}
	s.stack.Store(next)
	fmt.Fprintf(s.options.Log, "the spec has changed: requests run by the new one from now on\n")
	s.noteSources(w)
}

// end waits for the requests that run.
func (s *session) end(w *local.Workflow) error {
	fmt.Fprintln(s.options.Log, "ending: waits for the requests that run; Ctrl-C again stops them")
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	go func() {
		select {
		case <-s.options.Hurry:
			stop()
		case <-ctx.Done():
		}
	}()
	if err := w.Close(ctx); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	if ctx.Err() != nil {
		return errors.New("stopped before every request had ended; the upstream may have acted on them")
	}
	return nil
}
