package days_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/clock/clocktest"
	"github.com/sfngen/sfngen/internal/probe/days"
)

// watched are the times of probes, in hours after six. A probe takes what took says of its
// number, from 1.
func watched(t *testing.T, w days.Watch, took func(n int) time.Duration, fail error) ([]float64, error) {
	t.Helper()
	var at []float64
	w.Probe = func(ctx context.Context, begin time.Time) error {
		at = append(at, begin.Sub(six).Hours())
		if took != nil {
			if err := w.Clock.Sleep(ctx, took(len(at))); err != nil {
				t.Error(err)
			}
		}
		if len(at) == 3 {
			return fail
		}
		return nil
	}
	err := w.Run(t.Context())
	return at, err
}

func TestWatch(t *testing.T) {
	broken := errors.New("the disk is full")
	for _, test := range []struct {
		name       string
		every, end time.Duration
		took       func(int) time.Duration
		fail       error
		want       []float64
	}{
		{"every hour", time.Hour, 3 * time.Hour, nil, nil, []float64{0, 1, 2, 3}},
		{"the end is between two", time.Hour, 150 * time.Minute, nil, nil, []float64{0, 1, 2}},
		{"longer than all", 2 * time.Hour, time.Hour, nil, nil, []float64{0}},
		{"a probe that takes a while moves no other", time.Hour, 2 * time.Hour,
			func(int) time.Duration { return 10 * time.Minute }, nil, []float64{0, 1, 2}},
		{"the machine slept", time.Hour, 5 * time.Hour, func(n int) time.Duration {
			if n == 2 {
				return 150 * time.Minute // from 1 to 3.5
			}
			return 0
		}, nil, []float64{0, 1, 4, 5}},
		{"a probe fails for good", time.Hour, 9 * time.Hour, nil, broken, []float64{0, 1, 2}},
	} {
		t.Run(test.name, func(t *testing.T) {
			at, err := watched(t, days.Watch{Every: test.every, For: test.end, Clock: clocktest.NewVirtual(six)}, test.took, test.fail)
			if diff := cmp.Diff(test.want, at); diff != "" || !errors.Is(err, test.fail) {
				t.Errorf("error %v; probes (-want +got):\n%s", err, diff)
			}
		})
	}
}

// stalled is a clock whose sleeps are as long as a machine sleeps: its timers stand still
// then, and the time of day does not.
type stalled struct {
	clock.Clock
	slept []time.Duration
}

func (s *stalled) Sleep(ctx context.Context, d time.Duration) error {
	s.slept = append(s.slept, d)
	return s.Clock.Sleep(ctx, d)
}

func TestWatchSleepsNotLongAtOnce(t *testing.T) {
	s := &stalled{Clock: clocktest.NewVirtual(six)}
	if _, err := watched(t, days.Watch{Every: time.Hour, For: time.Hour, Clock: s}, nil, nil); err != nil {
		t.Fatal(err)
	}
	for _, d := range s.slept {
		if d > time.Minute {
			t.Errorf("it sleeps %s at once", d)
		}
	}
}

func TestWatchEndsWithItsContext(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	n := 0
	w := days.Watch{Every: time.Hour, For: 9 * time.Hour, Clock: clocktest.NewVirtual(six), Probe: func(context.Context, time.Time) error {
		if n++; n == 2 {
			interrupt()
		}
		return nil
	}}
	if err := w.Run(ctx); err != nil || n != 2 {
		t.Errorf("error %v after %d probes, want none after 2", err, n)
	}
}
