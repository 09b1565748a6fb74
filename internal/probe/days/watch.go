package days

import (
	"context"
	"time"

	"github.com/sfngen/sfngen/internal/clock"
)

// Watch probes again and again.
type Watch struct {
	Every time.Duration // from the beginning of a probe to that of the next one
	For   time.Duration // from the beginning of the first probe to that of the last one, at most
	Clock clock.Clock
	// Probe makes one, and keeps it. Its error ends the watching.
	Probe func(ctx context.Context, at time.Time) error
}

// nap is how long it sleeps at once: a timer stands still while a machine sleeps, and the
// time of day does not.
const nap = time.Minute

// Run watches until the time is over or ctx ends, which is no error. A probe whose time
// has passed, because the machine slept or the one before took long, is left out.
func (w Watch) Run(ctx context.Context) error {
	begin := w.now()
	for at := begin; ; {
		if err := w.Probe(ctx, at); err != nil {
			return err
		}
		next := begin.Add((w.now().Sub(begin)/w.Every + 1) * w.Every)
		if next.Sub(begin) > w.For || !w.sleepUntil(ctx, next) {
			return nil
		}
		at = w.now()
	}
}

// sleepUntil reports whether the moment has come.
func (w Watch) sleepUntil(ctx context.Context, next time.Time) bool {
	for left := next.Sub(w.now()); left > 0; left = next.Sub(w.now()) {
		if w.Clock.Sleep(ctx, min(left, nap)) != nil {
			return false
		}
	}
	return ctx.Err() == nil
}

// now is the time of day, without the reading of the clock that stands still.
func (w Watch) now() time.Time { return w.Clock.Now().Round(0) }
