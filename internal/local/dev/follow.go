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

// pollEvery is how often the spec is read: fast enough for users, and it works on
// every file system. goneAfter is how many times in a row the file may be missing
// before that is reported: an editor may just be writing it.
const (
	pollEvery = 300 * time.Millisecond
	goneAfter = 4
)

// look is the result of reading the spec once.
type look struct {
	trouble string // the spec cannot be read; "" when it can
	back    bool   // it can be read again
	changed bool
	next    *stack.Stack
	err     error // why there is no next
}

// follow reloads the spec whenever its text has changed, until ctx ends. A read
// that hangs (a file system that is gone) delays only the next read.
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
		s.say("%s: the last good one keeps running", found.trouble)
	case found.back && !found.changed:
		s.say("the spec is back, unchanged")
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
		s.say("%v: the last good one keeps running", err)
		return
	case err != nil:
		s.say("the spec has changed, but cannot run, and the last good one keeps running: %v", err)
		return
	}
	s.stack.Store(found.next)
	s.say("the spec has changed: new requests use it")
	s.greet()
}

// watch reads the spec repeatedly.
type watch struct {
	options Options
	last    []byte
	away    int // reads in a row that did not find it
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

// missing reports once that the spec is gone.
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
