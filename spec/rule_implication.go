package spec

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/judge"
)

// implies reports whether what fulfils the conditions a, status and method left out,
// surely fulfils those of b. It may be wrong in one direction only: it knows no more of
// patterns than that two are the same.
func implies(a, b contract.When) bool {
	for _, wanted := range b.Headers {
		if !slices.ContainsFunc(a.Headers, func(h contract.HeaderTest) bool {
			return h.Name == wanted.Name && impliesTest(h.Test, wanted.Test, judge.LineHolds)
		}) {
			return false
		}
	}
	if b.Body != nil && (a.Body == nil || !impliesTest(*a.Body, *b.Body, judge.LineHolds)) {
		return false
	}
	for _, wanted := range b.JSON {
		if !slices.ContainsFunc(a.JSON, func(j contract.JSONTest) bool { return impliesJSON(j, wanted) }) {
			return false
		}
	}
	return true
}

// impliesJSON: where there is a value, there is one on the way to it.
func impliesJSON(a, b contract.JSONTest) bool {
	if a.Path == b.Path {
		return impliesTest(a.Test, b.Test, judge.ValueHolds)
	}
	rest, below := strings.CutPrefix(a.Path, b.Path)
	onlyExists := b.Exists != nil && *b.Exists && b.Values() == nil && b.Contains == nil && b.Matches == nil && !b.Compares()
	return below && (rest[0] == '.' || rest[0] == '[') && onlyExists && !a.WantsNothing()
}

// impliesTest reports whether a value that fulfils a fulfils b too.
func impliesTest(a, b contract.Test, holds func(contract.Test, []byte) bool) bool {
	switch {
	case a.WantsNothing() || b.WantsNothing():
		return a.WantsNothing() && b.WantsNothing()
	case a.Values() != nil:
		return !slices.ContainsFunc(a.Values(), func(value json.RawMessage) bool { return !holds(b, value) })
	}
	return b.Values() == nil && impliesParts(a.Contains, b.Contains) && impliesPatterns(a.Matches, b.Matches) && impliesBounds(a, b)
}

// impliesParts: every text that a looks for holds one that b does.
func impliesParts(a, b []string) bool {
	return b == nil || a != nil && !slices.ContainsFunc(a, func(part string) bool {
		return !slices.ContainsFunc(b, func(wanted string) bool { return strings.Contains(part, wanted) })
	})
}

func impliesPatterns(a, b []string) bool {
	return b == nil || a != nil && !slices.ContainsFunc(a, func(pattern string) bool { return !slices.Contains(b, pattern) })
}

func impliesBounds(a, b contract.Test) bool {
	upper := (b.LessThan == nil || a.LessThan != nil && *a.LessThan <= *b.LessThan || a.AtMost != nil && *a.AtMost < *b.LessThan) &&
		(b.AtMost == nil || a.LessThan != nil && *a.LessThan <= *b.AtMost || a.AtMost != nil && *a.AtMost <= *b.AtMost)
	lower := (b.GreaterThan == nil || a.GreaterThan != nil && *a.GreaterThan >= *b.GreaterThan || a.AtLeast != nil &&
		*a.AtLeast > *b.GreaterThan) &&
		(b.AtLeast == nil || a.GreaterThan != nil && *a.GreaterThan >= *b.AtLeast || a.AtLeast != nil && *a.AtLeast >= *b.AtLeast)
	return upper && lower
}
