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

// TestCoordinationIsSaid: what a table adds and saves, for people and as JSON; nothing of
// it without one.
func TestCoordinationIsSaid(t *testing.T) {
	const head = "version: 1\nname: plan-test\nretry: {maxAttempts: 3}\nupstream: {url: https://a.example"
	const on = "}\negress: {coordination: dynamodb}\n"
	const perIP, both = ", limits: [{requests: 1, window: 1s, per: ip}]",
		", limits: [{requests: 1, window: 1s, per: ip}, {requests: 1, window: 1s, per: credential}]"
	for _, c := range []struct {
		name, spec              string
		works, refused, cooling float64 // US dollars a million: added, added, saved
	}{
		{"cool-downs", head + on, 0.06, 0.69, 1.55},
		{"limits", head + perIP + on, 0.69, 1.31, 1.55},
		{"two identities", head + both + on, 2.56, 3.19, 1.55},
		{"standard", head + on + "workflow: {type: standard}\n", 0.06, 0.69, 26.03},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := planned(t, c.spec)
			v := p.Coordination()
			got := []float64{v.AddedPerMillionRequests, v.AddedPerMillionRefusals, v.SavedPerMillionRefusals}
			if diff := cmp.Diff([]float64{c.works, c.refused, c.cooling}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if p.Cost.Cases[0].Table == 0 || p.Cost.Cases[1].Transitions != 5 {
				t.Errorf("got %+v", p.Cost.Cases)
			}
			again, err := plan.CostOfRecord([]byte(record(p)))
			if diff := cmp.Diff(p.Cost, again); diff != "" || err != nil {
				t.Errorf("of the record: %v (-want +got):\n%s", err, diff)
			}
		})
	}
	alone := planned(t, head+perIP+"}\n")
	if alone.Coordination() != nil || alone.CoordinationLines() != nil || alone.Cost.Cases[1].Table != 0 {
		t.Error("a stack without a table has something of it")
	}
}

// TestChosenEgressesAreSaid: the table names no egress in advance.
func TestChosenEgressesAreSaid(t *testing.T) {
	p := planned(t, "version: 1\nname: plan-test\nupstream: {url: https://a.example}\n"+
		"retry: {maxAttempts: 2, rateLimit: {maxWait: 9s}}\negress: {count: 5, coordination: dynamodb}\n")
	first := p.Attempts[0]
	got := []string{p.EgressOf(first), first.Describe(first.RateLimited), first.Describe(p.Attempts[1].RateLimited)}
	want := []string{"chosen", "attempt 2 at once, or once an egress may call: within 9s", "fail"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
