package spec_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/spec"
)

// TestRulesThatAnAnswerMakesSlow: what all rules together may take, and where it is said.
func TestRulesThatAnAnswerMakesSlow(t *testing.T) {
	oneOf := func(n int, form string) string {
		var all []string
		for i := range n {
			all = append(all, fmt.Sprintf(form, i))
		}
		return "[" + strings.Join(all, ", ") + "]"
	}
	paths := func(n int, value string) string {
		var all []string
		for i := range n {
			all = append(all, fmt.Sprintf("'$.a[%d]': %s", i, value))
		}
		return "{" + strings.Join(all, ", ") + "}"
	}
	for _, test := range []struct{ name, when, want string }{ // want: the path below when; "" for none
		{"words", `{body: {matches: '(?i)secondary rate limit|abuse detection|too many (requests|calls)'}}`, ""},
		{"any letters between words", `{body: {matches: '(?i)quota.*(exceeded|exhausted)'}}`, ""},
		{"numbers", `{body: {matches: '\d{4}-\d{2}-\d{2}|retry in \d+ (seconds|minutes)'}}`, ""},
		{"a long value from its beginning", `{json: {$.id: {matches: '^[0-9a-f]{64}$'}}}`, ""},
		{"a repeated letter", `{body: {matches: 'a{900}b'}}`, "body"},
		{"a repeated letter, by its line", `{body: {matches: '(?m)^a{900}b'}}`, "body"},
		{"a count of any letters", `{body: {matches: 'quota.{0,99}exceeded'}}`, "body"},
		{"many sets of places", `{body: {matches: '(a|b)*a(a|b){40}'}}`, "body"},
		{"letters of all languages", `{body: {matches: '\pL{30}1'}}`, "body"},
		{"a header, which is shorter", `{header: {x-a: {matches: 'a{50}b'}}}`, ""},
		{"a header", `{header: {x-a: {matches: 'a{99}b'}}}`, "header.x-a"},
		{"a value", `{json: {'$.a[*][*]': {matches: 'a{50}b'}}}`, `json["$.a[*][*]"]`},
		{"patterns together", `{body: {matches: ['a{22}b', 'a{22}c']}}`, "body"},
		{"a text", `{body: {contains: "` + strings.Repeat("a", 250) + `"}}`, ""},
		{"texts of a body", `{body: {contains: ` + oneOf(400, strings.Repeat("a", 30)+"%03d") + `}}`, ""},
		{"texts of values", `{json: {'$[*]': {contains: ` + oneOf(400, "a%03d") + `}}}`, `json["$[*]"]`},
		{"however many values", `{json: {'$[*].code': ` + oneOf(50, "1%03d") + `}}`, ""},
		{"paths", `{json: ` + paths(10, "x") + `}`, ""},
		{"numbers that are compared", `{json: ` + paths(10, "{lessThan: 1}") + `}`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, findings := spec.Parse("spec.yaml", []byte(ruled("{when: "+test.when+", is: rejected}", "")))
			got := ""
			for _, f := range findings {
				got += strings.TrimPrefix(f.Path, "retry.rules[0].when.")
				if f.Rule != "rules-too-slow" || !strings.Contains(f.Message, " of an egress") {
					t.Errorf("found %s: %s", f.Rule, f.Message)
				}
			}
			if got != test.want {
				t.Errorf("found at %q, want %q: %v", got, test.want, findings)
			}
		})
	}
}

// TestCostIsOfAllRules: the condition that is too much is named, with what those before it
// take of an answer with the same status. What rules about other statuses look for costs it
// nothing.
func TestCostIsOfAllRules(t *testing.T) {
	const patterns = `, body: {matches: 'a{15}%[1]d'}}`
	for _, test := range []struct{ name, when, want string }{ // %[1]d: the rule's number, %[2]d: 0 or 1 by turns
		{"paths", `{status: 404, json: {$.a: %[1]d, $.b: x, $.c: true}}`, ""},
		{"patterns", `{status: 404` + patterns,
			"retry.rules[2].when.body: an answer that is made for it can take 56ms of an egress, and the conditions before it " +
				"that a 404 can meet 112ms; "},
		{"comparisons", `{status: 404, json: {$.a: {lessThan: %[1]d}, $.b: {lessThan: 1}, $.c: {lessThan: 1}}}`,
			`retry.rules[5].when.json["$.b"]: an answer that is made for it can take 9ms of an egress, and the conditions before it ` +
				`that a 404 can meet 144ms; `},
		{"patterns, each for a status", `{status: 40%[1]d` + patterns, ""},
		{"patterns for two statuses", `{status: 40%[2]d` + patterns,
			"retry.rules[4].when.body: an answer that is made for it can take 56ms of an egress, and the conditions before it " +
				"that a 400 can meet 112ms; "},
		{"patterns for one status and for all", `{status: [40%[1]d, 409]` + patterns,
			"retry.rules[2].when.body: an answer that is made for it can take 56ms of an egress, and the conditions before it " +
				"that a 409 can meet 112ms; "},
		{"patterns for any status", `{header: {x-a: "%[1]d"}` + patterns,
			"retry.rules[2].when.body: an answer that is made for it can take 56ms of an egress, and the conditions before it " +
				"that a 200 can meet 112ms; "},
	} {
		t.Run(test.name, func(t *testing.T) {
			var rules []string
			for i := range 7 {
				rules = append(rules, fmt.Sprintf("{when: "+test.when+", is: transient}%[3]s", i, i%2, ""))
			}
			_, findings := spec.Parse("spec.yaml", []byte(ruled(strings.Join(rules, "\n"), "")))
			got := ""
			for _, f := range findings {
				if f.Rule == "rules-too-slow" {
					got += f.Path + ": " + f.Message
				}
			}
			if test.want == "" && got != "" || !strings.HasPrefix(got, test.want) {
				t.Errorf("found %q, want %q", got, test.want)
			}
		})
	}
}
