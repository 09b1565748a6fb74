package engine

import (
	"bytes"
	"encoding/json"
	"regexp"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// placeholder is ${Name} of DefinitionSubstitutions.
var placeholder = regexp.MustCompile(`\$\{([^{}]*)\}`)

// substitute returns v with the placeholders of its strings replaced.
func (l *loader) substitute(at place, v jsonvalue.Value, values map[string]string) jsonvalue.Value {
	switch v.Kind() {
	case jsonvalue.String:
		return l.fill(at, v, values)
	case jsonvalue.Array:
		items := make([]jsonvalue.Value, 0, v.Len())
		for item := range v.Items() {
			items = append(items, l.substitute(at.item(len(items)), item, values))
		}
		return jsonvalue.OfArray(items...)
	case jsonvalue.Object:
		members := make([]jsonvalue.Member, 0, v.Len())
		for name, member := range v.Members() {
			l.refusePlaceholder(at.member(name), name)
			filled := l.substitute(at.member(name), member, values)
			members = append(members, jsonvalue.Member{Name: name, Value: filled})
		}
		return jsonvalue.OfObject(members...)
	default:
		return v
	}
}

func (l *loader) fill(at place, v jsonvalue.Value, values map[string]string) jsonvalue.Value {
	if !placeholder.MatchString(v.Text()) {
		return v
	}
	return jsonvalue.OfString(placeholder.ReplaceAllStringFunc(v.Text(), func(match string) string {
		name := match[2 : len(match)-1]
		filled, ok := values[name]
		if !ok {
			l.findf(at, "the placeholder %s has no value: add %q to the substitutions", match, name)
		}
		return filled
	}))
}

func (l *loader) refusePlaceholder(at place, name string) {
	if placeholder.MatchString(name) {
		l.findf(at, "a placeholder in the name of a field is not implemented by this engine: write the name itself")
	}
}

// findDuplicates looks for objects with two members of one name: a parser silently
// keeps one of them. The text is known to be JSON.
func (l *loader) findDuplicates(definition []byte) {
	d := json.NewDecoder(bytes.NewReader(definition))
	d.UseNumber()
	l.walk(d, "")
}

// walk reads one value.
func (l *loader) walk(d *json.Decoder, at place) {
	token, err := d.Token()
	if err != nil {
		return
	}
	switch token {
	case json.Delim('['):
		for i := 0; d.More(); i++ {
			l.walk(d, at.item(i))
		}
		_, _ = d.Token() // the closing bracket
	case json.Delim('{'):
		l.walkObject(d, at)
	}
}

func (l *loader) walkObject(d *json.Decoder, at place) {
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return
		}
		name, _ := token.(string)
		if seen[name] {
			l.findf(at.member(name), "the name is there twice: keep one")
		}
		seen[name] = true
		l.walk(d, at.member(name))
	}
	_, _ = d.Token() // the closing brace
}
