package spec_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/spec"
)

func TestCORSHeadersThatAreForwarded(t *testing.T) {
	const head = "version: 1\nname: acme\nretry: {maxAttempts: 3, idempotency: {header: idempotency-key}}\n"
	forward := func(n int) string {
		names := make([]string, n)
		for i := range names {
			names[i] = fmt.Sprintf("x-%d", i)
		}
		return "upstream: {url: https://a.example, forwardHeaders: [" + strings.Join(names, ", ") + "]}\n"
	}
	tooMany := []string{"too-many-cors-headers at upstream.forwardHeaders"}
	open := []string{"open-function-url at triggers.functionUrl.auth"}
	tests := []struct {
		name, src string
		want      []string
	}{
		{"95, the key, and 4 of a signature", forward(95) + "triggers: {functionUrl: {cors: {origins: ['*']}}}\n", nil},
		{"96, the key, and 4 of a signature", forward(96) + "triggers: {functionUrl: {cors: {origins: ['*']}}}\n", tooMany},
		{"99 and the key", forward(99) + "triggers: {functionUrl: {auth: none, cors: {origins: ['*']}}}\n", open},
		{"100 and the key", forward(100) + "triggers: {functionUrl: {auth: none, cors: {origins: ['*']}}}\n", append(tooMany, open...)},
		{"101 without CORS", forward(101), nil},
		{"101 with headers of its own", forward(101) + "triggers: {functionUrl: {cors: {origins: ['*'], headers: [x-1]}}}\n", nil},
		{"101 without a function URL", forward(101) + "partition: aws-us-gov\ntriggers: {functionUrl: {cors: {origins: ['*']}}}\n", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, found(t, head+test.src)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCORSCredentials(t *testing.T) {
	const head = "version: 1\nname: acme\nupstream: {url: https://a.example}\nretry: {maxAttempts: 3}\ntriggers: {functionUrl: {cors: "
	forAnyone := []string{"cors-credentials-for-anyone at triggers.functionUrl.cors.allowCredentials"}
	wildcard := func(name string) []string {
		return []string{"cors-credentials-wildcard at triggers.functionUrl.cors." + name}
	}
	tests := []struct {
		cors string
		want []string
	}{
		{"{origins: ['https://shop.example'], allowCredentials: true}", nil},
		{"{origins: ['https://shop.example', 'http://localhost:3000'], allowCredentials: true, exposeHeaders: [link]}", nil},
		{"{origins: ['*'], allowCredentials: false, methods: ['*'], headers: ['*'], exposeHeaders: ['*']}", nil},
		{"{origins: ['*'], allowCredentials: true}", forAnyone},
		{"{origins: ['https://shop.example', '*'], allowCredentials: true}", forAnyone},
		{"{origins: ['https://*'], allowCredentials: true, methods: ['*']}", forAnyone},
		{"{origins: ['https://shop.example'], allowCredentials: true, methods: ['*']}", wildcard("methods")},
		{"{origins: ['https://shop.example'], allowCredentials: true, headers: ['*']}", wildcard("headers")},
		{"{origins: ['https://shop.example'], allowCredentials: true, exposeHeaders: ['*']}", wildcard("exposeHeaders")},
		{"{allowCredentials: true}", []string{"cors-without-origins at triggers.functionUrl.cors"}},
		{"{exposeHeaders: [link]}", []string{"cors-without-origins at triggers.functionUrl.cors"}},
	}
	for _, test := range tests {
		t.Run(test.cors, func(t *testing.T) {
			if diff := cmp.Diff(test.want, found(t, head+test.cors+"}}\n")); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// Without a list a browser may send what any other caller can use.
func TestCORSHeaders(t *testing.T) {
	base := spec.Spec{Upstream: spec.Upstream{ForwardHeaders: []string{"accept", "x-amz-date"}}}
	for _, test := range []struct {
		name   string
		change func(*spec.Spec)
		want   []string
	}{
		{"what passes", func(*spec.Spec) {}, []string{"accept", "x-amz-date"}},
		{"a list", func(s *spec.Spec) {
			s.Triggers.FunctionURL.Auth, s.Triggers.FunctionURL.CORS.Headers = "iam", []string{"content-type"}
		}, []string{"content-type"}},
		{"the idempotency key", func(s *spec.Spec) { s.Retry.Idempotency.Header = "x-key" }, []string{"accept", "x-amz-date", "x-key"}},
		{"how long to wait", func(s *spec.Spec) { s.Workflow.Type = "standard" }, []string{"accept", "x-amz-date", "prefer"}},
		{"a signature, of which some passes", func(s *spec.Spec) { s.Triggers.FunctionURL.Auth = "iam" },
			[]string{"accept", "x-amz-date", "authorization", "x-amz-content-sha256", "x-amz-security-token"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := base
			test.change(&s)
			if diff := cmp.Diff(test.want, s.CORSHeaders()); diff != "" {
				t.Errorf("headers (-want +got):\n%s", diff)
			}
		})
	}
}
