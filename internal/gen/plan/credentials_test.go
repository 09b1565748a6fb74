package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/spec"
)

// withCredentials plans a spec whose API is shown these.
func withCredentials(t *testing.T, credentials, limits string) *plan.Plan {
	t.Helper()
	file, findings := spec.Parse("spec.yaml", []byte("version: 1\nname: keys\nupstream: {url: 'https://api.example', limits: ["+limits+
		"], credentials: {"+credentials+"}}\nretry: {maxAttempts: 4, backoff: {jitter: none}, rateLimit: {scope: credential, maxWait: 10s}}\n"))
	if spec.HasErrors(findings) {
		t.Fatal(findings)
	}
	p, findings := plan.New(file)
	if spec.HasErrors(findings) {
		t.Fatal(findings)
	}
	return p
}

// With a credential for each egress, a limit per credential is one of one egress: another
// goes at once. Two secrets of one OAuth client are the same caller.
func TestACredentialForEachEgress(t *testing.T) {
	own := []string{"1 +0 limited now transient 1..1(10)", "2 +1 limited now transient 2..2(10)", "3 +2 limited 1..1(10) transient 4..4(10)",
		"4 +0 limited fail transient fail"}
	const key = "[{secret: a}, {secret: b}, {secret: c}]"
	const oauth = "oauth2: {tokenUrl: 'https://id.example', "
	for _, test := range []struct {
		name, credentials string
		own               bool
	}{
		{"a list", "query: {key: " + key + "}", true},
		{"a list beside one for all", "query: {key: " + key + "}, headers: {tenant: {parameter: t}}", true},
		{"one client each", oauth + "clientId: [a, b, c], clientSecret: " + key + "}", true},
		{"one client with three secrets", oauth + "clientId: a, clientSecret: " + key + "}", false},
		{"one for all", "query: {key: {secret: a}}", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := withCredentials(t, test.credentials, "")
			if got := p.Attempts[0].Policy.RateLimited; got.OwnCredentials != test.own || got.OfOneEgress(contract.ScopeCredential) != test.own {
				t.Errorf("the policy says %t", got.OwnCredentials)
			}
			if got := steps(p); test.own && cmp.Diff(own, got) != "" || !test.own && strings.Contains(strings.Join(got, ""), "now") {
				t.Errorf("steps %v", got)
			}
		})
	}
}

// TestPlanShowsCredentials by name, for each egress, and what they cost.
func TestPlanShowsCredentials(t *testing.T) {
	p := withCredentials(t, "ttl: 1m, headers: {x-key: [{secret: a, key: k}, {secret: b}]}, query: {q: {parameter: /p}}, "+
		"oauth2: {tokenUrl: 'https://id.example/t', clientId: me, clientSecret: {secret: a}}", "{requests: 5, window: 1s, per: credential}")
	want := `credentials (read by the egresses, kept for 1m):
  header x-key:
    egress 1: secret a (k)
    egress 2: secret b
  query parameter q: parameter /p
  OAuth 2 client id: me
  OAuth 2 client secret: secret a
  header authorization: a token of id.example
2 secrets: $0.80 a month, and for reading each at most $0.22 a month for every Lambda process that is always busy
`
	text := p.Text(0, false)
	if !strings.Contains(text, want) || !strings.Contains(text, "10 in 1s over 2 egresses, each with its own credential") {
		t.Errorf("want\n%s\n%s", want, text)
	}
	if diff := cmp.Diff([]string{"secret a (k)", "secret b"}, p.View().Credentials[0].From); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
