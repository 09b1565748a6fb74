package dev

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"time"

	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/local"
)

// pollEvery is how often the spec is looked at: fast enough for a person, and on
// every file system that editors write to. goneAfter is how many looks in a row a
// spec may be away before that is told: an editor may just be writing it.
const (
	pollEvery = 300 * time.Millisecond
	goneAfter = 4
)

// look is what one look at the spec has found out.
type look struct {
	trouble string // the spec cannot be read; "" when it can
	back    bool   // and now it can again
	changed bool
	next    *stack.Stack
	err     error // why there is no next
}

// follow loads the spec again whenever its text has changed, until ctx ends. A
// look that hangs (a file system that went away) holds up nothing but the next.
func (s *session) follow(ctx context.Context, w *local.Workflow) {
	looks := make(chan look)
	watch := &watch{options: s.options, last: s.options.Text}
	go watch.run(ctx, looks)
	for {
		select {
		case <-ctx.Done():
			return
		case found := <-looks:
			s.act(ctx, w, found)
		}
	}
}

func (s *session) act(ctx context.Context, w *local.Workflow, found look) {
	switch {
	case found.trouble != "":
		s.say("%s: the last good one goes on", found.trouble)
	case found.back && !found.changed:
		s.say("the spec is back, as it was")
	case found.changed:
		s.reload(ctx, w, found)
	}
}

func (s *session) reload(ctx context.Context, w *local.Workflow, found look) {
	err := found.err
	if err == nil {
		err = w.Load(ctx, found.next)
	}
	switch {
	case ctx.Err() != nil:
		return // it ends anyway
	case errors.Is(err, ErrSpec):
		s.say("%v: the last good one goes on", err)
		return
	case err != nil:
		s.say("the spec has changed, but cannot run: %v; the last good one goes on", err)
		return
	}
	s.stack.Store(found.next)
	s.say("the spec has changed: requests run by the new one from now on")
	s.greet()
}

// watch looks at the spec again and again.
type watch struct {
	options Options
	last    []byte
	away    int // looks in a row that have not found it
}

func (w *watch) run(ctx context.Context, looks chan<- look) {
	for clock.Sleep(ctx, pollEvery) == nil {
		found := w.look()
		if found == (look{}) {
			continue
		}
		select {
		case looks <- found:
		case <-ctx.Done():
		}
	}
}

func (w *watch) look() look {
	text, err := w.options.Read()
	empty := err == nil && len(bytes.TrimSpace(text)) == 0
	if err != nil || empty {
		return w.missing(err)
	}
	found := look{back: w.away >= goneAfter}
	w.away = 0
	if bytes.Equal(text, w.last) {
		return found
	}
	w.last, found.changed = text, true
	found.next, found.err = w.options.Generate(text)
	return found
}

// missing tells of a spec that stays away, once.
func (w *watch) missing(err error) look {
	w.away++
	switch {
	case w.away != goneAfter:
		return look{}
	case err == nil:
		return look{trouble: "the spec is empty"}
	case errors.Is(err, fs.ErrNotExist):
		return look{trouble: "the spec is gone"}
	}
	return look{trouble: "the spec cannot be read (" + err.Error() + ")"}
}
