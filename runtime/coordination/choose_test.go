package coordination_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/coordination"
)

// desk is a pool on a store in memory, by a clock that is set by hand.
type desk struct {
	t     *testing.T
	now   time.Time
	store *memory
	pool  coordination.Pool
}

func newDesk(t *testing.T) *desk {
	d := &desk{t: t, now: virtualStart.Truncate(time.Millisecond), store: newMemory()}
	d.pool = coordination.New(d.store, coordination.Environment{
		Now: func() time.Time { return d.now }, Random: func() float64 { return 0.99 },
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	})
	return d
}

func (d *desk) in(after time.Duration) time.Time { return d.now.Add(after) }

func (d *desk) choose(ask coordination.Ask) coordination.Choice {
	d.t.Helper()
	choice, err := d.pool.Choose(context.Background(), ask)
	if err != nil {
		d.t.Fatal(err)
	}
	return choice
}

func (d *desk) tell(of coordination.Identity, c coordination.CoolDown) {
	d.t.Helper()
	if c.Of = of; c.Told.IsZero() {
		c.Told = d.now
	}
	if err := d.pool.Tell(context.Background(), c); err != nil {
		d.t.Fatal(err)
	}
}

func egress(k int) coordination.Identity {
	return coordination.Identity{Scope: contract.ScopeIP, Egress: k}
}

var (
	all    = coordination.Identity{Scope: contract.ScopePool}
	shared = coordination.Identity{Scope: contract.ScopeCredential}
)

func callers(key string) coordination.Identity {
	return coordination.Identity{Scope: contract.ScopeCredential, Credential: key}
}

func ownOf(k int) coordination.Identity {
	return coordination.Identity{Scope: contract.ScopeCredential, Egress: k}
}

// Seconds until each of three egresses may go, and which goes first, after cool-downs.
func TestChooseByCoolDowns(t *testing.T) {
	type told map[coordination.Identity]int
	tests := []struct {
		name  string
		told  told
		ask   coordination.Ask
		waits []float64
		next  []int
		of    *coordination.Identity // whose cool-down holds the first one back
	}{
		{"none", nil, coordination.Ask{InOrder: true}, []float64{0, 0, 0}, []int{1, 2, 3}, nil},
		{"one egress", told{egress(1): 60}, coordination.Ask{InOrder: true}, []float64{60, 0, 0}, []int{2, 3, 1}, nil},
		{"all egresses", told{egress(1): 60, egress(2): 5, egress(3): 20}, coordination.Ask{},
			[]float64{60, 5, 20}, []int{2, 3, 1}, of(egress(2))},
		{"the pool", told{all: 30, egress(1): 60}, coordination.Ask{InOrder: true}, []float64{60, 30, 30}, []int{2, 3, 1}, &all},
		{"the credential of all", told{shared: 30}, coordination.Ask{InOrder: true}, []float64{30, 30, 30}, []int{1, 2, 3}, &shared},
		{"a caller's credential", told{shared: 30, callers("a"): 7, callers("b"): 9}, coordination.Ask{InOrder: true, Credential: "a"},
			[]float64{7, 7, 7}, []int{1, 2, 3}, of(callers("a"))},
		{"a caller's credential where egresses have some", told{egress(1): 8, callers("a"): 7},
			coordination.Ask{InOrder: true, Credential: "a", OwnCredentials: true},
			[]float64{8, 7, 7}, []int{2, 3, 1}, of(callers("a"))},
		{"credentials of egresses", told{ownOf(1): 30, shared: 50}, coordination.Ask{InOrder: true, OwnCredentials: true},
			[]float64{30, 0, 0}, []int{2, 3, 1}, nil},
		{"preferred, and late", told{egress(3): 2}, coordination.Ask{InOrder: true, Prefer: 3}, []float64{0, 0, 2}, []int{1, 2, 3}, nil},
		{"preferred, and a little late", told{egress(3): 1}, coordination.Ask{InOrder: true, Prefer: 3},
			[]float64{0, 0, 1}, []int{3, 1, 2}, of(egress(3))},
		{"preferred", nil, coordination.Ask{Prefer: 2, InOrder: true}, []float64{0, 0, 0}, []int{2, 1, 3}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := newDesk(t)
			for of, seconds := range test.told {
				d.tell(of, coordination.CoolDown{Until: d.in(time.Duration(seconds) * time.Second)})
			}
			writes := d.store.writes
			test.ask.Egresses = 3
			choice := d.choose(test.ask)
			var waits []float64
			for _, at := range choice.Waits {
				waits = append(waits, at.Sub(d.now).Seconds())
			}
			if diff := cmp.Diff(test.waits, waits); diff != "" {
				t.Errorf("waits (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.next, choice.Next); diff != "" {
				t.Errorf("next (-want +got):\n%s", diff)
			}
			if !choice.At.Equal(choice.Waits[choice.Egress()-1]) || choice.Slot != nil || d.store.writes != writes {
				t.Errorf("at %s, slot %v, %d writes", choice.At, choice.Slot, d.store.writes-writes)
			}
			switch c := choice.CoolDown; {
			case (c == nil) != (test.of == nil):
				t.Errorf("held back by %+v, want that of %v", c, test.of)
			case c != nil && (c.Of != *test.of || !c.Until.Equal(choice.At)):
				t.Errorf("held back by %+v, want that of %v until %s", c, *test.of, choice.At)
			}
		})
	}
}

// Those that may go equally early are drawn.
func TestTiesAreDrawn(t *testing.T) {
	pool := coordination.New(newMemory(), coordination.Environment{Now: func() time.Time { return virtualStart }})
	first := map[int]int{}
	for range 3000 {
		choice, err := pool.Choose(context.Background(), coordination.Ask{Egresses: 3})
		if err != nil {
			t.Fatal(err)
		}
		first[choice.Egress()]++
		if slices.Sort(choice.Next); !slices.Equal(choice.Next, []int{1, 2, 3}) {
			t.Fatal(choice.Next)
		}
	}
	for k := 1; k <= 3; k++ {
		if first[k] < 800 || first[k] > 1200 {
			t.Errorf("of 3000: %v", first)
		}
	}
}

func TestSlots(t *testing.T) {
	limits := []contract.Limit{limit(1, 1, 0, ip), limit(60, 3600, 0, credential)}
	ask := coordination.Ask{Egresses: 2, InOrder: true, Limits: limits}
	d := newDesk(t)
	var got []string
	for range 4 {
		slot := d.choose(ask).Slot
		got = append(got, fmt.Sprintf("%d %s", slot.Egress, slot.At.Sub(d.now)))
	}
	if diff := cmp.Diff([]string{"1 0s", "2 0s", "1 1.05s", "2 1.05s"}, got); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
	writes := d.store.writes
	ask.Latest = d.in(2 * time.Second)
	if late := d.choose(ask); late.Slot != nil || late.At.Sub(d.now) != 2100*time.Millisecond || d.store.writes != writes {
		t.Errorf("too late, and %+v", late)
	}
	ask.Latest = time.Time{}
	ask.From = d.in(2*time.Second + time.Millisecond)
	if backoff := d.choose(ask); backoff.Slot != nil || backoff.At.Sub(d.now) != 2100*time.Millisecond || d.store.writes != writes {
		t.Errorf("a long backoff, and %+v", backoff)
	}
	ask.From = d.in(2 * time.Second)
	if soon := d.choose(ask); soon.Slot == nil || soon.At.Sub(d.now) != 2100*time.Millisecond {
		t.Errorf("a short backoff, and %+v", soon)
	}
}

// A slot in which nothing was called is over by itself.
func TestSlotOfACrash(t *testing.T) {
	d := newDesk(t)
	ask := coordination.Ask{Egresses: 1, Limits: []contract.Limit{limit(2, 60, 0, ip)}}
	d.choose(ask)
	d.choose(ask)
	if got := d.choose(coordination.Ask{Egresses: 1, Limits: ask.Limits, Latest: d.now}).At.Sub(d.now); got != 60500*time.Millisecond {
		t.Errorf("next after %s", got)
	}
	d.now = d.in(61 * time.Second)
	if got := d.choose(ask).At; !got.Equal(d.now) {
		t.Errorf("a window later it goes at %s, not at once (%s)", got, d.now)
	}
}

func TestHeldSlot(t *testing.T) {
	limits := []contract.Limit{limit(1, 1, 0, ip), limit(100, 60, 0, credential), limit(100, 60, 10, credential)}
	ask := coordination.Ask{Egresses: 2, InOrder: true, Limits: limits}
	again := func(d *desk, held *contract.Slot, prefer int) coordination.Choice {
		asked := ask
		asked.Held, asked.Prefer = held, prefer
		return d.choose(asked)
	}
	t.Run("in time it is kept", func(t *testing.T) {
		d := newDesk(t)
		held := d.choose(ask).Slot
		for range 10 {
			d.choose(ask)
		}
		writes := d.store.writes
		d.now = d.in(50 * time.Millisecond)
		choice := again(d, held, 1)
		if diff := cmp.Diff(held, choice.Slot); diff != "" || d.store.writes != writes || !choice.At.Equal(d.now) {
			t.Errorf("at %s, %d writes (-want +got):\n%s", choice.At.Sub(d.now), d.store.writes-writes, diff)
		}
	})
	t.Run("too late it is given back", func(t *testing.T) {
		d := newDesk(t)
		held := d.choose(ask).Slot
		before := d.store.items[shared].Logs
		d.now = d.in(51 * time.Millisecond)
		writes := d.store.writes
		choice := again(d, held, 1)
		if !choice.At.Equal(d.now) || !choice.Slot.At.Equal(d.now) || choice.Egress() != 1 || d.store.writes != writes+1 {
			t.Errorf("%+v, %d writes", choice, d.store.writes-writes)
		}
		if len(before["w60000"]) != len(d.store.items[shared].Logs["w60000"]) {
			t.Errorf("two slots: %v, %v", before, d.store.items[shared].Logs)
		}
	})
	t.Run("while its egress cools down it is given back", func(t *testing.T) {
		d := newDesk(t)
		held := d.choose(ask).Slot
		d.tell(egress(1), coordination.CoolDown{Until: d.in(time.Minute)})
		choice := again(d, held, 1)
		if choice.Egress() != 2 || !choice.Slot.At.Equal(d.now) {
			t.Errorf("%+v", choice)
		}
		d.now = d.in(10 * time.Millisecond)
		d.tell(egress(1), coordination.CoolDown{})
		d.store.items[egress(1)] = coordination.Item{Version: 9, Logs: d.store.items[egress(1)].Logs} // the ban was lifted
		if freed := d.choose(ask); freed.Egress() != 1 || !freed.At.Equal(d.now) {
			t.Errorf("what was given back is not free: %+v", freed)
		}
	})
	t.Run("what is not booked is not kept", func(t *testing.T) {
		d := newDesk(t)
		d.choose(ask)
		choice := again(d, &contract.Slot{Egress: 1, At: d.now}, 1)
		again := again(d, &contract.Slot{Egress: 1, At: d.now.Add(20 * time.Millisecond)}, 1)
		if !choice.At.Equal(d.now) || again.At.Sub(d.now) != 0 || again.Egress() != 2 {
			t.Errorf("%+v, %+v", choice, again)
		}
	})
	t.Run("nothing is booked, and it is given back", func(t *testing.T) {
		d := newDesk(t)
		held := d.choose(ask).Slot
		asked := ask
		asked.Held, asked.From = held, d.in(time.Minute)
		if choice := d.choose(asked); choice.Slot != nil {
			t.Errorf("%+v", choice)
		}
		if choice := d.choose(ask); choice.Egress() != 1 || !choice.At.Equal(d.now) {
			t.Errorf("not given back: %+v", choice)
		}
	})
}

func of(i coordination.Identity) *coordination.Identity { return &i }
