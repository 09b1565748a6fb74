package texts

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Complete is a spec with every field: its default, or its example where there is
// none or an empty one.
func Complete() string { return complete(Fields()) }

func complete(fields []*Field) string {
	return specWith(fields, withoutExcluded(fields, func(f *Field, item int) *yaml.Node {
		if f.Form != Leaf || strings.HasPrefix(f.Path, "environments.") { // there are none but the user's
			return nil
		}
		if isEmpty(f.Default) {
			return f.example(item)
		}
		return f.Default
	}))
}

// Examples is a spec of that name with the example of every field.
func Examples(name string) string {
	fields := Fields()
	return specWith(fields, withoutExcluded(fields, func(f *Field, item int) *yaml.Node {
		switch {
		case f.Form != Leaf:
			return nil
		case f.Path == "name":
			return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: name}
		}
		return f.example(item)
	}))
}

// With is a small spec that has these values, as YAML in one line, at these paths.
// All that they need beside them is written too.
func With(values map[string]string) string { return with(Fields(), values) }

func with(fields []*Field, values map[string]string) string {
	return specWith(fields, func(f *Field, item int) *yaml.Node {
		value, set := values[f.Path]
		switch {
		case item > 0:
			return nil
		case set:
			return valueOf(value)
		case f.Form == Leaf && f.isNeeded(values):
			return f.example(0)
		}
		return nil
	})
}

// isNeeded reports whether a spec with these values cannot leave the field out.
func (f *Field) isNeeded(values map[string]string) bool {
	if !f.Required && !f.fills(values) {
		return false
	}
	for at := f.parent; at != nil; at = at.parent {
		if !at.Required && !at.holdsOne(values) {
			return false
		}
	}
	return true
}

// fills reports whether the field is written so that a section that must be there, and
// must not be empty, holds something.
func (f *Field) fills(values map[string]string) bool {
	in := f.parent
	return in != nil && in.Required && in.has("minProperties") && in.Fields[0] == f && !in.holdsOne(values)
}

func (f *Field) holdsOne(values map[string]string) bool {
	for path := range values {
		if rest, ok := strings.CutPrefix(path, f.Path); ok && rest != "" && strings.ContainsAny(rest[:1], ".[") {
			return true
		}
	}
	return false
}

func valueOf(text string) *yaml.Node {
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		panic(err) // a value of a test
	}
	return document.Content[0]
}

// withoutExcluded leaves out what means nothing with the type beside it, and one of two
// fields that exclude each other: the older one from the first item of their list, the newer
// one from the second.
func withoutExcluded(fields []*Field, choose choice) choice {
	var first, second []string // the paths that an item leaves out
	for _, f := range All(fields) {
		if f.InsteadOf != "" {
			first, second = append(first, strings.TrimSuffix(f.Path, f.Name)+f.InsteadOf), append(second, f.Path)
		}
	}
	return func(f *Field, item int) *yaml.Node {
		if !f.goesWithType(choose, item) {
			return nil
		}
		if item == 0 && slices.Contains(first, f.Path) || item > 0 && slices.Contains(second, f.Path) {
			return nil
		}
		return choose(f, item)
	}
}

// goesWithType reports whether the field means something beside the type that is chosen.
func (f *Field) goesWithType(choose choice, item int) bool {
	if f.WithType == nil {
		return true
	}
	beside := f.parent.Fields
	i := slices.IndexFunc(beside, func(other *Field) bool { return other.Name == "type" })
	chosen := choose(beside[i], item)
	return chosen != nil && slices.Contains(f.WithType, chosen.Value)
}
