package docs

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const page = "# Rules\n\nWords.\n\n## One group\n\nWords with `code`.\n\n### `a-rule`\n\nwarning: a rule\n\n`Why`, in\n" +
	"two lines.\n\nAnd more.\n\n```diff\n a: 1\n-- b: 2\n+- c: 3\n```\n\n```text\nspec.yaml:2:1: warning: x [a-rule]\n```\n\n" +
	"### `no-mend`\n\nerror: another\n\nWhy.\n\n```json from AWS\n{}\n```\n\n```text\n```\n\n" +
	"### `in-another-form`\n\nerror: it has no reason\n\n```yaml\na: 1\n```\n\n```text\nx\n```\n"

func TestParseRules(t *testing.T) {
	want := []Rule{
		{
			Name: "a-rule", Severity: "warning", Group: "One group", Words: "a rule", Why: "`Why`, in\ntwo lines.\n\nAnd more.",
			Breaks: "a: 1\n- b: 2\n", Mended: "a: 1\n- c: 3\n", Says: "spec.yaml:2:1: warning: x [a-rule]\n",
			Link: "https://github.com/sfngen/sfngen/blob/main/docs/rules.md#a-rule",
		},
		{
			Name: "no-mend", Severity: "error", Group: "One group", Words: "another", Why: "Why.", Form: FormAWS, Breaks: "{}\n",
			Link: "https://github.com/sfngen/sfngen/blob/main/docs/rules.md#no-mend",
		},
	}
	if diff := cmp.Diff(want, ParseRules(page)); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
}

// TestLinksSayWhereTheyLead: a terminal shows the words of a link alone.
func TestLinksSayWhereTheyLead(t *testing.T) {
	link := regexp.MustCompile(`\[([^\]]+)\]\(([a-z-]+\.md)[^)]*\)`)
	for _, r := range Rules() {
		for _, of := range link.FindAllStringSubmatch(r.Words+" "+r.Why, -1) {
			if of[1] != "docs/"+of[2] && of[1] != "`"+of[2]+"`" {
				t.Errorf("%s: write [docs/%s](%s…), or what explain shows is %q", r.Name, of[2], of[2], of[1])
			}
		}
	}
}

// TestRulesHaveTheirFields: where the page has the table, the rules of fields stand in its place.
func TestRulesHaveTheirFields(t *testing.T) {
	const rest = "\n## Fields\n\n| rule |\n|---|\n\n## Last\n\n### `z`\n\nerror: z\n\nWhy.\n\n```yaml\na: 1\n```\n\n```text\nx\n```\n"
	rules := ParseRules(page + rest)
	if n := len(rules); n < 50 || rules[2].Name != "version" || rules[n-1].Name != "z" {
		t.Fatalf("%d rules, from %v to %v", n, rules[2], rules[n-1])
	}
	for _, r := range rules[2 : len(rules)-1] {
		if r.Group != FieldGroup || r.Why == "" || r.Breaks == r.Mended || !strings.HasSuffix(r.Link, "#"+r.Name) {
			t.Errorf("%+v", r)
		}
	}
}
