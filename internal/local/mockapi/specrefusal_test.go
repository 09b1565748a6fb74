package mockapi

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/spec"
)

// TestSpecRefusal: an answer that fulfils the conditions of a rule, whatever they are.
func TestSpecRefusal(t *testing.T) {
	per := func(scope string) string {
		return `{"name": "r", "is": "rateLimited", "scope": "` + scope + `", "when": `
	}
	for _, test := range []struct {
		name, rules string
		methods     string
		want        Refusal
	}{
		{"no rule", ``, "GET", Refusal{Code: 429}},
		{"a rule of another meaning", `{"name": "r", "is": "rejected", "when": {"status": [403]}}`, "GET", Refusal{Code: 429}},
		{"a status", per("ip") + `{"status": [403]}}`, "GET", Refusal{Code: 403}},
		{"the usual one of several", per("ip") + `{"status": [403, 429]}}`, "GET", Refusal{Code: 429}},
		{"a success", per("ip") + `{"status": [200], "json": [{"path": "$.errors[*].extensions.code", "equals": ["THROTTLED"]}]}}`, "GET",
			Refusal{Code: 200, Body: []byte(`{"errors":[{"extensions":{"code":"THROTTLED"}}]}`)}},
		{"headers", per("ip") + `{"header": [{"name": "x-left", "lessThan": 1}, {"name": "x-why", "contains": ["burst"]},
			{"name": "retry-after", "exists": false}, {"name": "x-any", "exists": true}]}}`, "GET",
			Refusal{Code: 429, Header: http.Header{"X-Left": {"0"}, "X-Why": {"burst"}, "Retry-After": nil, "X-Any": {"1"}}}},
		{"words of a body", per("ip") + `{"body": {"contains": ["a", "b"]}}}`, "GET", Refusal{Code: 429, Body: []byte("a")}},
		{"a pattern of a body", per("ip") + `{"body": {"matches": ["(?i)^\\s*quota (of|per) [0-9]{2}\\w+ .*(day|week)\\b"]}}}`, "GET",
			Refusal{Code: 429, Body: []byte("QUOTA OF 00a DAY")}},
		{"several values", per("ip") + `{"json": [{"path": "$.a.b", "equals": [7]}, {"path": "$.a.c[2]", "atLeast": 3, "lessThan": 4},
			{"path": "$.d", "exists": false}], "body": {"contains": ["slow down"]}}}`, "GET",
			Refusal{Code: 429, Body: []byte(`{"a":{"b":7,"c":[null,null,3]},"message":"slow down"}`)}},
		{"a list at the top", per("ip") + `{"json": [{"path": "$[1].code", "matches": ["^E\\d+$"]}]}}`, "GET",
			Refusal{Code: 429, Body: []byte(`[null,{"code":"E0"}]`)}},
		{"what the limit counts", per("credential") + `{"status": [403]}}, {"name": "s", "is": "rateLimited", "scope": "ip", "when": ` +
			`{"status": [420]}}`, "GET", Refusal{Code: 420, Rule: "s"}},
		{"what cannot be", per("ip") + `{"body": {"matches": ["a\\Bb\\b c"], "contains": ["\u0000"]}, "json": [{"path": "$", "equals": [1]}]}}`,
			"GET", Refusal{Code: 429}},
		{"another rule takes it", `{"name": "q", "is": "rejected", "when": {"body": {"contains": ["limit"]}}}, ` + per("ip") +
			`{"body": {"contains": ["limit of"]}}}`, "GET", Refusal{Code: 429}},
		{"another method", per("ip") + `{"status": [403], "method": ["POST"]}}`, "GET POST", Refusal{Code: 429}},
		{"a body, which HEAD has none of", per("ip") + `{"body": {"contains": ["a"]}}}`, "GET HEAD", Refusal{Code: 429, Body: []byte("a")}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := contract.Policy{RateLimited: contract.RateLimited{
				StatusCodes: contract.StatusCodes{{From: 429, To: 429}}, Scope: contract.ScopeIP}}
			if err := json.Unmarshal([]byte("["+test.rules+"]"), &p.Rules); err != nil {
				t.Fatal(err)
			}
			got := SpecRefusal(p, spec.Limit{Per: contract.ScopeIP}, strings.Fields(test.methods))
			if test.want.Rule == "" && (test.want.Code != 429 || test.want.Body != nil || test.want.Header != nil || got.Rule != "") {
				test.want.Rule = "r"
			}
			if len(got.Header) == 0 {
				got.Header = nil
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
