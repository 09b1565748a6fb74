// Package clock has the sources of time that an execution on this machine can
// run on: the system's, and one that skips every wait.
package clock

import (
	"context"
	"time"
)

// Clock is a source of time. It is an orchestrator.Clock, too, which runtime states
// again because it imports nothing of the rest.
type Clock interface {
	Now() time.Time
	// Sleep returns after d, or earlier with ctx's error.
	Sleep(ctx context.Context, d time.Duration) error
	// WithDeadline is context.WithDeadline by this clock.
	WithDeadline(ctx context.Context, at time.Time) (context.Context, context.CancelFunc)
}

// System is the machine's time.
type System struct{}

// Now is time.Now.
func (System) Now() time.Time { return time.Now() }

// Sleep is the function Sleep.
func (System) Sleep(ctx context.Context, d time.Duration) error { return Sleep(ctx, d) }

// WithDeadline is context.WithDeadline.
func (System) WithDeadline(ctx context.Context, at time.Time) (context.Context, context.CancelFunc) {
	return context.WithDeadline(ctx, at)
}

// Sleep returns after d by the machine's time, or earlier with ctx's error.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
