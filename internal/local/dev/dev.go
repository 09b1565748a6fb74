// Package dev keeps a stack running on this machine while its spec changes: the
// function URL, one line for each attempt, schedules and events by hand.
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

	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/story"
	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/local/stepfunctions"
	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/runtime/contract"
)

// Options are how a session goes.
type Options struct {
	Local local.Options // its Observe and Answered are the session's own
	// Stack is what runs first. Read gives the spec's text as it is now, and
	// Generate its stack; with ErrSpec it has said what is wrong with it. Both
	// may take as long as they like: nothing else waits for them.
	Stack    *stack.Stack
	Text     []byte
	Read     func() ([]byte, error)
	Generate func(text []byte) (*stack.Stack, error)
	// Out takes the function URL's line, Log what happens. Executions wait for
	// neither if they don't (see console.Queue).
	Out, Log io.Writer
	Paint    color.Painter
	Quiet    bool // no lines for requests
	// Hurry ends: what runs is stopped instead of waited for.
	Hurry <-chan struct{}
}

// ErrSpec is a spec whose errors are already told.
var ErrSpec = errors.New("the spec has errors (above)")

// Serve runs until ctx ends, then lets the requests that run end.
func Serve(ctx context.Context, o Options) error {
	if err := CheckAddress(o.Local.Listen); err != nil {
		return err
	}
	s := newSession(o)
	o.Local.Observe = func(x stepfunctions.Execution, e event.Event) { s.log.Add(x.Name, e) }
	o.Local.Answered = s.answered
	w, err := local.Start(ctx, o.Stack, o.Local)
	if err != nil {
		return explainListen(err, o.Local.Listen)
	}
	s.workflow.Store(w)
	s.greet()
	stopTicks := story.Every(tick, s.log.Tick)
	s.follow(ctx, w)
	err = s.end(w)
	stopTicks()
	return err
}

// tick is how often calls that take long are looked for.
const tick = 500 * time.Millisecond

type session struct {
	options  Options
	log      *story.Log
	stack    atomic.Pointer[stack.Stack]
	workflow atomic.Pointer[local.Workflow]
	greeting string // as it was last shown
}

func newSession(o Options) *session {
	s := &session{options: o}
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

// say writes a line about the session itself.
func (s *session) say(format string, args ...any) {
	_, _ = io.WriteString(s.options.Log, story.Line(time.Now(), "", fmt.Sprintf(format, args...)))
}

// answered tells of what the lines of executions do not show.
func (s *session) answered(a local.Answer) {
	poll := strings.HasPrefix(a.Path, contract.ExecutionsPath) // callers of long executions
	switch {
	case a.Execution != "" && !(poll && a.StatusCode < 300):
		s.log.Answered(a.Execution, a.StatusCode, a.ClientGone)
	case a.Execution == "" && a.StatusCode >= 400 && !a.ClientGone: // else nobody got it
		s.log.Refused(a.Method, a.Path, a.StatusCode)
	}
}

// end waits for the requests that run.
func (s *session) end(w *local.Workflow) error {
	if n := s.log.Open(); n > 0 {
		s.say("ending: waits for %s; Ctrl-C again stops %s", count.Of(n, "request"), count.Verb(n, "it", "them"))
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
		return errors.New("stopped before every request had ended; the upstream may have acted on them")
	}
	return nil
}
