package spec

import (
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// ruleOf names the rule that the values of a field of a spec obey.
func ruleOf(path string) string { return rootShape().ruleOf(path) }

// ruleOf names the rule that a field's own values obey: the path in kebab case,
// without positions in lists and without the keys of free mappings.
func (s shape) ruleOf(path string) string {
	var words []string
	for at, key := range s.along(path) {
		if slices.Contains(at.keys(), key) {
			words = append(words, kebab(key))
		}
	}
	return strings.Join(words, "-")
}

// at is the shape of the value at a path.
func (s shape) at(path string) shape {
	for at, step := range s.along(path) {
		s = at.inner(step)
	}
	return s
}

// along follows a path, and gives each step with the shape that it starts from.
// It ends at the first step that the schema does not know.
func (s shape) along(path string) iter.Seq2[shape, string] {
	return func(yield func(shape, string) bool) {
		at := s
		for step, rest := firstStep(path); step != "" && at.schema != nil; step, rest = firstStep(rest) {
			if !yield(at, step) {
				return
			}
			at = at.inner(step)
		}
	}
}

// inner is the shape behind one step of a path.
func (s shape) inner(step string) shape {
	if step[0] == '[' {
		item, _ := s.item()
		return item
	}
	field, _ := s.field(step)
	return field
}

// firstStep cuts a path behind its first key, or behind a position in a list,
// which keeps its bracket.
func firstStep(path string) (step, rest string) {
	path = strings.TrimPrefix(path, ".")
	if quoted, err := strconv.QuotedPrefix(strings.TrimPrefix(path, "[")); err == nil && path[0] == '[' {
		key, _ := strconv.Unquote(quoted)
		return key, path[len(quoted)+2:]
	}
	if strings.HasPrefix(path, "[") {
		end := strings.IndexByte(path, ']') + 1
		return path[:end], path[end:]
	}
	if end := strings.IndexAny(path, ".["); end >= 0 {
		return path[:end], path[end:]
	}
	return path, ""
}

func kebab(name string) string {
	var words strings.Builder
	for _, r := range name {
		if unicode.IsUpper(r) {
			words.WriteByte('-')
		}
		words.WriteRune(unicode.ToLower(r))
	}
	return words.String()
}
