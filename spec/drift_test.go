package spec_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/spec"
)

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
