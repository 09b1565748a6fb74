package spec

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSectionsBreakARule: what is wrong with a section as a whole has a rule that explain knows.
func TestSectionsBreakARule(t *testing.T) {
	var limits, rules []string
	for i := range 21 {
		limits = append(limits, fmt.Sprintf("{requests: %d, window: %ds, per: ip}", 10+i, 1+i))
		rules = append(rules, fmt.Sprintf("{when: {status: %d}, is: rejected}", 400+i))
	}
	tests := []struct{ name, limits, rules, want string }{
		{"too many limits", strings.Join(limits, ", "), "", "upstream.limits: must hold at most 8, got 21"},
		{"too many rules", "", strings.Join(rules, ", "), "retry.rules: must hold at most 20, got 21"},
		{"no condition", "", "{when: {}, is: rejected}", "retry.rules[0].when: must not be empty"},
		{"no condition on the body", "", "{when: {status: 403, body: {}}, is: rejected}", "retry.rules[0].when.body: must not be empty"},
		{"no list", "", "{when: [{status: 403}], is: rejected}", "retry.rules[0].when: must be a mapping of keys to values, got a list"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, got := Parse("spec.yaml", []byte("version: 1\nname: acme\nupstream: {url: https://api.acme.example, limits: ["+test.limits+
				"]}\nretry: {maxAttempts: 3, rules: ["+test.rules+"]}\n"))
			if len(got) != 1 {
				t.Fatalf("got %v, want one finding", got)
			}
			if diff := cmp.Diff(test.want+" [wrong-shape]", got[0].Path+": "+got[0].Message+" ["+got[0].Rule+"]"); diff != "" {
				t.Errorf("finding (-want +got):\n%s", diff)
			}
		})
	}
}
