package eventbridge

import "strings"

// Fault is one reason why EventBridge refuses a pattern.
type Fault struct {
	// At are the steps that lead to it in the pattern: names (string) and indexes of
	// lists (int). None: it is about the whole pattern.
	At     []any
	Reason string
}

// Error names the field of the event and the reason.
func (f Fault) Error() string {
	name := nameOf(f.At)
	if f.isOfOr() {
		name = strings.TrimPrefix(name+"."+or, ".")
	}
	if name == "" {
		return f.Reason
	}
	return name + ": " + f.Reason
}

// isOfOr reports whether it is about $or itself, or about an item of its list.
func (f Fault) isOfOr() bool {
	for i := len(f.At) - 1; i >= 0; i-- {
		if name, ok := f.At[i].(string); ok {
			return name == or
		}
	}
	return false
}

// nameOf is the field of an event that steps in a pattern lead to: its names with
// dots between them.
func nameOf(at []any) string {
	var names []string
	for _, step := range at {
		if name, ok := step.(string); ok && name != or {
			names = append(names, name)
		}
	}
	return strings.Join(names, ".")
}
