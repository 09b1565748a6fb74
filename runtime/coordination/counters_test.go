package coordination_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// counter is an upstream's. It reports whether a call passes; times do not go back.
type counter interface{ pass(time.Time) bool }

// fixed counts in windows that begin at a phase.
type fixed struct {
	limit  contract.Limit
	phase  time.Duration
	window int64
	count  int
}

func (f *fixed) pass(at time.Time) bool {
	window := (at.UnixNano() + int64(f.phase)) / int64(length(f.limit))
	if window != f.window {
		f.window, f.count = window, 0
	}
	f.count++
	return f.count <= f.limit.Requests
}

// sliding counts those of the last window's length.
type sliding struct {
	limit contract.Limit
	calls []time.Time
}

func (s *sliding) pass(at time.Time) bool {
	for len(s.calls) > 0 && !s.calls[0].After(at.Add(-length(s.limit))) {
		s.calls = s.calls[1:]
	}
	s.calls = append(s.calls, at)
	return len(s.calls) <= s.limit.Requests
}

// tokens is a bucket that holds depth, filled evenly with the requests of a window.
type tokens struct {
	limit contract.Limit
	depth float64
	taken float64
	last  time.Time
}

func (t *tokens) pass(at time.Time) bool {
	if !t.last.IsZero() {
		filled := at.Sub(t.last).Seconds() * float64(t.limit.Requests) / length(t.limit).Seconds()
		t.taken = max(0, t.taken-filled)
	}
	t.last = at
	t.taken++
	return t.taken <= t.depth+1e-6
}

func length(l contract.Limit) time.Duration { return time.Duration(l.WindowSeconds) * time.Second }

// counters are all ways in which an upstream may count a limit.
func counters(l contract.Limit) map[string]counter {
	if l.Burst > 0 {
		return map[string]counter{"bucket": &tokens{limit: l, depth: float64(l.Burst)}}
	}
	all := map[string]counter{
		"sliding": &sliding{limit: l},
		"bucket":  &tokens{limit: l, depth: float64(l.Requests)},
	}
	for phase := range 7 {
		shift := time.Duration(float64(phase) * 0.147 * float64(length(l)))
		all[fmt.Sprintf("fixed, shifted by %s", shift)] = &fixed{limit: l, phase: shift}
	}
	return all
}

// call is one at an upstream.
type call struct {
	at       time.Time
	egress   int
	identity string // of a credential
}

// refusals are those of an upstream that counts the limits, in words.
func refusals(limits []contract.Limit, calls []call) []string {
	calls = slices.Clone(calls)
	slices.SortStableFunc(calls, func(a, b call) int { return a.at.Compare(b.at) })
	var found []string
	for _, l := range limits {
		of := map[string]map[string]counter{}
		for _, c := range calls {
			who := c.identity
			if l.Per == contract.ScopeIP {
				who = fmt.Sprintf("egress %d", c.egress)
			}
			if of[who] == nil {
				of[who] = counters(l)
			}
			for kind, counter := range of[who] {
				if !counter.pass(c.at) {
					found = append(found, fmt.Sprintf("%+v, %s, %s: at %s", l, kind, who, c.at.Format("15:04:05.000")))
				}
			}
		}
	}
	return found
}
