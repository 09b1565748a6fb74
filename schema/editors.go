package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// ForEditors is the schema as editors get it: with the fields of the environments, which
// are those of the spec again, where nothing is required and null is allowed. What is
// required outside may stand in each environment instead. sfngen itself checks an
// environment laid over the spec, and so states each field once.
func ForEditors() []byte {
	var root map[string]any
	decoder := json.NewDecoder(bytes.NewReader(JSON))
	decoder.UseNumber() // they stay as they are written
	if err := decoder.Decode(&root); err != nil {
		panic(err) // the schema is part of the program
	}
	text := string(JSON)
	for _, change := range []struct{ from, to string }{
		{rootRequired(root), `"required": ["version", "name"],` + "\n" + `  "if": {"not": {"required": ["environments"]}},` + "\n" +
			`  "then": ` + inline(required(root)) + ","},
		{`"type": "object",` + "\n        " + `"x-overlay": true`, `"type": ["object", "null"],` + "\n        " + `"allOf": [` +
			inline(overlaySchema(root)) + `]`},
	} {
		if strings.Count(text, change.from) != 1 {
			panic("the schema has not once: " + change.from)
		}
		text = strings.Replace(text, change.from, change.to, 1)
	}
	return []byte(requiredInSection.ReplaceAllString(text, ""))
}

// requiredInSection is the keyword in a section of the spec, by its indentation.
var requiredInSection = lazyregexp.New(`(?m)^      "required": \[[^\n]*\],\n`)

func rootRequired(root map[string]any) string {
	return fmt.Sprintf(`"required": %s,`, strings.ReplaceAll(inline(root["required"]), `","`, `", "`))
}

// required is what a spec without environments must have.
func required(root map[string]any) map[string]any {
	sections := map[string]any{}
	for name, section := range properties(root) {
		if keys := section.(map[string]any)["required"]; keys != nil {
			sections[name] = map[string]any{"required": keys}
		}
	}
	return map[string]any{"required": root["required"], "properties": sections}
}

// overlaySchema is that of an environment.
func overlaySchema(root map[string]any) map[string]any {
	fields := map[string]any{"keepName": true}
	for name, field := range properties(root) {
		if !slices.Contains([]string{"version", "name", "environments"}, name) {
			fields[name] = overlaid(field.(map[string]any), root)
		}
	}
	return map[string]any{"additionalProperties": false, "properties": fields}
}

// overlaid is the schema of a field in an environment. A list replaces the one of the spec
// as a whole: its items stay as they are.
func overlaid(field, root map[string]any) map[string]any {
	field = maps.Clone(field)
	if name, isRef := field["$ref"].(string); isRef { // what refers to it takes no null
		definition := root["$defs"].(map[string]any)[strings.TrimPrefix(name, "#/$defs/")].(map[string]any)
		delete(field, "$ref")
		inner := maps.Clone(definition)
		maps.Copy(inner, field)
		return overlaid(inner, root)
	}
	delete(field, "required")
	delete(field, "default") // it is what the spec says outside
	switch kind := field["type"].(type) {
	case string:
		field["type"] = []any{kind, "null"}
	case []any:
		field["type"] = append(slices.Clone(kind), "null")
	}
	for _, keyword := range []string{"enum", "oneOf"} {
		if choices, ok := field[keyword].([]any); ok {
			field[keyword] = append(slices.Clone(choices), map[string]any{"enum": nil, "oneOf": map[string]any{"type": "null"}}[keyword])
		}
	}
	if values, ok := field["additionalProperties"].(map[string]any); ok {
		field["additionalProperties"] = overlaid(values, root)
	}
	if inner := properties(field); inner != nil {
		fields := map[string]any{}
		for name, field := range inner {
			fields[name] = overlaid(field.(map[string]any), root)
		}
		field["properties"] = fields
	}
	return field
}

func properties(of map[string]any) map[string]any {
	fields, _ := of["properties"].(map[string]any)
	return fields
}

// inline is a value as JSON in one line.
func inline(value any) string {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // it was JSON
	}
	return strings.TrimSpace(text.String())
}
