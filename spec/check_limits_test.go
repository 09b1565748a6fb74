package spec_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/spec"
)

func TestLimits(t *testing.T) {
	const at = "upstream.limits"
	const credential = "retry: {maxAttempts: 3, rateLimit: {scope: credential}}"
	tests := []struct {
		name, limits, rest string
		want               []string
	}{
		{"one", "{requests: 60, window: 1h, per: ip}", "", nil},
		{"a short and a long one", "{requests: 1000, window: 10s, per: ip}, {requests: 10000, window: 10m, per: ip}", "", nil},
		{"an address and an account", "{requests: 100, window: 1s, per: ip}, {requests: 25, window: 1s, burst: 25, per: credential}", "", nil},
		{"a window and a bucket", "{requests: 100, window: 1s, per: ip}, {requests: 25, window: 1s, burst: 20, per: ip}", "",
			[]string{"limit-never-reached at " + at + "[0]"}},
		{"a window below a bucket", "{requests: 30, window: 1s, per: ip}, {requests: 25, window: 1s, burst: 20, per: ip}", "", nil},
		{"no requests", "{requests: 0, window: 1s, per: ip}", "", []string{"upstream-limits-requests at " + at + "[0].requests"}},
		{"no burst", "{requests: 9, window: 1s, per: ip, burst: 0}", "", []string{"upstream-limits-burst at " + at + "[0].burst"}},
		{"a short window", "{requests: 9, window: 900ms, per: ip}", "", []string{"upstream-limits-window at " + at + "[0].window"}},
		{"a long window", "{requests: 9, window: 8761h, per: ip}", "", []string{"upstream-limits-window at " + at + "[0].window"}},
		{"who is not known", "{requests: 9, window: 1h, per: user}", "", []string{"upstream-limits-per at " + at + "[0].per"}},
		{"who is not said", "{requests: 9, window: 1h}", "", []string{"missing-key at " + at + "[0].per"}},
		{"the same window twice", "{requests: 9, window: 1h, per: ip}, {requests: 8, window: 60m, per: ip}", "",
			[]string{"duplicate-limit at " + at + "[1]"}},
		{"looser, by a span of whole windows", "{requests: 30, window: 25s, per: ip}, {requests: 10, window: 10s, per: ip}", "",
			[]string{"limit-never-reached at " + at + "[0]"}},
		{"not looser by its last request", "{requests: 29, window: 25s, per: ip}, {requests: 10, window: 10s, per: ip}", "", nil},
		{"a bucket looser than a window", "{requests: 10, window: 1s, per: ip}, {requests: 10, window: 1s, burst: 10, per: ip}", "",
			[]string{"limit-never-reached at " + at + "[1]"}},
		{"a bucket looser than a bucket", "{requests: 10, window: 1s, burst: 5, per: ip}, {requests: 700, window: 1m, burst: 6, per: ip}", "",
			[]string{"limit-never-reached at " + at + "[1]"}},
		{"a burst over the window", "{requests: 10, window: 1s, burst: 15, per: ip}", "", []string{"burst-over-requests at " + at + "[0].burst"}},
		{"the credential, by a pool", "{requests: 10, window: 1s, per: credential}", "", []string{"limit-of-other-scope at " + at + "[0].per"}},
		{"the credential, as the pool has it", "{requests: 10, window: 1s, per: credential}", credential, nil},
		{"the address, where one egress calls", "{requests: 10, window: 1s, per: ip}", credential, nil},
		{"both, by a pool", "{requests: 10, window: 1s, per: credential}, {requests: 10, window: 1s, per: ip}", "", nil},
		{"the credential, by one egress", "{requests: 10, window: 1s, per: credential}", "retry: {maxAttempts: 1}",
			[]string{"no-retry at retry.maxAttempts"}},
		{"the credential, and nothing is a limit", "{requests: 10, window: 1s, per: credential}",
			"retry: {maxAttempts: 3, retryableStatusCodes: [500]}", []string{"no-rate-limit at retry.retryableStatusCodes"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			rest := test.rest
			if rest == "" {
				rest = "retry: {maxAttempts: 3}"
			}
			src := "version: 1\nname: acme\nupstream: {url: https://api.acme.example, limits: [" + test.limits + "]}\n" + rest + "\n"
			if diff := cmp.Diff(test.want, found(t, src)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// TestAdviceFitsWhoIsCounted: no more egresses are advised where a credential is counted.
func TestAdviceFitsWhoIsCounted(t *testing.T) {
	for per, want := range map[string]string{
		"ip":         "egress.count: 3 gives each attempt its own; if that wait is what you want, ignore this warning",
		"credential": "write retry.rateLimit.scope: credential, as upstream.limits have it: another egress would meet the same limit",
	} {
		_, got := spec.Parse("spec.yaml", []byte("version: 1\nname: acme\nupstream: {url: https://api.acme.example, limits: "+
			"[{requests: 10, window: 1s, per: "+per+"}]}\nretry: {maxAttempts: 3}\negress: {count: 1}\n"))
		if len(got) != 1 || got[0].Rule != "attempts-wrap" {
			t.Fatalf("per %s: got %v, want attempts-wrap alone", per, got)
		}
		if diff := cmp.Diff(want, got[0].Hint); diff != "" {
			t.Errorf("per %s: hint (-want +got):\n%s", per, diff)
		}
	}
}
