package spec_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/spec"
)

// withoutDefault are the fields that have no default in the schema: the
// required ones, those that follow another field, and those whose absence means
// something that no value says.
var withoutDefault = []string{
	"version", "name", "upstream.url", "retry.maxAttempts",
	"retry.deadline", "egress.count", "retry.idempotency.header",
}

// TestFieldsMatchSchema: Spec and the schema have the same fields.
func TestFieldsMatchSchema(t *testing.T) {
	var schema []string
	for _, f := range schemaFields(t) {
		schema = append(schema, f.path)
	}
	code := fieldsOf(reflect.TypeFor[spec.Spec](), "")
	code = slices.DeleteFunc(code, func(path string) bool { return path == "triggers.schedules[].request.bodyFrom" })
	slices.Sort(schema)
	slices.Sort(code)
	if diff := cmp.Diff(schema, code); diff != "" {
		t.Errorf("fields (-schema +Spec):\n%s", diff)
	}
}

// fieldsOf lists a struct's fields as a spec writes them.
func fieldsOf(of reflect.Type, path string) []string {
	var paths []string
	for i := range of.NumField() {
		field := of.Field(i)
		inner := strings.TrimPrefix(path+"."+specName(field.Name), ".")
		paths = append(paths, inner)
		switch at := field.Type; {
		case at.Kind() == reflect.Struct:
			paths = append(paths, fieldsOf(at, inner)...)
		case at.Kind() == reflect.Slice && at.Elem().Kind() == reflect.Struct && at.Elem().PkgPath() == reflect.TypeFor[spec.Spec]().PkgPath():
			paths = append(paths, fieldsOf(at.Elem(), inner+"[]")...)
		}
	}
	return paths
}

// specName is a Go name in the spelling of a spec.
func specName(name string) string {
	switch name {
	case "URL", "CORS":
		return strings.ToLower(name)
	}
	return strings.ToLower(name[:1]) + strings.ReplaceAll(name[1:], "URL", "Url")
}

// TestDefaultsMatchSchema: a default is the same in the schema and in Default.
func TestDefaultsMatchSchema(t *testing.T) {
	for _, f := range schemaFields(t) {
		if f.isSection() || strings.Contains(f.path, "[]") {
			continue
		}
		t.Run(f.path, func(t *testing.T) {
			want, documented := f.keywords["default"]
			if documented == slices.Contains(withoutDefault, f.path) {
				t.Fatalf("has a default in the schema: %t", documented)
			}
			got := fieldValue(reflect.ValueOf(spec.Default()), f.path)
			if !documented {
				if !got.IsZero() && f.path != "version" {
					t.Errorf("Default has %v, the schema none", got)
				}
				return
			}
			if diff := cmp.Diff(asJSON(t, want), asJSON(t, specValue(got))); diff != "" {
				t.Errorf("default (-schema +Default):\n%s", diff)
			}
		})
	}
}

// fieldValue follows a path of the spec through its Go value.
func fieldValue(at reflect.Value, path string) reflect.Value {
	for name := range strings.SplitSeq(path, ".") {
		at = at.FieldByNameFunc(func(field string) bool { return specName(field) == name })
	}
	return at
}

// specValue is a Go value as a spec writes it.
func specValue(value reflect.Value) any {
	if d, ok := value.Interface().(time.Duration); ok {
		return d
	}
	if value.Kind() == reflect.Slice && value.IsNil() {
		return []any{}
	}
	if value.Kind() == reflect.Map && value.IsNil() {
		return map[string]any{}
	}
	return value.Interface()
}

func asJSON(t *testing.T, value any) string {
	t.Helper()
	if text, ok := value.(string); ok {
		if d, err := time.ParseDuration(text); err == nil {
			value = d
		}
	}
	if d, ok := value.(time.Duration); ok {
		value = d.String()
	}
	out, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// TestSchemaExamples: every example of the schema is accepted where it stands.
func TestSchemaExamples(t *testing.T) {
	for _, f := range schemaFields(t) {
		if f.keywords["description"] == nil {
			t.Errorf("%s has no description", f.path)
		}
		if f.isSection() && f.keywords["default"] == nil {
			continue
		}
		examples, _ := f.keywords["examples"].([]any)
		if len(examples) == 0 {
			t.Errorf("%s has no example", f.path)
		}
		for _, example := range examples {
			t.Run(f.path+"="+flow(example), func(t *testing.T) {
				_, findings := spec.Parse("spec.yaml", specWith(t, f.path, example))
				for _, finding := range findings {
					if finding.Severity == spec.Error {
						t.Error(finding)
					}
				}
			})
		}
	}
}

// specWith is a small spec with one field set.
func specWith(t *testing.T, path string, value any) []byte {
	t.Helper()
	request := func() map[string]any { return map[string]any{"method": "POST", "path": "/"} }
	root := map[string]any{
		"version": 1, "name": "acme",
		"upstream": map[string]any{"url": "https://api.acme.example"},
		"retry":    map[string]any{"maxAttempts": 3},
		"triggers": map[string]any{
			"schedules": []any{map[string]any{"name": "at", "expression": "rate(1 day)", "request": request()}},
			"events":    []any{map[string]any{"name": "on", "pattern": map[string]any{"source": []any{"shop"}}, "request": request()}},
		},
	}
	for at, value := range companions[path] {
		set(root, at, value)
	}
	set(root, path, value)
	src, err := json.Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// companions are what a field's example needs beside it.
var companions = map[string]map[string]any{
	"retry.rateLimit.statusCodes":         {"retry.retryableStatusCodes": []any{403, 429}},
	"retry.backoff.initialDelay":          {"retry.backoff.maxDelay": "1h"},
	"triggers.functionUrl.cors.methods":   {"triggers.functionUrl.cors.origins": []any{"*"}},
	"triggers.functionUrl.cors.headers":   {"triggers.functionUrl.cors.origins": []any{"*"}},
	"triggers.functionUrl.cors.maxAge":    {"triggers.functionUrl.cors.origins": []any{"*"}},
	"triggers.schedules[].request.method": {},
}

func set(at map[string]any, path string, value any) {
	name, rest, inner := strings.Cut(path, ".")
	if !inner {
		at[name] = value
		return
	}
	if list, isList := strings.CutSuffix(name, "[]"); isList {
		set(at[list].([]any)[0].(map[string]any), rest, value)
		return
	}
	if at[name] == nil {
		at[name] = map[string]any{}
	}
	set(at[name].(map[string]any), rest, value)
}

// TestEveryFieldHasARule: each field that can be wrong has its rule, and each
// rule of that form has its field.
func TestEveryFieldHasARule(t *testing.T) {
	known := map[string]bool{}
	for _, r := range spec.Rules() {
		if known[r.Name] {
			t.Errorf("the rule %s is there twice", r.Name)
		}
		known[r.Name] = true
	}
	for _, f := range schemaFields(t) {
		if f.isSection() || f.keywords["type"] == nil {
			continue
		}
		_, findings := spec.Parse("spec.yaml", specWith(t, f.path, map[string]any{"wrong": []any{}}))
		if f.keywords["type"] == "object" {
			_, findings = spec.Parse("spec.yaml", specWith(t, f.path, 1))
		}
		rules := map[string]bool{}
		for _, finding := range findings {
			rules[finding.Rule] = true
		}
		want := strings.ToLower(strings.NewReplacer("[]", "", ".", "-").Replace(upperToKebab(f.path)))
		if !known[want] || !rules[want] {
			t.Errorf("%s: want the rule %s in the table and in %v", f.path, want, fmt.Sprint(rules))
		}
	}
}

func upperToKebab(path string) string {
	var out strings.Builder
	for _, r := range path {
		if r >= 'A' && r <= 'Z' {
			out.WriteByte('-')
		}
		out.WriteRune(r)
	}
	return out.String()
}
