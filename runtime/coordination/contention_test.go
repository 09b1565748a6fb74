package coordination_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/coordination"
)

// Fifty that book at once, each in a process of its own, never get the same slot.
func TestFiftyBookersAtOnce(t *testing.T) {
	limits := []contract.Limit{limit(1, 1, 0, ip), limit(20, 10, 0, credential)}
	for _, store := range []*memory{newMemory(), {silent: true}, {lags: true}} {
		t.Run(fmt.Sprintf("silent %t, lags %t", store.silent, store.lags), func(t *testing.T) {
			store.items, store.stale = coordination.Items{}, coordination.Items{}
			var calls []call
			var mu sync.Mutex
			var all sync.WaitGroup
			for range 50 {
				all.Go(func() {
					slot := eventually(t, store, coordination.Ask{Egresses: 3, Limits: limits})
					mu.Lock()
					defer mu.Unlock()
					calls = append(calls, call{at: slot.At, egress: slot.Egress})
				})
			}
			all.Wait()
			if found := refusals(limits, calls); len(found) > 0 || len(calls) != 50 {
				t.Errorf("%d calls, refused: %v", len(calls), found)
			}
		})
	}
}

// One pool is asked by many at once.
func TestOnePoolIsAskedAtOnce(t *testing.T) {
	limits := []contract.Limit{limit(20, 1, 0, credential)}
	store := newMemory()
	store.date = func() time.Time { return virtualStart.Add(time.Hour).Truncate(time.Second) }
	pool := coordination.New(store, coordination.Environment{Now: func() time.Time { return virtualStart }})
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if _, err := pool.Choose(context.Background(), coordination.Ask{Egresses: 3, Limits: limits}); err != nil {
				t.Error(err)
			}
			told := coordination.CoolDown{Of: egress(1), Until: pool.Now().Add(time.Minute)}
			if err := pool.Tell(context.Background(), told); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if booked := store.items[shared].Version; booked != 50 {
		t.Errorf("%d are booked", booked)
	}
}

// Fifty that book of one credential at once, with a table that takes 5 ms for each answer,
// are all served within Limit.
func TestFiftyBookersAreInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := slow{newMemory(), 5 * time.Millisecond}
		var all sync.WaitGroup
		for i := range 50 {
			all.Go(func() {
				r := rand.New(rand.NewPCG(0, uint64(i)))
				pool := coordination.New(store, coordination.Environment{Random: r.Float64})
				ask := coordination.Ask{Egresses: 3, Limits: []contract.Limit{limit(1000, 60, 0, credential)}}
				if _, err := pool.Choose(context.Background(), ask); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	})
}

// Nine that book at once, three for each egress, wait little: about 80 ms with a table that
// takes 5 ms for each answer.
func TestNineBookersWaitLittle(t *testing.T) {
	const runs = 10
	sum := time.Duration(0)
	for seed := range uint64(runs) {
		synctest.Test(t, func(t *testing.T) {
			began, store := time.Now(), slow{newMemory(), 5 * time.Millisecond}
			var all sync.WaitGroup
			for i := range uint64(9) {
				all.Go(func() {
					pool := coordination.New(store, coordination.Environment{Random: rand.New(rand.NewPCG(seed, i)).Float64})
					ask := coordination.Ask{Egresses: 3, Limits: []contract.Limit{limit(3, 30, 0, ip)}}
					if _, err := pool.Choose(context.Background(), ask); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			sum += time.Since(began)
		})
	}
	if mean := sum / runs; mean > 130*time.Millisecond {
		t.Errorf("took %s on average", mean)
	}
}

// slow is a store that takes some time.
type slow struct {
	*memory
	took time.Duration
}

func (s slow) Read(ctx context.Context, credential string) (coordination.Items, time.Time, error) {
	time.Sleep(s.took / 2)
	items, date, err := s.memory.Read(ctx, credential)
	time.Sleep(s.took / 2)
	return items, date, err
}

func (s slow) Write(ctx context.Context, changes []coordination.Change) error {
	time.Sleep(s.took / 2)
	err := s.memory.Write(ctx, changes)
	time.Sleep(s.took / 2)
	return err
}

// eventually books as an egress does: who met too many comes again.
func eventually(t *testing.T, store *memory, ask coordination.Ask) *contract.Slot {
	pool := coordination.New(store, coordination.Environment{Now: func() time.Time { return virtualStart }})
	for {
		choice, err := pool.Choose(context.Background(), ask)
		if err == nil {
			return choice.Slot
		}
		if !errors.Is(err, coordination.ErrContended) {
			t.Error(err)
		}
	}
}

// Who meets others again and again is told so after Limit, and the store goes on being asked.
func TestContended(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newMemory()
		pool := coordination.New(alwaysFirst{store}, coordination.Environment{})
		for range 2 {
			began, reads := time.Now(), store.reads
			_, err := pool.Choose(context.Background(), coordination.Ask{Egresses: 1, Limits: ofAllKinds()[0].limits})
			if !errors.Is(err, coordination.ErrContended) || errors.Is(err, coordination.ErrUnavailable) {
				t.Fatal(err)
			}
			if took := time.Since(began); took != coordination.Limit || store.reads != reads+1 {
				t.Errorf("it took %s and %d reads", took, store.reads-reads)
			}
		}
	})
}

// alwaysFirst is a store in which somebody else always books first.
type alwaysFirst struct{ *memory }

func (a alwaysFirst) Write(ctx context.Context, changes []coordination.Change) error {
	if err := a.memory.Write(ctx, changes); err != nil {
		return err
	}
	conflict := coordination.Conflict{Items: coordination.Items{}}
	for _, change := range changes {
		conflict.Items[change.Of] = change.To
	}
	return &conflict
}

// A store that does not answer costs Limit once in a while, and is then not asked.
func TestUnavailable(t *testing.T) {
	gone := fmt.Errorf("%w: the table orders-pool is gone", coordination.ErrUnavailable)
	tests := map[string]struct {
		fail func(context.Context) error
		took time.Duration
	}{
		"gone":            {func(context.Context) error { return gone }, 0},
		"an error of its": {func(context.Context) error { return errors.New("reset by peer") }, 0},
		"slow":            {func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, coordination.Limit},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := &failing{newMemory(), test.fail, 0}
				pool := coordination.New(store, coordination.Environment{})
				unavailable(t, pool, test.took, false)
				unavailable(t, pool, 0, true)
				time.Sleep(5*time.Second - time.Millisecond)
				unavailable(t, pool, 0, true)
				time.Sleep(time.Millisecond)
				unavailable(t, pool, test.took, false)
				if store.asked != 2 {
					t.Errorf("the store was asked %d times, not twice", store.asked)
				}
				time.Sleep(6 * time.Second)
				store.fail = func(context.Context) error { return nil }
				for range 2 {
					if _, err := pool.Choose(context.Background(), coordination.Ask{Egresses: 1}); err != nil {
						t.Error(err)
					}
				}
			})
		})
	}
}

func unavailable(t *testing.T, pool coordination.Pool, want time.Duration, unasked bool) {
	t.Helper()
	began := time.Now()
	err := pool.Tell(context.Background(), coordination.CoolDown{Of: egress(1), Until: began.Add(time.Hour)})
	var notAsked *coordination.NotAsked
	if !errors.Is(err, coordination.ErrUnavailable) || errors.Is(err, coordination.ErrContended) || errors.As(err, &notAsked) != unasked {
		t.Errorf("not asked: %t: %v", !unasked, err)
	}
	if took := time.Since(began); took != want {
		t.Errorf("it took %s, not %s", took, want)
	}
}

// Who gives up asking says nothing of the store.
func TestAskerGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &failing{newMemory(), func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, 0}
		pool := coordination.New(store, coordination.Environment{})
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		if _, err := pool.Choose(ctx, coordination.Ask{Egresses: 1}); !errors.Is(err, coordination.ErrUnavailable) {
			t.Error(err)
		}
		store.fail = func(context.Context) error { return nil }
		if _, err := pool.Choose(context.Background(), coordination.Ask{Egresses: 1}); err != nil {
			t.Error(err)
		}
	})
}

// failing is a store whose reads fail.
type failing struct {
	*memory
	fail  func(context.Context) error
	asked int
}

func (f *failing) Read(ctx context.Context, credential string) (coordination.Items, time.Time, error) {
	f.asked++
	if err := f.fail(ctx); err != nil {
		return nil, time.Time{}, err
	}
	return f.memory.Read(ctx, credential)
}
