package spec

import (
	"maps"
	"slices"
)

// trust knows which values broke a rule, so that no other rule looks at them.
type trust struct {
	// broken are the paths of values that no other rule may use (true), and of
	// the values that hold those (false).
	broken map[string]bool
}

// distrust keeps the rules between fields off the value at path.
func (t *trust) distrust(path string) {
	if path == "" {
		return
	}
	t.broken[path] = true
	for parent := parentPath(path); parent != ""; parent = parentPath(parent) {
		if _, known := t.broken[parent]; !known {
			t.broken[parent] = false
		}
	}
}

// sound reports whether a rule may use the value at path: neither it, nor what
// holds it, nor anything in it broke a rule.
func (t *trust) sound(path string) bool {
	if _, known := t.broken[path]; known {
		return false
	}
	for parent := parentPath(path); parent != ""; parent = parentPath(parent) {
		if t.broken[parent] {
			return false
		}
	}
	return true
}

// allSound reports whether a rule may use all of the values.
func (t *trust) allSound(paths ...string) bool {
	return !slices.ContainsFunc(paths, func(path string) bool { return !t.sound(path) })
}

func (t *trust) copied() *trust { return &trust{maps.Clone(t.broken)} }
