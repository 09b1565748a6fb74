package texts

import (
	"cmp"
	"fmt"
	"strings"
	"unicode"
)

// Rule is the rule of a single field: its value is what the schema says.
type Rule struct {
	Name  string // as in "retry-max-attempts"
	Words string // as in "retry.maxAttempts is a whole number, 1 to 50"
	Field string // its path
	wrong string
}

// Rules are those of all fields that can have a wrong value, in the order of the
// schema.
func Rules() []Rule { return rules(Fields()) }

func rules(fields []*Field) []Rule {
	var all []Rule
	for _, f := range All(fields) {
		if !f.hasRule() {
			continue
		}
		all = append(all, Rule{
			Name:  ruleName(f.Path),
			Words: fmt.Sprintf("%s is %s", f.Path, cmp.Or(f.Rule, f.takes(""))),
			Field: f.Path,
			wrong: cmp.Or(f.text("x-wrong"), f.wrongValue()),
		})
	}
	return all
}

// hasRule: a section has the rules of its fields, and one of its own where the
// schema words what it has to hold.
func (f *Field) hasRule() bool {
	return f.Form == Leaf && f.Type() != "" || f.has("errorMessage") || f.Form == Map && f.inner.has("errorMessage")
}

func ruleName(path string) string {
	var name strings.Builder
	for _, r := range strings.NewReplacer("[]", "", ".*", "").Replace(path) {
		switch {
		case r == '.':
			name.WriteByte('-')
		case unicode.IsUpper(r):
			name.WriteByte('-')
			name.WriteRune(unicode.ToLower(r))
		default:
			name.WriteRune(r)
		}
	}
	return name.String()
}

// Broken is a small spec in which only this rule is broken.
func (r Rule) Broken() string { return With(map[string]string{r.Field: r.wrong}) }

// wrongValue is one that no field of this type takes, in the form of a slip that
// people make where there is one.
func (f *Field) wrongValue() string {
	switch {
	case f.Form == Map:
		return "{a: text}"
	case f.Form == Section:
		return "{}"
	case f.has("enum"):
		return "other"
	case f.has("x-minimum"):
		return "soon"
	}
	switch f.Type() {
	case "integer", "number":
		return "many"
	case "boolean":
		return "maybe"
	case "string":
		return "[text]"
	}
	return "text" // where a list or a mapping belongs
}
