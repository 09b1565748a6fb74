// Package clock holds the sources of time that an execution on this machine can
// run on: the system's, and one that skips every wait.
package clock

import (
	"context"
	"time"
)

// Clock is what engine.Clock and orchestrator.Clock ask for.
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

// Sleep waits for d.
func (System) Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// WithDeadline is context.WithDeadline.
func (System) WithDeadline(ctx context.Context, at time.Time) (context.Context, context.CancelFunc) {
	return context.WithDeadline(ctx, at)
}
