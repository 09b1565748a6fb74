package engine

import "slices"

// connect resolves the transitions, now that all states are known.
func (l *loader) connect() {
	for _, s := range l.order {
		for _, lead := range s.leads {
			if target := l.resolve(lead.place, lead.target); target != nil {
				lead.set(target)
			}
		}
	}
}

func (l *loader) resolve(at place, name string) *state {
	s, ok := l.states[name]
	if !ok {
		l.findf(at, "leads to %q, but there is no such state", name)
	}
	return s
}

// findUnreachable reports states that no transition leads to; CreateStateMachine
// refuses them too (MISSING_TRANSITION_TARGET). It needs a start.
func (l *loader) findUnreachable(start *state) {
	if start == nil {
		return
	}
	reached := map[*state]bool{}
	l.reach(start, reached)
	for _, s := range l.order {
		if !reached[s.state] {
			l.findf(s.place, "no transition leads here: remove the state, or add a transition to it")
		}
	}
}

// reach marks the states reachable from a state. It uses its own stack, because a
// definition may be one long chain.
func (l *loader) reach(start *state, reached map[*state]bool) {
	targets := map[*state][]lead{}
	for _, s := range l.order {
		targets[s.state] = s.leads
	}
	open := []*state{start}
	for len(open) > 0 {
		s := open[len(open)-1]
		open = slices.Delete(open, len(open)-1, len(open))
		if reached[s] {
			continue
		}
		reached[s] = true
		for _, lead := range targets[s] {
			if next := l.states[lead.target]; next != nil {
				open = append(open, next)
			}
		}
	}
}
