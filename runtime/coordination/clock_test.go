package coordination_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/coordination"
)

// host is one whose clock is off, and that reaches the store in some time.
type host struct {
	pool coordination.Pool
	off  time.Duration
}

// newHost: the store is by the true time.
func newHost(store *memory, truth *time.Time, off, took time.Duration) host {
	return host{off: off, pool: coordination.New(dated{store, truth, took}, coordination.Environment{
		Now: func() time.Time { return truth.Add(off) },
	})}
}

// dated is a store whose answers have the true time, and take a while.
type dated struct {
	*memory
	truth *time.Time
	took  time.Duration
}

func (d dated) Read(ctx context.Context, credential string) (coordination.Items, time.Time, error) {
	*d.truth = d.truth.Add(d.took / 2)
	date := d.truth.Truncate(time.Second)
	*d.truth = d.truth.Add(d.took - d.took/2)
	items, _, err := d.memory.Read(ctx, credential)
	return items, date, err
}

// A clock that is off is right to half a second after one answer, and nearly after many; one
// that is not off stays as it is.
func TestClockByTheStore(t *testing.T) {
	for _, off := range []time.Duration{
		0, 2 * time.Second, -2 * time.Second, time.Hour, -30 * time.Minute,
		1500 * time.Millisecond, -300 * time.Millisecond, 80 * time.Millisecond,
	} {
		t.Run(off.String(), func(t *testing.T) {
			truth := virtualStart
			host := newHost(newMemory(), &truth, off, 20*time.Millisecond)
			wrong := func() time.Duration { return host.pool.Now().Sub(truth).Abs() }
			if wrong() != off.Abs() {
				t.Fatalf("before the first answer it is off by %s", wrong())
			}
			for asked := range 40 {
				if _, err := host.pool.Choose(context.Background(), coordination.Ask{Egresses: 1}); err != nil {
					t.Fatal(err)
				}
				if most := 510 * time.Millisecond; off.Abs() > 1500*time.Millisecond && wrong() > most {
					t.Fatalf("after %d answers it is off by %s", asked+1, wrong())
				}
				truth = truth.Add(1037 * time.Millisecond)
			}
			switch {
			case off.Abs() <= 100*time.Millisecond && wrong() != off.Abs():
				t.Errorf("it is off by %s, and was by %s", wrong(), off)
			case off.Abs() > 200*time.Millisecond && wrong() > 50*time.Millisecond:
				t.Errorf("after 40 answers it is off by %s", wrong())
			}
		})
	}
}

// A clock that is set while it counts is found out by the next answer that contradicts.
func TestClockThatIsSet(t *testing.T) {
	truth, off := virtualStart, time.Duration(0)
	pool := coordination.New(dated{newMemory(), &truth, 10 * time.Millisecond}, coordination.Environment{
		Now: func() time.Time { return truth.Add(off) },
	})
	for _, off = range []time.Duration{0, time.Minute, -time.Minute, 0, -3 * time.Second} {
		for range 5 {
			if _, err := pool.Choose(context.Background(), coordination.Ask{Egresses: 1}); err != nil {
				t.Fatal(err)
			}
			truth = truth.Add(330 * time.Millisecond)
		}
		if wrong := pool.Now().Sub(truth).Abs(); wrong > 600*time.Millisecond {
			t.Errorf("set by %s, it is off by %s", off, wrong)
		}
	}
}

// Three hosts, of which one's clock is two seconds off: while it learns that, no window has
// more than twice the requests, and few have more than these; afterwards none has.
func TestLimitWithAClockThatIsOff(t *testing.T) {
	for _, off := range []time.Duration{2 * time.Second, -2 * time.Second} {
		for _, of := range []contract.Limit{
			limit(1, 1, 0, ip), limit(5, 10, 0, ip), limit(60, 60, 0, credential), limit(200, 30, 0, credential),
		} {
			t.Run(fmt.Sprintf("%s, %d in %d s", off, of.Requests, of.WindowSeconds), func(t *testing.T) {
				excess, most := excessOf(t, of, off)
				var early, late int
				for _, at := range excess {
					if at < 2*time.Minute {
						early++
					} else {
						late++
					}
				}
				if most > 2*of.Requests || early > 12 || late > 0 {
					t.Errorf("%d calls above the limit at first and %d later, at most %d in a window", early, late, most)
				}
			})
		}
	}
}

// excessOf are the calls that a sliding window would refuse, by when they come, and the most
// that are in one.
func excessOf(t *testing.T, l contract.Limit, off time.Duration) (excess []time.Duration, most int) {
	truth, store := virtualStart, newMemory()
	hosts := []host{
		newHost(store, &truth, 0, 10*time.Millisecond), newHost(store, &truth, 0, 30*time.Millisecond),
		newHost(store, &truth, off, 10*time.Millisecond),
	}
	r := rand.New(rand.NewPCG(1, 2))
	var arrived []call
	for range max(500, 20*l.Requests) {
		truth = truth.Add(time.Duration(r.ExpFloat64() * float64(length(l)) / float64(l.Requests)))
		host := hosts[r.IntN(3)]
		choice, err := host.pool.Choose(context.Background(), coordination.Ask{Egresses: 1, Limits: []contract.Limit{l}})
		if err != nil {
			t.Fatal(err)
		}
		wait := max(0, choice.Slot.At.Sub(host.pool.Now()))
		arrived = append(arrived, call{at: truth.Add(wait), egress: 1})
	}
	sorted := sortedTimes(arrived)
	first := 0
	for i, at := range sorted {
		for !sorted[first].After(at.Add(-length(l))) {
			first++
		}
		if in := i - first + 1; in > l.Requests {
			excess, most = append(excess, at.Sub(virtualStart)), max(most, in)
		}
	}
	return excess, most
}

func sortedTimes(calls []call) []time.Time {
	var all []time.Time
	for _, c := range calls {
		all = append(all, c.at)
	}
	sortTimes(all)
	return all
}

func sortTimes(all []time.Time) { slices.SortFunc(all, time.Time.Compare) }

// What is asked before the first answer counts by a clock that the answer sets.
func TestTheFirstAnswerSetsWhatWasAsked(t *testing.T) {
	for _, off := range []time.Duration{0, time.Hour, -time.Hour} {
		t.Run(off.String(), func(t *testing.T) {
			truth := virtualStart
			fresh := func() coordination.Pool { return newHost(newMemory(), &truth, off, 20*time.Millisecond).pool }
			near := func(what string, want time.Duration, at time.Time) {
				t.Helper()
				if got := at.Sub(truth); (got - want).Abs() > 600*time.Millisecond {
					t.Errorf("%s in %s, want %s", what, got, want)
				}
			}
			pool := fresh()
			ask := coordination.Ask{Egresses: 1, Limits: []contract.Limit{{Requests: 1, WindowSeconds: 1, Per: contract.ScopeIP}},
				From: pool.Now().Add(150 * time.Millisecond), Latest: pool.Now().Add(10 * time.Second)}
			choice, err := pool.Choose(context.Background(), ask)
			if err != nil || choice.Slot == nil {
				t.Fatalf("%+v, %v, want a slot", choice, err)
			}
			near("the slot", 150*time.Millisecond, choice.Slot.At)
			pool = fresh()
			told := coordination.CoolDown{Of: coordination.Identity{Scope: contract.ScopeIP, Egress: 1}, Told: pool.Now(),
				Until: pool.Now().Add(30 * time.Second)}
			if err := pool.Tell(context.Background(), told); err != nil {
				t.Fatal(err)
			}
			if choice, err = pool.Choose(context.Background(), coordination.Ask{Egresses: 1}); err != nil {
				t.Fatal(err)
			}
			near("the end of the cool-down", 30*time.Second, choice.At)
		})
	}
}
