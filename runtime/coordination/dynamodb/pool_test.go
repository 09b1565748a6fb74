package dynamodb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/coordination"
)

// choose asks as a process of its own, again while others are first.
func choose(ctx context.Context, env coordination.Environment, ask coordination.Ask) (coordination.Choice, error) {
	for {
		pool, err := Open(env)
		if err != nil {
			return coordination.Choice{}, err
		}
		choice, err := pool.Choose(ctx, ask)
		if !errors.Is(err, coordination.ErrContended) && !errors.Is(err, coordination.ErrUnavailable) {
			return choice, err
		}
	}
}

// allChoose lets so many processes ask at once, for calls that two identities count: no slot is anybody's
// twice, and no minute gets more than the upstream allows.
func allChoose(t *testing.T, env coordination.Environment, askers int) {
	env.Sleep = nil // pauses that are real let them go one after the other
	var group sync.WaitGroup
	var mutex sync.Mutex
	slots := map[int][]time.Time{}
	for i := range askers {
		group.Go(func() {
			choice, err := choose(t.Context(), env, coordination.Ask{
				Execution: fmt.Sprint(i), Egresses: 3, Latest: env.Now().Add(24 * time.Hour), InOrder: true,
				Limits: []contract.Limit{
					{Requests: 2, WindowSeconds: 60, Per: contract.ScopeIP}, {Requests: 5, WindowSeconds: 60, Per: contract.ScopeCredential},
				},
			})
			mutex.Lock()
			defer mutex.Unlock()
			if err != nil || choice.Slot == nil {
				t.Errorf("got %+v, %v, want a slot", choice, err)
				return
			}
			slots[choice.Slot.Egress] = append(slots[choice.Slot.Egress], choice.Slot.At)
		})
	}
	group.Wait()
	var all []time.Time
	for _, own := range slots {
		checkSpans(t, own, 2)
		all = append(all, own...)
	}
	diff(t, "slots", askers, len(all))
	checkSpans(t, all, 5)
}

// checkSpans wants at most so many in any minute.
func checkSpans(t *testing.T, slots []time.Time, most int) {
	t.Helper()
	slices.SortFunc(slots, time.Time.Compare)
	for i := range max(0, len(slots)-most) {
		if span := slots[i+most].Sub(slots[i]); span < time.Minute {
			t.Errorf("%d slots within %s", most+1, span)
		}
	}
}

func TestFiftyChooseAtOnce(t *testing.T) { allChoose(t, environment(newRig(t).url), 50) }

func TestAPoolWithoutItsTable(t *testing.T) {
	r := newRig(t)
	r.Delete(tableName)
	pool, err := Open(environment(r.url))
	if err != nil {
		t.Fatal(err)
	}
	_, err = pool.Choose(t.Context(), coordination.Ask{Egresses: 3, Latest: noon.Add(time.Minute)})
	if !errors.Is(err, coordination.ErrUnavailable) {
		t.Errorf("got %v, want %v", err, coordination.ErrUnavailable)
	}
}

func BenchmarkChoose(b *testing.B) {
	r := newRig(b)
	now := noon
	r.now = func() time.Time { return now }
	env := environment(r.url)
	env.Now = r.now
	pool, err := Open(env)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		now = now.Add(time.Minute)
		choice, err := pool.Choose(b.Context(), coordination.Ask{
			Execution: "6a1f20c9", Egresses: 3, Latest: now.Add(time.Minute),
			Limits: []contract.Limit{{Requests: 2, WindowSeconds: 60, Per: contract.ScopeIP}},
		})
		if err != nil || choice.Slot == nil {
			b.Fatalf("got %+v, %v, want a slot", choice, err)
		}
	}
}
