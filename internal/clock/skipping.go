package clock

import (
	"context"
	"sync"
	"time"
)

// Skipping is a clock that skips waits: a Sleep moves it forward by what it would
// have taken and returns. Between the sleeps it runs with the machine's time, for
// real calls. Deadlines that it passes end their contexts. Sleeps of several
// goroutines add up, so an execution that is to see only its own waits needs its
// own clock.
type Skipping struct {
	mu      sync.Mutex
	skipped time.Duration
	pending map[*deadline]struct{}
}

// NewSkipping is a clock that shows the machine's time until the first wait.
func NewSkipping() *Skipping { return &Skipping{pending: map[*deadline]struct{}{}} }

// Now is the time by this clock.
func (c *Skipping) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *Skipping) now() time.Time { return time.Now().Add(c.skipped) }

// Skipped is how much time the sleeps would have taken.
func (c *Skipping) Skipped() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.skipped
}

// Sleep moves the clock by d, or to ctx's deadline and returns its error.
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

// passDeadlines ends the deadlines that are over, and shortens the timers of the
// rest. The caller holds c.mu.
func (c *Skipping) passDeadlines() {
	now := c.now()
	for d := range c.pending {
		left := d.at.Sub(now)
		if left <= 0 {
			delete(c.pending, d)
			d.expire()
		} else {
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
	c.pending[d] = struct{}{}
	d.timer = time.AfterFunc(left, func() { c.reached(d) })
	return d, func() { c.release(d) }
}

// reached is called when the machine's time has come to the deadline.
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
	d.timer.Stop()
	c.mu.Unlock()
	d.cancel(context.Canceled)
}

// deadline is a context that ends when its clock says so.
type deadline struct {
	context.Context
	cancel context.CancelCauseFunc
	at     time.Time
	timer  *time.Timer
}

func (d *deadline) expire() { d.cancel(context.DeadlineExceeded) }

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
