package eventbridge

import "slices"

// mostSteps limits the comparisons of elements for one event: independent arrays
// multiply. It takes well under a second.
const mostSteps = 1 << 23

// search looks for one value for each field of a way, such that no two of them
// are in different elements of one array.
type search struct {
	leaves *leaves
	way    way
	match  [][]leaf // the values that match, by field
	steps  *int     // taken so far, for all ways
}

func newSearch(l *leaves, w way, steps *int) *search {
	s := &search{leaves: l, way: w, match: make([][]leaf, len(w)), steps: steps}
	for i, f := range w {
		for _, candidate := range l.byName[f.name] {
			if matchesAny(f.any, candidate.value) {
				s.match[i] = append(s.match[i], candidate)
			}
		}
	}
	return s
}

// fits reports whether the fields from i on can match, given the elements of the
// fields before. After mostSteps it gives up.
func (s *search) fits(i int, in *element) bool {
	if i == len(s.way) {
		return true
	}
	if s.wantsAbsent(i) && !s.present(i, in) && s.fits(i+1, in) {
		return true
	}
	for j, candidate := range s.match[i] {
		if *s.steps > mostSteps {
			return false
		}
		// If one value of an element cannot complete the match, the next one cannot
		// either.
		again := j > 0 && candidate.in == s.match[i][j-1].in
		if !again && s.consistent(in, candidate.in) && s.fits(i+1, join(in, candidate.in)) {
			return true
		}
	}
	return false
}

func (s *search) wantsAbsent(i int) bool {
	return slices.ContainsFunc(s.way[i].any, func(m matcher) bool { return m.absent })
}

// present reports whether the field has a value in these elements.
func (s *search) present(i int, in *element) bool {
	for _, l := range s.leaves.byName[s.way[i].name] {
		if s.consistent(in, l.in) {
			return true
		}
	}
	return false
}

// consistent reports whether no array has different elements in a and b.
func (s *search) consistent(a, b *element) bool {
	*s.steps++
	for x := a; x != nil; x = x.outer {
		for y := b; y != nil; y = y.outer {
			*s.steps++
			if x.array == y.array && x.index != y.index {
				return false
			}
		}
	}
	return true
}

// join are the elements of a and b, which are consistent.
func join(a, b *element) *element {
	joined := a
	for y := b; y != nil; y = y.outer {
		if !contains(a, y) {
			joined = &element{y.array, y.index, joined}
		}
	}
	return joined
}

func contains(all *element, e *element) bool {
	for x := all; x != nil; x = x.outer {
		if x.array == e.array {
			return true
		}
	}
	return false
}
