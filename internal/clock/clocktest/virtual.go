// Package clocktest has a clock for tests, on which a run has the same times
// whenever it is made.
package clocktest

import (
	"context"
	"sync"
	"time"
)

// Virtual is a clock that only Sleep moves: by what the sleep would have taken.
// Deadlines that it passes end their contexts.
type Virtual struct {
	mu      sync.Mutex
	now     time.Time
	skipped time.Duration
	pending map[*deadline]struct{}
}

// NewVirtual is a clock that shows start.
func NewVirtual(start time.Time) *Virtual {
	return &Virtual{now: start, pending: map[*deadline]struct{}{}}
}

// Now is the time by this clock.
func (c *Virtual) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Skipped is how much time the sleeps would have taken.
func (c *Virtual) Skipped() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.skipped
}

// Sleep moves the clock by d, or to ctx's deadline and returns its error.
func (c *Virtual) Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil || d <= 0 {
		return err
	}
	until := c.Now().Add(d)
	if at, ok := ctx.Deadline(); ok && at.Before(until) {
		c.moveTo(at)
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	c.moveTo(until) // a deadline by another clock does not end a sleep by this one
	return nil
}

func (c *Virtual) moveTo(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ahead := at.Sub(c.now)
	if ahead <= 0 {
		return
	}
	c.now, c.skipped = at, c.skipped+ahead
	for d := range c.pending {
		if !d.at.After(at) {
			delete(c.pending, d)
			d.cancel(context.DeadlineExceeded)
		}
	}
}

// WithDeadline is context.WithDeadline by this clock.
func (c *Virtual) WithDeadline(parent context.Context, at time.Time) (context.Context, context.CancelFunc) {
	inner, cancel := context.WithCancelCause(parent)
	d := &deadline{Context: inner, cancel: cancel, at: at}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !at.After(c.now) {
		cancel(context.DeadlineExceeded)
		return d, func() {}
	}
	c.pending[d] = struct{}{}
	return d, func() { c.release(d) }
}

func (c *Virtual) release(d *deadline) {
	c.mu.Lock()
	delete(c.pending, d)
	c.mu.Unlock()
	d.cancel(context.Canceled)
}

// deadline is a context that ends when its clock says so.
type deadline struct {
	context.Context
	cancel context.CancelCauseFunc
	at     time.Time
}

// Deadline is the earlier one of its own and its parent's.
func (d *deadline) Deadline() (time.Time, bool) {
	if at, ok := d.Context.Deadline(); ok && at.Before(d.at) {
		return at, true
	}
	return d.at, true
}

// Err distinguishes a deadline from a cancellation, as package context does.
func (d *deadline) Err() error {
	err := d.Context.Err()
	if err != nil && context.Cause(d.Context) == context.DeadlineExceeded {
		return context.DeadlineExceeded
	}
	return err
}
