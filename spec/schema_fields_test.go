package spec_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/sfngen/sfngen/schema"
)

// schemaField is one field of the schema, with the keywords of what it refers to.
type schemaField struct {
	path     string
	required bool
	keywords map[string]any
}

// schemaFields reads the schema as text, in its own order. JSON is YAML, and a
// yaml.Node keeps the order of keys.
func schemaFields(t *testing.T) []schemaField {
	t.Helper()
	var document yaml.Node
	if err := yaml.Unmarshal(schema.JSON, &document); err != nil {
		t.Fatal(err)
	}
	root := document.Content[0]
	r := schemaReader{definitions: child(root, "$defs")}
	r.read(root, "")
	return r.fields
}

type schemaReader struct {
	definitions *yaml.Node
	fields      []schemaField
}

func (r *schemaReader) read(at *yaml.Node, path string) {
	properties := child(at, "properties")
	if properties == nil {
		return
	}
	var required []string
	if node := child(at, "required"); node != nil {
		_ = node.Decode(&required)
	}
	for i := 0; i+1 < len(properties.Content); i += 2 {
		name, field := properties.Content[i].Value, properties.Content[i+1]
		inner := strings.TrimPrefix(path+"."+name, ".")
		isRequired := false
		for _, key := range required {
			isRequired = isRequired || key == name
		}
		r.fields = append(r.fields, schemaField{inner, isRequired, r.keywords(field)})
		if items := child(field, "items"); items != nil && child(items, "properties") != nil {
			field, inner = items, inner+"[]"
		}
		r.read(field, inner)
	}
}

// keywords are a schema's own, over those of the definition that it refers to.
func (r *schemaReader) keywords(at *yaml.Node) map[string]any {
	keywords := map[string]any{}
	if ref := child(at, "$ref"); ref != nil {
		keywords = r.keywords(child(r.definitions, strings.TrimPrefix(ref.Value, "#/$defs/")))
	}
	own := map[string]any{}
	_ = at.Decode(&own)
	for key, value := range own {
		keywords[key] = value
	}
	if items := child(at, "items"); items != nil {
		keywords["items"] = r.keywords(items)
	}
	return keywords
}

func child(node *yaml.Node, key string) *yaml.Node {
	for i := 0; node != nil && i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i+1]
		}
	}
	return nil
}

func (f schemaField) isSection() bool {
	items, _ := f.keywords["items"].(map[string]any)
	return f.keywords["properties"] != nil || items["properties"] != nil
}

// flow is a value in one line of YAML.
func flow(value any) string {
	text, _ := json.Marshal(value)
	var node yaml.Node
	_ = yaml.Unmarshal(text, &node)
	setFlow(&node)
	out, _ := yaml.Marshal(&node)
	return strings.Join(strings.Fields(string(out)), " ")
}

func setFlow(node *yaml.Node) {
	node.Style = yaml.FlowStyle
	if node.Kind == yaml.ScalarNode {
		node.Style = 0
		if node.Value == "" {
			node.Style = yaml.DoubleQuotedStyle
		}
	}
	for _, inner := range node.Content {
		setFlow(inner)
	}
}

// typeText says what a field takes, as the page has it.
func (f schemaField) typeText() string { return typeText(f.keywords) }

func typeText(keywords map[string]any) string {
	text := map[any]string{"integer": "whole number", "number": "number", "boolean": "true or false", "array": "list",
		"object": "mapping", nil: "any value"}[hashable(keywords["type"])]
	switch {
	case keywords["x-minimum"] != nil:
		return fmt.Sprintf("duration, %v to %v", keywords["x-minimum"], keywords["x-maximum"])
	case keywords["enum"] != nil:
		return "one of " + codes(keywords["enum"].([]any))
	case keywords["const"] != nil:
		return fmt.Sprintf("always `%v`", keywords["const"])
	case keywords["items"] != nil:
		return "list; each " + typeText(keywords["items"].(map[string]any))
	case keywords["patternErrorMessage"] != nil:
		text = fmt.Sprint(keywords["patternErrorMessage"])
	case keywords["minimum"] != nil:
		text += fmt.Sprintf(", %v to %v", keywords["minimum"], keywords["maximum"])
	}
	if keywords["maxLength"] != nil {
		text += fmt.Sprintf(", at most %v characters", keywords["maxLength"])
	}
	return text
}

func hashable(types any) any {
	if _, isList := types.([]any); isList {
		return "text"
	}
	return types
}

func codes(values []any) string {
	var texts []string
	for _, value := range values {
		texts = append(texts, fmt.Sprintf("`%v`", value))
	}
	return strings.Join(texts, ", ")
}
