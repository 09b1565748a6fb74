package coordination_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/coordination"
)

var virtualStart = time.Date(2026, 12, 2, 10, 21, 7, 123_456_789, time.UTC)

// limited are limits, and how many calls make several windows of them.
type limited struct {
	name   string
	limits []contract.Limit
	calls  int
}

func limit(requests, seconds, burst int, per contract.Scope) contract.Limit {
	return contract.Limit{Requests: requests, WindowSeconds: seconds, Burst: burst, Per: per}
}

const ip, credential = contract.ScopeIP, contract.ScopeCredential

func ofAllKinds() []limited {
	return []limited{
		{"1 a second", []contract.Limit{limit(1, 1, 0, ip)}, 200},
		{"60 an hour, 2 a second", []contract.Limit{limit(60, 3600, 0, ip), limit(2, 1, 0, ip)}, 400},
		{"5 a second, bucket of 5", []contract.Limit{limit(5, 1, 5, ip)}, 400},
		{"5 a second, bucket of 1", []contract.Limit{limit(5, 1, 1, ip)}, 200},
		{"100 a second, bucket of 20", []contract.Limit{limit(100, 1, 20, ip)}, 800},
		{"60 an hour, bucket of 200", []contract.Limit{limit(60, 3600, 200, ip)}, 900},
		{"1000 a minute", []contract.Limit{limit(1000, 60, 0, ip)}, 3500},
		{"10000 a day", []contract.Limit{limit(10000, 86400, 0, credential)}, 12000},
		{"300 an hour for all, 50 a minute for each", []contract.Limit{limit(300, 3600, 0, credential), limit(50, 60, 0, ip)}, 1200},
		{"a bucket for all, a window for each", []contract.Limit{limit(10, 1, 30, credential), limit(120, 60, 0, ip)}, 2000},
		{"two of one window", []contract.Limit{limit(100, 60, 0, credential), limit(40, 60, 0, ip)}, 1000},
	}
}

// shapes are moments of n arrivals in about a time, by how they come.
var shapes = map[string]func(r *rand.Rand, n int, in time.Duration) []time.Duration{
	"steady": func(_ *rand.Rand, n int, in time.Duration) []time.Duration {
		return each(n, func(i int) time.Duration { return in * time.Duration(i) / time.Duration(n) })
	},
	"all at once": func(_ *rand.Rand, n int, _ time.Duration) []time.Duration {
		return each(n, func(int) time.Duration { return 0 })
	},
	"by chance": func(r *rand.Rand, n int, in time.Duration) []time.Duration {
		at := time.Duration(0)
		return each(n, func(int) time.Duration { at += time.Duration(r.ExpFloat64() * float64(in) / float64(n)); return at })
	},
	"in bursts": func(r *rand.Rand, n int, in time.Duration) []time.Duration {
		at, left := time.Duration(0), 0
		return each(n, func(int) time.Duration {
			if left--; left < 0 {
				left = r.IntN(max(2, n/10))
				at += time.Duration(r.Float64() * float64(in) / 5)
			}
			return at
		})
	},
	"a clock that goes back": func(r *rand.Rand, n int, in time.Duration) []time.Duration {
		return each(n, func(i int) time.Duration {
			return in*time.Duration(i)/time.Duration(n) - time.Duration(r.IntN(5000))*time.Millisecond
		})
	},
}

func each(n int, moment func(int) time.Duration) []time.Duration {
	var all []time.Duration
	for i := range n {
		all = append(all, moment(i))
	}
	return all
}

// ideal is the time that so many calls of a pool take at least.
func ideal(limits []contract.Limit, egresses, calls int) time.Duration {
	longest := time.Duration(0)
	for _, l := range limits {
		each := calls
		if l.Per == ip {
			each = (calls + egresses - 1) / egresses
		}
		took := time.Duration(0)
		if l.Burst > 0 {
			took = time.Duration(max(0, each-l.Burst)) * length(l) / time.Duration(l.Requests)
		} else {
			took = time.Duration((each-1)/l.Requests) * length(l)
		}
		longest = max(longest, took)
	}
	return longest
}

// isLoaded: SFNGEN_LOAD has all shapes of arrivals at all speeds for all limits. Else each
// limit has some of them, and each of them some limits.
var isLoaded = os.Getenv("SFNGEN_LOAD") != ""

// isLong: so many calls of a limit take long, and other limits show the same.
func (l limited) isLong() bool { return l.calls > 10000 }

// Whatever the arrivals are, and however the upstream counts, it refuses none.
func TestLimitsAreKept(t *testing.T) {
	for _, of := range ofAllKinds() {
		for _, egresses := range []int{1, 3} {
			if egresses > 1 && of.isLong() {
				continue // the egresses share it
			}
			for shape, arrivals := range shapes {
				for _, speed := range []float64{0.7, 2} {
					switch {
					case shape == "all at once" && speed < 1:
						continue
					case isLoaded || shape == "all at once":
					case of.isLong(), (speed > 1) != (egresses > 1):
						continue
					}
					name := fmt.Sprintf("%s/%d egresses/%s/%g", of.name, egresses, shape, speed)
					t.Run(name, func(t *testing.T) {
						t.Parallel()
						r := rand.New(rand.NewPCG(uint64(egresses), uint64(of.calls)))
						in := time.Duration(float64(ideal(of.limits, egresses, of.calls)) / speed)
						run := book(t, r, of, egresses, arrivals(r, of.calls, in))
						if found := refusals(of.limits, run.calls); len(found) > 0 {
							t.Errorf("%d refusals, first %s", len(found), found[0])
						}
						if shape == "all at once" {
							run.isFast(t, of, egresses)
						}
						run.isSmall(t)
					})
				}
			}
		}
	}
}

// run is what became of arrivals.
type run struct {
	calls []call
	store *memory
	last  time.Duration // slot, after the first arrival
}

// book books a slot for each arrival, and has each call come to it up to the slack late.
func book(t *testing.T, r *rand.Rand, of limited, egresses int, arrivals []time.Duration) run {
	t.Helper()
	now := virtualStart
	result := run{store: newMemory()}
	pool := coordination.New(result.store, coordination.Environment{Now: func() time.Time { return now }, Random: r.Float64})
	for _, at := range arrivals {
		now = virtualStart.Add(at)
		choice, err := pool.Choose(context.Background(), coordination.Ask{Egresses: egresses, Limits: of.limits})
		if err != nil {
			t.Fatal(err)
		}
		slot := choice.Slot
		if slot == nil || slot.Egress != choice.Egress() || !slot.At.Equal(choice.At) || slot.At.Before(now.Truncate(time.Millisecond)) {
			t.Fatalf("slot %+v of choice %+v", slot, choice)
		}
		late := time.Duration(r.Float64() * float64(lateness(of.limits)))
		result.calls = append(result.calls, call{at: slot.At.Add(late), egress: slot.Egress})
		result.last = max(result.last, slot.At.Sub(virtualStart))
	}
	return result
}

// lateness is the slack; with a small, fast bucket half of the time that fills it.
func lateness(limits []contract.Limit) time.Duration {
	least := coordination.Slack(limits)
	for _, l := range limits {
		if l.Burst > 0 {
			least = min(least, time.Duration(l.Burst)*length(l)/time.Duration(l.Requests)/2)
		}
	}
	return least
}

func (r run) isFast(t *testing.T, of limited, egresses int) {
	t.Helper()
	if slices.ContainsFunc(of.limits, func(l contract.Limit) bool { return l.Burst == 1 }) {
		return // the slack is a large part of its interval
	}
	best := ideal(of.limits, egresses, of.calls)
	if float64(best) < 0.9*float64(r.last) {
		t.Errorf("%d calls take %s, and %s would do", of.calls, r.last, best)
	}
}

// An item is below the unit of a write of the table, which is 1 KB.
func (r run) isSmall(t *testing.T) {
	t.Helper()
	for of, item := range r.store.items {
		size := 0
		for name, text := range item.Logs {
			size += len(name) + len(text)
		}
		if size > 700 {
			t.Errorf("the slots of %v are %d bytes: %v", of, size, item.Logs)
		}
	}
}

// The wait of a definition leaves the room in which an egress starts before a slot, and
// needs none before the end of a cool-down.
func TestTheWaitBeforeASlot(t *testing.T) {
	ms := time.Millisecond
	for _, test := range []struct {
		left       time.Duration
		slot, none int // seconds with a slot, and without one
	}{
		{-time.Second, 0, 0}, {0, 0, 0}, {999 * ms, 0, 0}, {1199 * ms, 0, 1}, {1200 * ms, 1, 1}, {5100 * ms, 4, 5}, {5200 * ms, 5, 5},
	} {
		slot, none := coordination.WholeSeconds(test.left, &contract.Slot{}), coordination.WholeSeconds(test.left, nil)
		if slot != test.slot || none != test.none {
			t.Errorf("%s: %d s with a slot, %d s without, want %d, %d", test.left, slot, none, test.slot, test.none)
		}
	}
}
