// Package dev keeps a stack running on this machine while its spec changes: the
// function URL, one line for each attempt, and commands that fire schedules and
// events.
package dev

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"github.com/sfngen/sfngen/internal/dropped"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/story"
	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/local/engine"
	"github.com/sfngen/sfngen/internal/local/stepfunctions"
	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/runtime/contract"
)

// Options configure a session.
type Options struct {
	Local local.Options // Observe, Ended and Answered are set by the session
	// Stack is what runs first. Read returns the current text of the spec, and
	// Generate its stack; ErrSpec means that it has printed the errors. Both may be
	// slow: nothing else waits for them.
	Stack    *stack.Stack
	Text     []byte
	Read     func() ([]byte, error)
	Generate func(text []byte) (*stack.Stack, error)
	// Out gets the line with the function URL, Log what happens. Executions do not
	// wait for them if they do not block (see story.Queue).
	Out, Log io.Writer
	Paint    color.Painter
	Quiet    bool // no lines for requests
	// Release gives memory back to the system; it is called when an overload is over.
	// nil: nothing does.
	Release func()
	// When Hurry ends, running requests are stopped instead of waited for.
	Hurry <-chan struct{}
}

// ErrSpec reports a spec whose errors are already printed.
var ErrSpec = errors.New("the spec has errors (above)")

// Serve runs until ctx ends, then waits for running requests.
func Serve(ctx context.Context, o Options) error {
	if err := CheckAddress(o.Local.Listen); err != nil {
		return err
	}
	s := newSession(o)
	o.Local.Observe = func(x stepfunctions.Execution, e event.Event) {
		s.idle.touch()
		s.log.Add(x.Name, e)
	}
	o.Local.Answered = s.answered
	if !o.Quiet {
		o.Local.Ended = func(x stepfunctions.Execution, r engine.Result) {
			s.noteLost(x, r)
			s.noteQueued(x, r)
		}
	}
	w, err := local.Start(ctx, o.Stack, o.Local)
	if err != nil {
		return explainListen(err, o.Local.Listen)
	}
	s.workflow.Store(w)
	s.greet()
	stopTicks := story.Every(tick, s.tick)
	s.follow(ctx, w)
	err = s.end(w)
	stopTicks()
	return err
}

// tick is how often slow calls are looked for, and the end of an overload.
const tick = 500 * time.Millisecond

func (s *session) tick() {
	s.log.Tick()
	s.idle.tick()
}

type session struct {
	options  Options
	log      *story.Log
	idle     idle
	stack    atomic.Pointer[stack.Stack]
	workflow atomic.Pointer[local.Workflow]
	greeting string // as last printed
	drops    drops  // of requests
	lost     drops  // of answers
}

func newSession(o Options) *session {
	s := &session{options: o, idle: idle{release: o.Release}}
	s.stack.Store(o.Stack)
	requests := o.Log
	if o.Quiet {
		requests = io.Discard // it still counts
	}
	s.log = story.NewLog(requests, s.style)
	return s
}

func (s *session) style() story.Style {
	return story.Style{
		Paint:       s.options.Paint,
		MaxAttempts: len(s.stack.Load().Plan.Attempts),
		Source: func(k int) netip.Addr {
			if w := s.workflow.Load(); w != nil {
				return w.Sources().Of(k)
			}
			return netip.Addr{}
		},
		Now: time.Now,
	}
}

// say writes a line about the session.
func (s *session) say(format string, args ...any) {
	_, _ = io.WriteString(s.options.Log, story.Line(time.Now(), "", fmt.Sprintf(format, args...)))
}

// answered reports what the lines of executions do not show.
func (s *session) answered(a local.Answer) {
	s.idle.touch()
	poll := strings.HasPrefix(a.Path, contract.ExecutionsPath) // callers of long executions
	if a.Execution != "" && !s.options.Quiet && dropped.IsForAPI(a.Path) {
		s.noteDropped(a.Header, a.Query)
	}
	switch {
	case a.Execution != "" && !(poll && a.StatusCode < 300):
		s.log.Answered(a.Execution, a.StatusCode, a.ClientGone)
	case a.Execution == "" && a.StatusCode >= 400 && !a.ClientGone: // else nobody got it
		s.log.Refused(a.Method, a.Path, a.StatusCode, a.RetryAfter)
	}
}

// end waits for running requests.
func (s *session) end(w *local.Workflow) error {
	if n := s.log.Open(); n > 0 {
		s.say("ending: waiting for %s; Ctrl-C again stops %s", count.Of(n, "request"), count.Verb(n, "it", "them"))
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	go func() {
		select {
		case <-s.options.Hurry:
			stop()
		case <-ctx.Done():
		}
	}()
	err := w.Close(ctx)
	s.say("%s", strings.TrimSuffix("ended: "+s.log.Totals().String(), ": "))
	switch {
	case err != nil && !errors.Is(err, context.Canceled):
		return err
	case ctx.Err() != nil:
		return errors.New("stopped before all requests had ended; the upstream may have acted on them")
	}
	return nil
}
