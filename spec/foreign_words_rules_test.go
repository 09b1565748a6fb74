package spec

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestWordsInRules: rules as other systems write them, each answered in one finding.
func TestWordsInRules(t *testing.T) {
	tests := []struct{ name, rule, want string }{
		{"if", "{if: {status: 403}, is: rejected}", "many rule systems; here it is retry.rules[0].when"},
		{"an action", "{when: {status: 403}, action: rejected}", "write retry.rules[0].is: rejected"},
		{"a condition without when", "{status: 403, is: rejected}",
			"retry.rules[0].status: is a word of a rule's when; here it is retry.rules[0].when.status; write retry.rules[0].when.status: 403"},
		{"a status code", "{when: {statusCode: 403}, is: rejected}", "write retry.rules[0].when.status: 403"},
		{"a wait", "{when: {status: 403}, is: rateLimited, wait: 10s}", "write retry.rules[0].minWait: 10s"},
		{"the longest wait", "{when: {status: 403}, is: rateLimited, maxWait: 10s}", "write retry.rateLimit.maxWait: 10s"},
		{"whom a limit counts", "{when: {status: 403}, is: rateLimited, per: ip}", "write retry.rules[0].scope: ip"},
		{"alternatives", "{when: {any_of: [{status: 403}]}, is: rejected}", "a second rule with the same is"},
		{"negation", "{when: {not: {status: 403}}, is: rejected}", "write an earlier rule for what is not meant"},
		{"nesting", "{when: {all: [{status: 403}]}, is: rejected}", "write them into when itself"},
		{"a path", "{when: {path: /orders, status: 403}, is: rejected}", "and not at the path"},
		{"a ban", "{when: {status: 403}, is: rejected, banFor: 10m}", "here it is retry.rules[0].coolDown"},
		{"a cool-down of whom", "{when: {status: 403}, is: rejected, coolDown: 10m}", "write {pool: 10m}"},
		{"a cool-down without an end", "{when: {status: 403}, is: rejected, coolDown: true}", "must be a mapping of keys to values, got true ["},
		{"a list of conditions", "{when: [{status: 403}, {status: 429}], is: rejected}", "or a second rule with the same is"},
		{"a body as a text", "{when: {body: too often}, is: rejected}", `write {contains: "too often"}`},
		{"a path without its beginning", "{when: {json: {error.code: 4}}, is: rejected}", "did you mean $.error.code?"},
		{"a pointer", "{when: {json: {/error/code: 4}}, is: rejected}", "did you mean $.error.code?"},
		{"an item", "{when: {json: {'[0].code': 4}}, is: rejected}", "did you mean $[0].code?"},
		{"no path at all", "{when: {json: {'a b?': 4}}, is: rejected}", `got "a b?" [`},
		{"a meaning", "{when: {status: 403}, is: throttled}", "did you mean rateLimited?"},
		{"no meaning", "{when: {status: 403}, is: blue}", `got "blue" [`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := findingsOfRule(test.rule)
			if len(got) != 1 || !strings.Contains(got[0].String(), test.want) {
				t.Errorf("got %v, want one finding with %q", got, test.want)
			}
		})
	}
}

// TestWaitsPath: a path in a list is helped as a key is.
func TestWaitsPath(t *testing.T) {
	_, got := Parse("spec.yaml", []byte("version: 1\nname: acme\nupstream: {url: https://api.acme.example}\n"+
		"retry: {maxAttempts: 3, rateLimit: {bodyWaits: [retry_after]}}\n"))
	if len(got) != 1 {
		t.Fatalf("got %v, want one finding", got)
	}
	if diff := cmp.Diff("did you mean $.retry_after?", got[0].Hint); diff != "" {
		t.Errorf("hint (-want +got):\n%s", diff)
	}
}

func findingsOfRule(rule string) []Finding {
	_, found := Parse("spec.yaml", []byte("version: 1\nname: acme\nupstream: {url: https://api.acme.example}\n"+
		"retry:\n  maxAttempts: 3\n  rules:\n    - "+rule+"\n"))
	return found
}

// TestExpressionWithoutQuotes: a regular expression goes without quotes on a line of its
// own, and not inside braces.
func TestExpressionWithoutQuotes(t *testing.T) {
	tests := []struct{ name, when, want string }{
		{"a question mark", `{body: {matches: (?i)banned|blocked}}`, `put it in quotes: "(?i)banned|blocked"`},
		{"a class later", `{status: 403, body: {matches: left [0-9]+}, method: GET}`, `put it in quotes: "left [0-9]+"`},
		{"of a header", `{header: {retry-after: {matches: ^[0-9]+$}}}`, `put it in quotes: "^[0-9]+$"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := findingsOfRule("{is: rejected, when: " + test.when + "}")
			if len(got) != 1 || got[0].Hint != test.want {
				t.Errorf("got %v, want %q", got, test.want)
			}
		})
	}
}
