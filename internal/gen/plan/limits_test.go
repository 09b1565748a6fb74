package plan_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/spec"
)

// limited is the plan of a spec with these limits.
func limited(t *testing.T, limits, rest string) (*plan.Plan, []spec.Finding) {
	t.Helper()
	src := "version: 1\nname: plan-test\nupstream: {url: 'https://api.example', limits: [" + limits + "]}\n" + rest
	file, findings := spec.Parse("spec.yaml", []byte(src))
	if spec.HasErrors(findings) {
		t.Fatalf("the test's own spec is wrong: %v\n%s", findings, src)
	}
	return plan.New(file)
}

const oneEgress = "maxAttempts: 3, rateLimit: {scope: credential}"

// TestWhatThePoolMayDo: a limit of an address counts once for each egress, one of a
// credential once, and the tightest says how many requests that is.
func TestWhatThePoolMayDo(t *testing.T) {
	tests := []struct {
		name, limits, retry string
		want                []string
	}{
		{"addresses", "{requests: 60, window: 1h, per: ip}", "maxAttempts: 4", []string{
			"  60 in 1h per ip: 240 in 1h over 4 egresses, if each has an address of its own",
			"a request takes 1 to 4 attempts, and each counts: at most 240 requests an hour, 60 if each takes 4"}},
		{"a credential", "{requests: 100, window: 1s, per: credential, burst: 20}", oneEgress, []string{
			"  100 in 1s per credential, bursts of 20: for the 1 egress",
			"a request takes 1 to 3 attempts, and each counts: at most 100 requests a second, 33.3 if each takes 3"}},
		{"the tightest, and a unit below the window", "{requests: 50, window: 10s, per: ip}, {requests: 100, window: 6h, per: ip}",
			"maxAttempts: 2",
			[]string{
				"  50 in 10s per ip: 100 in 10s over 2 egresses, if each has an address of its own",
				"  100 in 6h per ip: 200 in 6h over 2 egresses, if each has an address of its own",
				"a request takes 1 to 2 attempts, and each counts: at most 33.3 requests an hour, 16.6 if each takes 2"}},
		{"less than one", "{requests: 1, window: 90s, per: credential}", "maxAttempts: 1", []string{
			"  1 in 1m30s per credential: for the 1 egress", "a request takes 1 attempt: at most 0.666 requests a minute"}},
		{"a pool that shares", "{requests: 9000, window: 24h, per: credential}", "maxAttempts: 3", []string{
			"  9000 in 24h per credential: all 3 egresses together",
			"a request takes 1 to 3 attempts, and each counts: at most 9000 requests a day, 3000 if each takes 3"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, _ := limited(t, test.limits, "retry: {"+test.retry+"}")
			want := append([]string{"limits of the API (not kept: calls beyond them are made, and refused; " +
				"egress.coordination: dynamodb keeps them):"}, test.want...)
			if diff := cmp.Diff(want, p.Limits()); diff != "" {
				t.Errorf("the words (-want +got):\n%s", diff)
			}
		})
	}
}

// TestLimitsAreSaid: plan, its JSON and plan.json have them; a plan without limits has
// nothing of them.
func TestLimitsAreSaid(t *testing.T) {
	p, _ := limited(t, "{requests: 60, window: 1h, per: ip}, {requests: 9, window: 1s, burst: 5, per: credential}",
		"retry: {maxAttempts: 4}")
	view, _ := json.Marshal(p.View())
	for _, want := range []string{
		`"limits":[{"requests":60,"windowSeconds":3600,"per":"ip","poolRequests":240},` +
			`{"requests":9,"windowSeconds":1,"per":"credential","burst":5,"poolRequests":9}]`,
		`"requestsAtMost":"a request takes 1 to 4`,
	} {
		if !strings.Contains(string(view), want) {
			t.Errorf("the view lacks %s:\n%s", want, view)
		}
	}
	for _, want := range []string{`"burst": 5`, `"240 calls in 1h, counted per ip"`,
		`"requests": "240 requests an hour, 60 if each takes 4"`} {
		if !strings.Contains(record(p), want) {
			t.Errorf("the record lacks %s:\n%s", want, record(p))
		}
	}
	p, _ = resolve(t, "maxAttempts: 4", "")
	view, _ = json.Marshal(p.View())
	for _, text := range []string{string(view), record(p), fmt.Sprint(p.Limits())} {
		if strings.Contains(text, `"limits"`) || strings.Contains(text, "limits of") || strings.Contains(text, "tMost") {
			t.Errorf("limits without limits:\n%s", text)
		}
	}
}

// TestAttemptsOverALimit: one request alone needs more than the limit lets through until
// its deadline.
func TestAttemptsOverALimit(t *testing.T) {
	tests := []struct{ name, limits, rest, want string }{
		{"the attempts of an egress", "{requests: 2, window: 1h, per: ip}", "retry: {maxAttempts: 5}\negress: {count: 2}",
			"one request may take 5 attempts, 3 of them by one egress, but until its deadline of 5m the limit lets 2 through: " +
				"the others cannot succeed; write retry.maxAttempts: 4, or egress.count: 3"},
		{"all attempts", "{requests: 2, window: 1h, per: credential}", "retry: {maxAttempts: 3, deadline: 1m}",
			"one request may take 3 attempts, but until its deadline of 1m the limit lets 2 through: " +
				"the others cannot succeed; write retry.maxAttempts: 2"},
		{"each has its own", "{requests: 1, window: 1h, per: ip}", "retry: {maxAttempts: 5}", ""},
		{"the window passes", "{requests: 1, window: 1s, per: credential}", "retry: {maxAttempts: 5}", ""},
		{"the bucket holds them", "{requests: 1, window: 1h, burst: 5, per: credential}", "retry: {maxAttempts: 5}", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, findings := limited(t, test.limits, test.rest)
			got := ""
			for _, f := range findings {
				if f.Rule == "attempts-over-limit" {
					got += f.Message + "; " + f.Hint
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
