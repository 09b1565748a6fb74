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
func Rules() []Rule {
	var rules []Rule
	for _, f := range All(Fields()) {
		if len(f.Fields) == 0 && f.Type() != "" {
			rules = append(rules, Rule{
				Name:  ruleName(f.Path),
				Words: fmt.Sprintf("%s is %s", f.Path, cmp.Or(f.Rule, f.takes(""))),
				Field: f.Path,
				wrong: f.wrongValue(),
			})
		}
	}
	return rules
}

func ruleName(path string) string {
	var name strings.Builder
	for _, r := range strings.ReplaceAll(path, "[]", "") {
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
