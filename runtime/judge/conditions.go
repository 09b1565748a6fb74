package judge

import (
	"bytes"
	"slices"

	"github.com/sfngen/sfngen/runtime/contract"
)

// matches reports whether all conditions hold. Those about the body come last: they are
// the dear ones.
func matches(w contract.When, r Request, a Answer, read *body) bool {
	switch {
	case w.Status != nil && !w.Status.Contains(a.Status):
		return false
	case w.Methods != nil && !slices.Contains(w.Methods, r.Method):
		return false
	}
	for _, test := range w.Headers {
		if !headerHolds(test, a.Header.Values(test.Name)) {
			return false
		}
	}
	if w.Body != nil && !bodyHolds(*w.Body, read) {
		return false
	}
	for _, test := range w.JSON {
		if !jsonHolds(test, read) {
			return false
		}
	}
	return true
}

func headerHolds(test contract.HeaderTest, lines []string) bool {
	if test.WantsNothing() {
		return len(lines) == 0
	}
	return slices.ContainsFunc(lines, func(line string) bool { return lineHolds(test.Test, line) })
}

func bodyHolds(test contract.Test, read *body) bool {
	contains := func(part string) bool { return bytes.Contains(read.text, []byte(part)) }
	if test.Contains != nil && !slices.ContainsFunc(test.Contains, contains) {
		return false
	}
	return test.Matches == nil || matchesAny(test.Matches, read.text, read.lowered)
}

// jsonHolds: where the body is no JSON, no condition on JSON holds, not even that
// something is not there.
func jsonHolds(test contract.JSONTest, read *body) bool {
	document, path := read.json(), read.path(test.Path)
	if document == nil || path == nil {
		return false
	}
	if test.WantsNothing() {
		return !walk(document, path, func([]byte) bool { return true })
	}
	w := wantedOf(test.Test)
	return walk(document, path, func(value []byte) bool { return valueHolds(test.Test, w, value) })
}
