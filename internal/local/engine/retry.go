package engine

import (
	"math"
	"slices"
	"time"
)

// errorNames is an ErrorEquals.
type errorNames struct {
	names       []string
	all, failed bool // States.ALL, States.TaskFailed
}

func (n *errorNames) add(name string) {
	switch name {
	case errAll:
		n.all = true
	case errTaskFailed:
		n.failed = true
	}
	n.names = append(n.names, name)
}

// match reports whether an error matches: States.ALL matches every error that can
// be caught, States.TaskFailed every one except States.Timeout.
func (n *errorNames) match(name string) bool {
	return n.all || n.failed && name != errTimeout || slices.Contains(n.names, name)
}

// retry finds the first matching retrier, and how long it waits. If that one is
// used up, no other one is tried: the failure goes to Catch.
func (t *task) retry(e *execution, v *visit, f *failure) (time.Duration, bool) {
	for i := range t.retriers {
		r := &t.retriers[i]
		if !r.errors.match(f.name) {
			continue
		}
		if v.used == nil {
			v.used = make([]int64, len(t.retriers))
		}
		if v.used[i] >= r.attempts {
			return 0, false
		}
		v.used[i]++
		return r.delay(v.used[i], e.env.Random), true
	}
	return 0, false
}

// delay is the wait before the k-th retry. Jitter picks a random value below the
// capped delay.
func (r *retrier) delay(k int64, random func() float64) time.Duration {
	seconds := min(r.interval*math.Pow(r.rate, float64(k-1)), r.maxDelay)
	if r.jitter {
		seconds *= random()
	}
	return time.Duration(seconds * float64(time.Second))
}
