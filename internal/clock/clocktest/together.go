package clocktest

import (
	"context"
	"sync"
	"time"
)

// Together is a clock for what happens at the same time: it moves only when everyone
// sleeps, and then to the end of the shortest sleep, so that nobody is late because of
// the sleep of another. It is told how many there are, each of whom sleeps once at a time.
// Deadlines that it passes end their contexts.
type Together struct {
	mu       sync.Mutex
	now      time.Time
	awake    int
	sleepers map[*sleeper]struct{}
	pending  map[*deadline]struct{}
}

type sleeper struct {
	until time.Time
	woken chan struct{}
}

// NewTogether is a clock that shows start, for nobody yet.
func NewTogether(start time.Time) *Together {
	return &Together{now: start, sleepers: map[*sleeper]struct{}{}, pending: map[*deadline]struct{}{}}
}

// Enter says that so many more are awake; before they do anything.
func (c *Together) Enter(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.awake += n
}

// Leave says that one is there no more.
func (c *Together) Leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.awake--
	c.move()
}

// Now is the time by this clock.
func (c *Together) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Sleep returns when the clock has moved by d, or earlier with ctx's error.
func (c *Together) Sleep(ctx context.Context, d time.Duration) error {
	until := c.Now().Add(d)
	for ctx.Err() == nil && c.Now().Before(until) {
		next := until
		if at, ok := ctx.Deadline(); ok && at.Before(until) && at.After(c.Now()) {
			next = at // of this clock, or of another that does not end the sleep
		}
		c.sleepUntil(ctx, next)
	}
	return ctx.Err()
}

func (c *Together) sleepUntil(ctx context.Context, at time.Time) {
	s := &sleeper{until: at, woken: make(chan struct{})}
	c.mu.Lock()
	c.sleepers[s] = struct{}{}
	c.awake--
	c.move()
	c.mu.Unlock()
	select {
	case <-s.woken:
	case <-ctx.Done():
		c.mu.Lock()
		c.wake(s)
		c.mu.Unlock()
	}
}

// move passes the shortest sleep if nobody is awake. The caller holds c.mu.
func (c *Together) move() {
	if c.awake > 0 || len(c.sleepers) == 0 {
		return
	}
	first := true
	for s := range c.sleepers {
		if first || s.until.Before(c.now) {
			c.now, first = s.until, false
		}
	}
	for s := range c.sleepers {
		if !s.until.After(c.now) {
			c.wake(s)
		}
	}
	for d := range c.pending {
		if !d.at.After(c.now) {
			delete(c.pending, d)
			d.cancel(context.DeadlineExceeded)
		}
	}
}

// wake does nothing for one that is awake. The caller holds c.mu.
func (c *Together) wake(s *sleeper) {
	if _, asleep := c.sleepers[s]; asleep {
		delete(c.sleepers, s)
		c.awake++
		close(s.woken)
	}
}

// WithDeadline is context.WithDeadline by this clock.
func (c *Together) WithDeadline(parent context.Context, at time.Time) (context.Context, context.CancelFunc) {
	inner, cancel := context.WithCancelCause(parent)
	d := &deadline{Context: inner, cancel: cancel, at: at}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !at.After(c.now) {
		cancel(context.DeadlineExceeded)
		return d, func() {}
	}
	c.pending[d] = struct{}{}
	return d, func() {
		c.mu.Lock()
		delete(c.pending, d)
		c.mu.Unlock()
		cancel(context.Canceled)
	}
}
