package stack_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/spec"
)

// base is a spec; tests put environments behind it.
const base = `version: 1
name: acme
upstream: {url: https://api.acme.example}
retry: {maxAttempts: 3}
triggers: {functionUrl: {auth: none, concurrency: 5}}
`

// A comment that silences a warning stands where the warning points to, and is unused only
// if it silences nothing in any environment.
func TestIgnoresInEnvironments(t *testing.T) {
	const open = " # sfngen:ignore open-function-url the API wants a key of its own"
	const wrap = " # sfngen:ignore attempts-wrap the limit is short"
	withIgnore := strings.Replace(base, "concurrency: 5}}", "concurrency: 5}}"+open, 1)
	tests := []struct {
		name, src string
		only      []string
		want      []string
	}{
		{"outside, for all", withIgnore + "environments: {dev: , prod: }\n", nil, nil},
		{"outside, used in one only", withIgnore + "environments: {dev: {triggers: null}, prod: }\n", nil, nil},
		{"outside, used in none",
			withIgnore + "environments: {dev: {triggers: null}, prod: {triggers: {functionUrl: {auth: iam}}}}\n", nil,
			[]string{"ignore-unused spec.yaml:5:55"}},
		{"in an environment", withIgnore + "environments:\n  dev:\n  prod: {egress: {count: 2}}\n  test:\n    egress: {count: 2}" + wrap + "\n",
			nil, []string{"attempts-wrap spec.yaml:4:22 prod,test", "ignore-unused spec.yaml:10:24"}},
		{"in an environment that is used there",
			withIgnore + "environments:\n  dev:\n  prod: {retry: {maxAttempts: 4}, egress: {count: 2}}" + wrap + "\n", nil, nil},
		{"one is not looked at", withIgnore + "environments: {dev: {triggers: null}, prod: }\n", []string{"dev"}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, findings := stack.LoadAll([]stack.Source{{Name: "spec.yaml", Text: []byte(test.src)}}, test.only...)
			var got []string
			for _, f := range spec.Open(findings) {
				place, _, _ := strings.Cut(f.String(), ": ")
				got = append(got, strings.TrimSpace(f.Rule+" "+place+" "+strings.Join(f.Environments, ",")))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// What only the plan or the files show names the environments, too. One with errors does
// not count as one in which all is well.
func TestFindingsOfThePlanNameEnvironments(t *testing.T) {
	src := strings.Replace(base, "{maxAttempts: 3}", "{maxAttempts: 3, deadline: 30s}", 1)
	tests := []struct{ environments, want string }{
		{"environments: {dev: , prod: }", ""},
		{"environments: {dev: {retry: {deadline: null}}, prod: , test: }", "prod,test"},
		{"environments: {dev: {egress: {count: 0}}, prod: , test: }", ""},
	}
	for _, test := range tests {
		_, findings := stack.LoadAll([]stack.Source{{Name: "spec.yaml", Text: []byte(src + test.environments + "\n")}})
		found := 0
		for _, f := range findings {
			if f.Rule == "attempts-cut-off" {
				found++
				if got := strings.Join(f.Environments, ","); got != test.want {
					t.Errorf("%s: in %q, want %q", test.environments, got, test.want)
				}
			}
		}
		if found != 1 {
			t.Errorf("%s: said %d times", test.environments, found)
		}
	}
}

// Logical IDs are the same in all environments; every name in AWS is that of one.
func TestNamesOfEnvironments(t *testing.T) {
	src := base + "environments: {dev: , prod: {keepName: true}}\n"
	stacks, findings := stack.LoadAll([]stack.Source{{Name: "spec.yaml", Text: []byte(src)}})
	if spec.HasErrors(findings) || len(stacks) != 2 {
		t.Fatal(len(stacks), findings)
	}
	alone, _ := stack.Load("spec.yaml", []byte(base))
	dev, prod := stacks[0], stacks[1]
	if diff := cmp.Diff(string(alone.File(stack.TemplateFile)), string(prod.File(stack.TemplateFile))); diff != "" {
		t.Errorf("the template of the stack that keeps its name (-without environments +prod):\n%s", diff)
	}
	renamed := strings.ReplaceAll(string(dev.File(stack.TemplateFile)), "acme-dev", "acme")
	if diff := cmp.Diff(string(prod.File(stack.TemplateFile)), renamed); diff != "" {
		t.Errorf("the template of dev under the other name (-prod +dev):\n%s", diff)
	}
}
