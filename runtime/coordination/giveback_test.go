package coordination_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/coordination"
)

// Calls that come too early or too late for their slots, give them back, or never come, do
// not have an upstream see more than its limits.
func TestLimitsAreKeptWhenSlotsAreGivenBack(t *testing.T) {
	for i, of := range ofAllKinds() {
		if of.isLong() {
			continue
		}
		for k, speed := range []float64{0.5, 1, 3} {
			if !isLoaded && k != i%3 {
				continue
			}
			t.Run(of.name, func(t *testing.T) {
				t.Parallel()
				e := &executions{t: t, limits: of.limits, r: rand.New(rand.NewPCG(uint64(of.calls), uint64(speed*8))), now: virtualStart}
				e.pool = coordination.New(newMemory(), coordination.Environment{Now: func() time.Time { return e.now }, Random: e.r.Float64})
				in := float64(ideal(of.limits, 3, of.calls)) / speed
				for range of.calls {
					e.comeUntil(e.now.Add(time.Duration(e.r.ExpFloat64() * in / float64(of.calls))))
					e.ask(nil)
				}
				e.comeUntil(e.now.Add(1000 * time.Hour))
				if found := refusals(of.limits, e.calls); len(found) > 0 {
					t.Errorf("%d refusals of %d, first %s", len(found), len(e.calls), found[0])
				}
				if least := of.calls * 3 / 5; len(e.calls) < least || e.givenBack < of.calls/20 || e.kept < of.calls/20 {
					t.Errorf("%d of %d calls, %d given back, %d kept", len(e.calls), of.calls, e.givenBack, e.kept)
				}
			})
		}
	}
}

// executions are those that hold slots.
type executions struct {
	t               *testing.T
	limits          []contract.Limit
	r               *rand.Rand
	now             time.Time
	pool            coordination.Pool
	holding         []arrival // the next one first
	calls           []call
	givenBack, kept int
}

// arrival is when an egress comes with its slot.
type arrival struct {
	at   time.Time
	slot contract.Slot
}

// comeUntil has those come that come until then.
func (e *executions) comeUntil(then time.Time) {
	for len(e.holding) > 0 && !e.holding[0].at.After(then) {
		next := e.holding[0]
		e.holding = e.holding[1:]
		e.now = next.at
		e.ask(&next.slot)
	}
	e.now = then
}

// ask asks, and calls, dies, or comes again.
func (e *executions) ask(held *contract.Slot) {
	ask := coordination.Ask{Egresses: 3, Limits: e.limits, Held: held}
	if held != nil {
		ask.Prefer = held.Egress
		if e.r.IntN(8) == 0 {
			ask.Prefer = 0 // it cannot use it
		}
	}
	choice, err := e.pool.Choose(context.Background(), ask)
	if err != nil || choice.Slot == nil {
		e.t.Fatal(choice, err)
	}
	slot := *choice.Slot
	switch isKept := held != nil && slot == *held; {
	case isKept:
		e.kept++
	case held != nil:
		e.givenBack++
	}
	switch at := slot.At; e.r.IntN(10) {
	case 0: // it dies
	case 1, 2, 3: // it comes early or late
		e.holds(at.Add(time.Duration(e.r.IntN(1400)-700)*time.Millisecond), slot)
	case 4, 5: // it comes in time, and asks again
		e.holds(at.Add(time.Duration(e.r.Float64()*float64(lateness(e.limits)))), slot)
	default:
		if e.now.After(at) {
			at = e.now // kept, and used at once
		} else {
			at = at.Add(time.Duration(e.r.Float64() * float64(lateness(e.limits))))
		}
		e.calls = append(e.calls, call{at: at, egress: slot.Egress})
	}
}

func (e *executions) holds(at time.Time, slot contract.Slot) {
	if at.Before(e.now) {
		at = e.now
	}
	i := slices.IndexFunc(e.holding, func(other arrival) bool { return other.at.After(at) })
	if i < 0 {
		i = len(e.holding)
	}
	e.holding = slices.Insert(e.holding, i, arrival{at, slot})
}
