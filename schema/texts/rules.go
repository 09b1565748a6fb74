package texts

import (
	"cmp"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"
)

// Rule is the rule of a single field: its value is what the schema says.
type Rule struct {
	Name  string // as in "retry-max-attempts"
	Words string // as in "retry.maxAttempts is a whole number, 1 to 50"
	Field string // its path
	// Why is what the field means, in the words of docs/spec.md.
	Why          string
	wrong, right string
	beside       map[string]string
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
			Why:   f.Words,
			wrong: cmp.Or(f.text("x-wrong"), f.wrongValue()),
			right: f.rightValue(),

			beside: f.beside(),
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
func (r Rule) Broken() string { return r.with(r.wrong) }

// Mended is the same spec with a value that the field takes.
func (r Rule) Mended() string { return r.with(r.right) }

func (r Rule) with(value string) string {
	values := maps.Clone(r.beside)
	values[r.Field] = value
	return With(values)
}

// BrokenLine and MendedLine are the field as those specs write it.
func (r Rule) BrokenLine() string { return r.key() + ": " + Flow(valueOf(r.wrong)) }

func (r Rule) MendedLine() string { return r.key() + ": " + Flow(valueOf(r.right)) }

func (r Rule) key() string { return r.Field[strings.LastIndexByte(r.Field, '.')+1:] }

// rightValue is one that the field takes: its default, or its example where the
// default shows nothing.
func (f *Field) rightValue() string {
	if isEmpty(f.Default) {
		return Flow(f.example(0))
	}
	return Flow(f.Default)
}

// beside are the values that the schema gives for beside the field and the sections that hold it.
func (f *Field) beside() map[string]string {
	values := map[string]string{}
	for at := f; at != nil; at = at.parent {
		eachField(at.keywords["x-beside"], func(path string, value *yaml.Node) { values[path] = value.Value })
	}
	return values
}

// wrongValue is one that no field of this type takes: a slip that people make.
func (f *Field) wrongValue() string {
	switch {
	case f.Form == Map:
		return "{a: text}"
	case f.Form == Section:
		return "{}"
	case f.has("enum"):
		return strings.ToUpper(f.Choices()[0])
	case f.has("x-minimum"):
		return "10" // of what?
	case f.has("maximum"):
		return oneMore(f.text("maximum"))
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

// oneMore is the number after the last that is allowed.
func oneMore(most string) string {
	number, err := strconv.Atoi(most)
	if err != nil {
		return "many"
	}
	return strconv.Itoa(number + 1)
}
