package plan_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/spec"
)

// planned is the plan of a spec without errors.
func planned(t *testing.T, text string) *plan.Plan {
	t.Helper()
	file, findings := spec.Parse("spec.yaml", []byte(text))
	if spec.HasErrors(findings) {
		t.Fatalf("the test's own spec is wrong: %v\n%s", findings, text)
	}
	p, findings := plan.New(file)
	if spec.HasErrors(findings) {
		t.Fatalf("%v", findings)
	}
	return p
}

// TestCoordination: what a definition says of limits, and which contract it needs.
func TestCoordination(t *testing.T) {
	const head = "version: 1\nname: plan-test\n"
	const limits = "  limits: [{requests: 60, window: 1h, per: ip}, {requests: 2, window: 2s, per: credential, burst: 5}]\n"
	for _, c := range []struct {
		name, spec string
		want       *contract.Coordination
		contract   int
	}{
		{"none", head + "upstream:\n  url: https://a.example\n" + limits + "retry: {maxAttempts: 2}\n", nil, 2},
		{"without limits", head + "upstream: {url: https://a.example}\nretry: {maxAttempts: 2}\negress: {coordination: dynamodb}\n",
			&contract.Coordination{}, 5},
		{"limits", head + "upstream:\n  url: https://a.example\n" + limits + "retry: {maxAttempts: 2}\negress: {coordination: dynamodb}\n",
			&contract.Coordination{Limits: []contract.Limit{{Requests: 60, WindowSeconds: 3600, Per: contract.ScopeIP},
				{Requests: 2, WindowSeconds: 2, Per: contract.ScopeCredential, Burst: 5}}}, 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := planned(t, c.spec)
			for _, a := range p.Attempts {
				if diff := cmp.Diff(c.want, a.Policy.Coordination); diff != "" {
					t.Errorf("attempt %d (-want +got):\n%s", a.Number, diff)
				}
				if a.Policy.Contract != c.contract {
					t.Errorf("attempt %d: got contract %d, want %d", a.Number, a.Policy.Contract, c.contract)
				}
			}
			if p.Coordinates() != (c.want != nil) {
				t.Errorf("got %v", p.Coordinates())
			}
		})
	}
}

// TestCoordinatedTimes: each attempt has room for the table, and one wait comes before the
// first; every wait may be as long as maxWait, also that of an egress that was not used.
func TestCoordinatedTimes(t *testing.T) {
	const text = "version: 1\nname: plan-test\nupstream: {url: https://a.example}\n" +
		"retry: {maxAttempts: 2, attemptTimeout: 10s, rateLimit: {maxWait: 30s}, backoff: {jitter: none, initialDelay: 1s}}\n"
	alone, pool := planned(t, text), planned(t, text+"egress: {coordination: dynamodb}\n")
	for _, c := range []struct {
		what      string
		got, want time.Duration
	}{
		{"attempt alone", alone.Attempts[0].Limit, 15 * time.Second},
		{"attempt", pool.Attempts[0].Limit, 19 * time.Second},
		{"Lambda alone", alone.EgressTimeout, 13 * time.Second},
		{"Lambda", pool.EgressTimeout, 17 * time.Second},
		{"wait alone", alone.Attempts[0].RateLimited.Max, 0},
		{"wait", pool.Attempts[0].RateLimited.Max, 30 * time.Second},
		{"deadline", pool.Deadline, (30 + 19 + 30 + 19) * time.Second},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %s, want %s", c.what, c.got, c.want)
		}
	}
	if got := pool.Attempts[1].Policy.AttemptSeconds; got != 19 {
		t.Errorf("got attemptSeconds %d", got)
	}
}
