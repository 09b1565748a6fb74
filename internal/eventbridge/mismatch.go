package eventbridge

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// The most that a message shows: values and matchers of one field, alternatives of
// $or, and bytes of one value.
const (
	mostListed = 10
	mostBytes  = 100
)

// misses describes the fields of the way that do not match.
func (s *search) misses() []string {
	var misses []string
	for i, f := range s.way {
		if len(s.match[i]) == 0 && !s.maybeAbsent(i) {
			misses = append(misses, fmt.Sprintf("%s %s, the pattern wants %s", f.name, s.leaves.describe(f.name), wantsOf(f.any)))
		}
	}
	if len(misses) == 0 {
		misses = append(misses, fmt.Sprintf("%s match only in different elements of an array, the pattern wants all in one element", s.names()))
	}
	return misses
}

// maybeAbsent reports whether the field is or may be missing in some element.
func (s *search) maybeAbsent(i int) bool {
	all := s.leaves.byName[s.way[i].name]
	inArray := slices.ContainsFunc(all, func(l leaf) bool { return l.in != nil })
	return s.wantsAbsent(i) && (len(all) == 0 || inArray)
}

// names are the fields that are below arrays.
func (s *search) names() string {
	var names []string
	for _, f := range s.way {
		if slices.ContainsFunc(s.leaves.byName[f.name], func(l leaf) bool { return l.in != nil }) {
			names = append(names, f.name)
		}
	}
	return listed(names, " and ")
}

// describe is the text about the event's value that follows a field's name.
func (l *leaves) describe(name string) string {
	if all := l.byName[name]; len(all) > 0 {
		texts := make([]string, len(all))
		for i, leaf := range all {
			texts[i] = shortened(leaf.value)
		}
		return "is " + listed(texts, ", ")
	}
	switch hollow, ok := l.hollow[name]; {
	case !ok:
		return "is not there"
	case hollow.Kind() == jsonvalue.Array:
		return "is an empty array"
	default:
		return "is an object"
	}
}

func shortened(v jsonvalue.Value) string {
	text := v.String()
	if len(text) <= mostBytes {
		return text
	}
	end := mostBytes
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

func wantsOf(matchers []matcher) string {
	wants := make([]string, len(matchers))
	for i, m := range matchers {
		wants[i] = m.wants
	}
	if len(wants) == 1 {
		return wants[0]
	}
	return "one of " + listed(wants, ", ")
}

// whyNot describes the misses of all ways: those that every way has, or else those
// of each alternative.
func whyNot(misses [][]string) string {
	var common []string
	for _, miss := range misses[0] {
		if !slices.ContainsFunc(misses, func(other []string) bool { return !slices.Contains(other, miss) }) {
			common = append(common, miss)
		}
	}
	if len(common) > 0 {
		return listed(common, "; ")
	}
	var each []string
	for _, m := range misses {
		if text := listed(m, " and "); !slices.Contains(each, text) {
			each = append(each, text)
		}
	}
	return "no alternative of $or matches: " + listed(each, "; or ")
}

func listed(texts []string, separator string) string {
	if left := len(texts) - mostListed; left > 0 {
		return strings.Join(texts[:mostListed], separator) + fmt.Sprintf("%sand %d more", separator, left)
	}
	return strings.Join(texts, separator)
}
