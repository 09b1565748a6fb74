package clock_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/clock"
)

var start = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

func TestVirtualSleepMovesTheClock(t *testing.T) {
	c := clock.NewVirtual(start)
	if err := c.Sleep(t.Context(), time.Hour); err != nil {
		t.Fatal(err)
	}
	if got, want := c.Now(), start.Add(time.Hour); !got.Equal(want) {
		t.Errorf("Now() = %s, want %s", got, want)
	}
	if got := c.Skipped(); got != time.Hour {
		t.Errorf("Skipped() = %s, want 1h", got)
	}
}

func TestVirtualSleepEndsAtTheDeadline(t *testing.T) {
	c := clock.NewVirtual(start)
	ctx, cancel := c.WithDeadline(t.Context(), start.Add(time.Minute))
	defer cancel()
	inner, cancelInner := c.WithDeadline(ctx, start.Add(time.Hour))
	defer cancelInner()
	if err := c.Sleep(inner, 2*time.Hour); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Sleep() = %v, want the deadline's error", err)
	}
	if got, want := c.Now(), start.Add(time.Minute); !got.Equal(want) {
		t.Errorf("Now() = %s, want the deadline %s", got, want)
	}
	if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		t.Errorf("ctx.Err() = %v, want DeadlineExceeded", ctx.Err())
	}
}

func TestDeadlineInThePastEndsAtOnce(t *testing.T) {
	for name, c := range map[string]clock.Clock{"virtual": clock.NewVirtual(start), "skipping": clock.NewSkipping(), "system": clock.System{}} {
		ctx, cancel := c.WithDeadline(t.Context(), c.Now().Add(-time.Second))
		defer cancel()
		if err := c.Sleep(ctx, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: Sleep() = %v, want DeadlineExceeded", name, err)
		}
	}
}

func TestCancelledSleepDoesNotMoveTheClock(t *testing.T) {
	c := clock.NewVirtual(start)
	ctx, cancel := c.WithDeadline(t.Context(), start.Add(time.Minute))
	cancel()
	if err := c.Sleep(ctx, time.Second); !errors.Is(err, context.Canceled) {
		t.Errorf("Sleep() = %v, want Canceled", err)
	}
	if got := c.Now(); !got.Equal(start) {
		t.Errorf("Now() = %s, want %s", got, start)
	}
}

func TestSleepLooksPastADeadlineOfAnotherClock(t *testing.T) {
	c := clock.NewVirtual(start)
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(time.Hour))
	defer cancel()
	if err := c.Sleep(ctx, 24*365*50*time.Hour); err != nil {
		t.Errorf("Sleep() = %v", err)
	}
	if got := c.Skipped(); got != 24*365*50*time.Hour {
		t.Errorf("Skipped() = %s", got)
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
