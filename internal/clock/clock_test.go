package clock_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/clock/clocktest"
)

var start = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// skipper is a clock on which waits take no time.
type skipper interface {
	clock.Clock
	Skipped() time.Duration
}

// onBoth runs a test on both of them. Times may differ by what the test itself takes.
func onBoth(t *testing.T, test func(t *testing.T, c skipper)) {
	for name, c := range map[string]skipper{"virtual": clocktest.NewVirtual(start), "skipping": clock.NewSkipping()} {
		t.Run(name, func(t *testing.T) { test(t, c) })
	}
}

// isNear reports whether two times or durations are the same but for the test's own.
// A minute is more than a busy machine takes.
func isNear(got, want time.Duration) bool { return (got - want).Abs() < time.Minute }

func TestSleepMovesTheClock(t *testing.T) {
	onBoth(t, func(t *testing.T, c skipper) {
		before := c.Now()
		if err := c.Sleep(t.Context(), time.Hour); err != nil {
			t.Fatal(err)
		}
		if got := c.Now().Sub(before); !isNear(got, time.Hour) {
			t.Errorf("Now() moved by %s, want 1h", got)
		}
		if got := c.Skipped(); !isNear(got, time.Hour) {
			t.Errorf("Skipped() = %s, want 1h", got)
		}
	})
}

func TestSleepEndsAtTheDeadline(t *testing.T) {
	onBoth(t, func(t *testing.T, c skipper) {
		before := c.Now()
		ctx, cancel := c.WithDeadline(t.Context(), before.Add(time.Hour))
		defer cancel()
		inner, cancelInner := c.WithDeadline(ctx, before.Add(2*time.Hour))
		defer cancelInner()
		if err := c.Sleep(inner, 3*time.Hour); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Sleep() = %v, want the deadline's error", err)
		}
		if got := c.Now().Sub(before); !isNear(got, time.Hour) {
			t.Errorf("Now() moved by %s, want the deadline's 1h", got)
		}
		if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
			t.Errorf("ctx.Err() = %v, want DeadlineExceeded", ctx.Err())
		}
	})
}

func TestDeadlineInThePastEndsAtOnce(t *testing.T) {
	for name, c := range map[string]clock.Clock{"virtual": clocktest.NewVirtual(start), "skipping": clock.NewSkipping(),
		"system": clock.System{}} {
		ctx, cancel := c.WithDeadline(t.Context(), c.Now().Add(-time.Second))
		defer cancel()
		if err := c.Sleep(ctx, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: Sleep() = %v, want DeadlineExceeded", name, err)
		}
	}
}

func TestCancelledSleepDoesNotMoveTheClock(t *testing.T) {
	onBoth(t, func(t *testing.T, c skipper) {
		ctx, cancel := c.WithDeadline(t.Context(), c.Now().Add(time.Minute))
		cancel()
		if err := c.Sleep(ctx, time.Second); !errors.Is(err, context.Canceled) {
			t.Errorf("Sleep() = %v, want Canceled", err)
		}
		if got := c.Skipped(); got != 0 {
			t.Errorf("Skipped() = %s, want nothing", got)
		}
	})
}

func TestSleepLooksPastADeadlineOfAnotherClock(t *testing.T) {
	onBoth(t, func(t *testing.T, c skipper) {
		ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(time.Hour))
		defer cancel()
		if err := c.Sleep(ctx, 24*365*50*time.Hour); err != nil {
			t.Errorf("Sleep() = %v", err)
		}
		if got := c.Skipped(); !isNear(got, 24*365*50*time.Hour) {
			t.Errorf("Skipped() = %s", got)
		}
	})
}

// A test has the same times whenever it is run.
func TestAVirtualClockShowsItsOwnTimeOnly(t *testing.T) {
	c := clocktest.NewVirtual(start)
	if err := c.Sleep(t.Context(), time.Hour); err != nil {
		t.Fatal(err)
	}
	if got, want := c.Now(), start.Add(time.Hour); !got.Equal(want) {
		t.Errorf("Now() = %s, want %s", got, want)
	}
}

// The machine's time goes on between the skips, and both count.
func TestSkippingDeadlineIsReachedByTimeAsWell(t *testing.T) {
	c := clock.NewSkipping()
	ctx, cancel := c.WithDeadline(t.Context(), c.Now().Add(time.Hour+50*time.Millisecond))
	defer cancel()
	if err := c.Sleep(t.Context(), time.Hour); err != nil {
		t.Fatal(err)
	}
	<-ctx.Done()
	if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		t.Errorf("ctx.Err() = %v, want DeadlineExceeded", ctx.Err())
	}
}

func TestReleasedDeadlineIsNotReached(t *testing.T) {
	c := clock.NewSkipping()
	ctx, cancel := c.WithDeadline(t.Context(), c.Now().Add(time.Minute))
	cancel()
	if err := c.Sleep(t.Context(), time.Hour); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(ctx.Err(), context.Canceled) {
		t.Errorf("ctx.Err() = %v, want Canceled", ctx.Err())
	}
}

func TestSystemSleepEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := (clock.System{}).Sleep(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("Sleep() = %v, want Canceled", err)
	}
	if err := (clock.System{}).Sleep(t.Context(), 0); err != nil {
		t.Errorf("Sleep(0) = %v", err)
	}
}
