// Package texts writes what people read of the schema: the fields of
// docs/spec.md, the commented spec of `sfngen init`, specs with every field, and
// the rules of single fields, which `sfngen explain` shows too. Tests compare these with
// the files that hold them, and rewrite the files with SFNGEN_UPDATE=1.
package texts

import (
	"slices"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"

	"github.com/sfngen/sfngen/schema"
)

// Field is a field of a spec, as the schema states it.
type Field struct {
	Name     string // its key
	Path     string // as in "triggers.schedules[].name"
	Required bool
	Words    string // for docs/spec.md and editors
	Comment  string // for the spec of `sfngen init`
	// InsteadOf is the field beside it that cannot be written together with it.
	InsteadOf string
	// WithType are the values of the field type beside it that this one goes with; nil: all.
	WithType []string
	// Ignore is the rule that a spec with this section breaks, and why it may; "" for none.
	Ignore string
	// Rule completes "upstream.url is …" where Go code checks more than the schema.
	Rule     string
	Default  *yaml.Node // nil: none
	Examples []*yaml.Node
	// Fields are those of a section, or of each section in a list or a map.
	Fields []*Field
	Form   Form

	parent   *Field
	keywords map[string]*yaml.Node
	inner    *Field // what a list or a map holds
}

// Form is how a field holds others.
type Form int

// The forms.
const (
	Leaf    Form = iota // it holds none
	Section             // a mapping with fixed keys
	List                // a list of sections
	Map                 // a mapping of the user's keys to sections
)

// IsItem reports whether the field is in an item of a list or in a value of a map.
func (f *Field) IsItem() bool {
	return strings.Contains(f.Path, "[]") || strings.Contains(f.Path, ".*")
}

// Fields are those of a whole spec in the order of the schema. They are read once, and
// nobody changes them.
func Fields() []*Field { return fields() }

var fields = sync.OnceValue(func() []*Field { return fieldsOf(schema.JSON) })

// fieldsOf reads a schema as YAML, which JSON is, because a yaml.Node keeps the order of keys.

func fieldsOf(text []byte) []*Field {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		panic(err) // the schema is part of the program
	}
	root := document.Content[0]
	r := reader{definitions: child(root, "$defs")}
	return r.fields(r.keywords(root), "")
}

// All are the fields and those in them, a section before its fields.
func All(fields []*Field) []*Field {
	var all []*Field
	for _, f := range fields {
		all = append(append(all, f), All(f.Fields)...)
	}
	return all
}

// reader reads the text of the schema.
type reader struct{ definitions *yaml.Node }

func (r reader) fields(of map[string]*yaml.Node, path string) []*Field {
	var fields []*Field
	required := texts(of["required"])
	eachField(of["properties"], func(name string, at *yaml.Node) {
		f := r.field(at, strings.TrimPrefix(path+"."+name, "."))
		f.Name = name
		f.Required = slices.Contains(required, name)
		fields = append(fields, f)
	})
	return fields
}

func (r reader) field(at *yaml.Node, path string) *Field {
	keywords := r.keywords(at)
	f := &Field{
		Path: path, keywords: keywords, Default: keywords["default"],
		Words: text(keywords["description"]), Comment: text(keywords["x-comment"]),
		InsteadOf: text(keywords["x-instead-of"]), Rule: text(keywords["x-rule"]), Ignore: text(keywords["x-ignore"]),
		WithType: texts(keywords["x-with-type"]),
		Fields:   r.fields(keywords, path), Examples: content(keywords["examples"]),
	}
	defer f.adopt()
	if len(f.Fields) > 0 {
		f.Form = Section
		return f
	}
	r.hold(f, keywords["items"], "[]", List)
	r.hold(f, keywords["additionalProperties"], ".*", Map)
	return f
}

// hold reads what a list or a map holds.
func (r reader) hold(f *Field, at *yaml.Node, step string, form Form) {
	if at == nil || at.Kind != yaml.MappingNode {
		return
	}
	f.inner = r.field(at, f.Path+step)
	f.Fields = f.inner.Fields
	if len(f.Fields) > 0 {
		f.Form = form
	}
}

func (f *Field) adopt() {
	for _, inner := range f.Fields {
		inner.parent = f
	}
}

// keywords are a schema's own, over those of the definition that it refers to.
// What the branches of a union hold counts as the union's own.
func (r reader) keywords(at *yaml.Node) map[string]*yaml.Node {
	keywords := map[string]*yaml.Node{}
	if name, ok := strings.CutPrefix(text(child(at, "$ref")), "#/$defs/"); ok {
		keywords = r.keywords(child(r.definitions, name))
	}
	eachField(at, func(name string, value *yaml.Node) { keywords[name] = value })
	for _, branch := range content(child(at, "oneOf")) {
		for name, value := range r.keywords(branch) {
			if keywords[name] == nil && slices.Contains([]string{"properties", "items", "additionalProperties"}, name) {
				keywords[name] = value
			}
		}
	}
	return keywords
}

func eachField(mapping *yaml.Node, visit func(name string, value *yaml.Node)) {
	for i := 0; mapping != nil && i+1 < len(mapping.Content); i += 2 {
		visit(mapping.Content[i].Value, mapping.Content[i+1])
	}
}

func child(mapping *yaml.Node, key string) *yaml.Node {
	var found *yaml.Node
	eachField(mapping, func(name string, value *yaml.Node) {
		if name == key {
			found = value
		}
	})
	return found
}

// text is a scalar as text; "" for nothing.
func text(node *yaml.Node) string {
	if node == nil {
		return ""
	}
	return node.Value
}

func content(list *yaml.Node) []*yaml.Node {
	if list == nil {
		return nil
	}
	return list.Content
}

func texts(list *yaml.Node) []string {
	var all []string
	for _, item := range content(list) {
		all = append(all, item.Value)
	}
	return all
}
