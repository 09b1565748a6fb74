package clock

import (
	"context"
	"sync"
	"time"
)

// Skipping is a clock on which nobody waits: a Sleep moves it forward by what it
// would have taken and returns. Deadlines that it passes on the way end their
// contexts. Sleeps of several goroutines add up, so an execution that is to see
// its own waits only needs a clock of its own.
type Skipping struct {
	flows bool // with the machine's time, between the skips
	base  func() time.Time

	mu      sync.Mutex
	skipped time.Duration
	pending map[*deadline]struct{}
}

// NewSkipping is a clock that goes with the machine's time and skips the waits:
// for real calls between them.
func NewSkipping() *Skipping { return &Skipping{flows: true, base: time.Now} }

// NewVirtual is a clock that stands at start and is moved by Sleep alone: with it
// a run gives the same times whenever it is made.
func NewVirtual(start time.Time) *Skipping {
	return &Skipping{base: func() time.Time { return start }}
}

// Now is the time by this clock.
func (c *Skipping) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *Skipping) now() time.Time { return c.base().Add(c.skipped) }

// Skipped is how much time the sleeps would have taken.
func (c *Skipping) Skipped() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.skipped
}

// Sleep moves the clock by d, or to ctx's deadline and gives its error.
func (c *Skipping) Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil || d <= 0 {
		return err
	}
	until := c.Now().Add(d)
	if at, ok := ctx.Deadline(); ok && at.Before(until) {
		c.skipTo(at)
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	c.skipTo(until) // a deadline by another clock does not end a sleep by this one
	return nil
}

func (c *Skipping) skipTo(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ahead := at.Sub(c.now()); ahead > 0 {
		c.skipped += ahead
		c.passDeadlines()
	}
}

// passDeadlines ends what is over by now, and brings forward the timers of the
// rest. The caller holds c.mu.
func (c *Skipping) passDeadlines() {
	now := c.now()
	for d := range c.pending {
		left := d.at.Sub(now)
		switch {
		case left <= 0:
			delete(c.pending, d)
			d.expire()
		case d.timer != nil:
			d.timer.Reset(left)
		}
	}
}

// WithDeadline is context.WithDeadline by this clock.
func (c *Skipping) WithDeadline(parent context.Context, at time.Time) (context.Context, context.CancelFunc) {
	inner, cancel := context.WithCancelCause(parent)
	d := &deadline{Context: inner, cancel: cancel, at: at}
	c.mu.Lock()
	defer c.mu.Unlock()
	left := at.Sub(c.now())
	if left <= 0 {
		d.expire()
		return d, func() {}
	}
	if c.pending == nil {
		c.pending = map[*deadline]struct{}{}
	}
	c.pending[d] = struct{}{}
	if c.flows {
		d.timer = time.AfterFunc(left, func() { c.reached(d) })
	}
	return d, func() { c.release(d) }
}

// reached is the timer's word that the machine's time has come to the deadline.
func (c *Skipping) reached(d *deadline) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, waiting := c.pending[d]; waiting {
		delete(c.pending, d)
		d.expire()
	}
}

func (c *Skipping) release(d *deadline) {
	c.mu.Lock()
	delete(c.pending, d)
	if d.timer != nil {
		d.timer.Stop()
	}
	c.mu.Unlock()
	d.cancel(context.Canceled)
}

// deadline is a context that ends when its clock says so.
type deadline struct {
	context.Context
	cancel context.CancelCauseFunc
	at     time.Time
	timer  *time.Timer // nil when only skips move the clock
}

func (d *deadline) expire() { d.cancel(context.DeadlineExceeded) }

// Deadline is the earlier one of its own and its parent's.
func (d *deadline) Deadline() (time.Time, bool) {
	if at, ok := d.Context.Deadline(); ok && at.Before(d.at) {
		return at, true
	}
	return d.at, true
}

// Err tells a deadline from a cancellation, as package context does.
func (d *deadline) Err() error {
	err := d.Context.Err()
	if err != nil && context.Cause(d.Context) == context.DeadlineExceeded {
		return context.DeadlineExceeded
	}
	return err
}
