package clocktest_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/clock/clocktest"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// Each wakes at its own time, whoever went to sleep first.
func TestTogetherMovesWhenAllSleep(t *testing.T) {
	c := clocktest.NewTogether(noon)
	c.Enter(3)
	var mu sync.Mutex
	var woken []time.Duration
	var all sync.WaitGroup
	for _, steps := range [][]time.Duration{{5 * time.Second, time.Second}, {2 * time.Second, 2 * time.Second}, {3 * time.Second}} {
		all.Go(func() {
			defer c.Leave()
			for _, d := range steps {
				before := c.Now()
				if err := c.Sleep(t.Context(), d); err != nil {
					t.Error(err)
				}
				if slept := c.Now().Sub(before); slept != d {
					t.Errorf("slept %s, want %s", slept, d)
				}
				mu.Lock()
				woken = append(woken, c.Now().Sub(noon)/time.Second)
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if want := []time.Duration{2, 3, 4, 5, 6}; !slices.Equal(woken, want) {
		t.Errorf("woken at %d s, want %d", woken, want)
	}
}

func TestTogetherPassesDeadlines(t *testing.T) {
	c := clocktest.NewTogether(noon)
	c.Enter(1)
	ctx, cancel := c.WithDeadline(t.Context(), noon.Add(time.Minute))
	defer cancel()
	if err := c.Sleep(ctx, time.Hour); err != context.DeadlineExceeded {
		t.Errorf("Sleep() = %v, want the deadline's error", err)
	}
	if got := c.Now().Sub(noon); got != time.Minute {
		t.Errorf("moved by %s, want 1m", got)
	}
}
