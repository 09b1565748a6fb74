package spec_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/spec"
)

// found are the findings of a spec as "rule at path".
func found(t *testing.T, src string) []string {
	t.Helper()
	_, findings := spec.Parse("spec.yaml", []byte(src))
	var got []string
	for _, f := range findings {
		got = append(got, f.Rule+" at "+f.Path)
	}
	return got
}

func TestUpstreamURL(t *testing.T) {
	tests := []struct{ name, url, rule string }{
		{"with a path", "https://api.acme.example/v1", ""},
		{"with a port", "https://api.acme.example:8443", ""},
		{"a public address", "https://93.184.216.34", ""},
		{"a public IPv6 address", "https://[2606:2800:220:1::1]/", "ipv6-from-ipv4"},
		{"scheme in capitals", "HTTPS://api.acme.example", ""},
		{"a dotted file name", "https://api.acme.example/v1/a..b", ""},
		{"relative", "/v1", "upstream-url"},
		{"without a scheme", "api.acme.example/v1", "upstream-url"},
		{"another scheme", "ftp://api.acme.example", "upstream-url"},
		{"without a host", "https:///v1", "upstream-url"},
		{"a port only", "https://:8443", "upstream-url"},
		{"no port behind the colon", "https://api.acme.example:", "upstream-url"},
		{"port zero", "https://api.acme.example:0", "upstream-url"},
		{"port too high", "https://api.acme.example:65536", "upstream-url"},
		{"a bad port", "https://api.acme.example:http", "upstream-url"},
		{"user info", "https://key:secret@api.acme.example", "upstream-url"},
		{"a query", "https://api.acme.example?key=1", "upstream-url"},
		{"an empty query", "https://api.acme.example?", "upstream-url"},
		{"a fragment", "https://api.acme.example#top", "upstream-url"},
		{"an empty fragment", "https://api.acme.example/#", "upstream-url"},
		{"a dot segment", "https://api.acme.example/v1/..", "upstream-url"},
		{"an escaped dot segment", "https://api.acme.example/v1/%2e%2e/x", "upstream-url"},
		{"an overlong dot segment", "https://api.acme.example/v1/%c0%ae%c0%ae/x", "upstream-url"},
		{"a dot segment before a space", "https://api.acme.example/v1/..%20/x", "upstream-url"},
		{"a NUL", "https://api.acme.example/v1/..%00", "upstream-url"},
		{"a bad escape", "https://api.acme.example/%zz", "upstream-url"},
		{"a space", "https://api.acme.example/a b", "upstream-url"},
		{"a placeholder", "https://api.acme.example/${AWS::Region}", "upstream-url"},
		{"a backtick", "https://api.acme.example/`a`", "upstream-url"},
		{"letters that want escaping", "https://api.acme.example/é", "upstream-url"},
		{"a host name that wants punycode", "https://bücher.example", "upstream-url"},
		{"unencrypted", "http://api.acme.example", "plain-http"},
		{"localhost", "http://localhost:8080", "private-upstream"},
		{"below localhost", "https://api.localhost", "private-upstream"},
		{"loopback", "https://127.0.0.1", "private-upstream"},
		{"loopback with a final dot", "https://127.0.0.1.", "private-upstream"},
		{"IPv6 loopback", "https://[::1]", "private-upstream"},
		{"mapped loopback", "https://[::ffff:127.0.0.1]", "private-upstream"},
		{"private", "https://10.0.0.1", "private-upstream"},
		{"unique local", "https://[fd00::1]", "private-upstream"},
		{"link-local, where the metadata service is", "http://169.254.169.254/latest", "private-upstream"},
		{"link-local with a zone", "https://[fe80::1%25eth0]", "private-upstream"},
		{"shared address space", "https://100.64.0.1", "private-upstream"},
		{"mapped shared address space", "https://[::ffff:100.64.0.1]", "private-upstream"},
		{"unspecified", "https://0.0.0.0", "private-upstream"},
		{"multicast", "https://224.0.0.1", "private-upstream"},
		{"benchmarks", "https://198.18.0.1", "private-upstream"},
		{"reserved", "https://240.0.0.1", "private-upstream"},
		{"IETF protocols", "https://192.0.0.5", "private-upstream"},
		{"this network", "https://0.1.2.3", "private-upstream"},
		{"6to4 of a private address", "https://[2002:a00:1::1]", "private-upstream"},
		{"6to4 of a public address", "https://[2002:808:808::1]", "ipv6-from-ipv4"},
		{"NAT64 of a private address", "https://[64:ff9b::a00:1]", "private-upstream"},
		{"NAT64 with a zone", "https://[64:ff9b::a00:1%25eth0]", "private-upstream"},
		{"documentation", "https://[2001:db8::1]", "private-upstream"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var want []string
			if test.rule != "" {
				want = []string{test.rule + " at upstream.url"}
			}
			got := found(t, strings.Replace(minimal, "https://api.acme.example", fmt.Sprintf("%q", test.url), 1))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.url, diff)
			}
		})
	}
}

func TestAddressEcho(t *testing.T) {
	tests := []struct {
		name, egress string
		want         []string
	}{
		{"a path and a query", "https://api.ipify.org/?format=json", nil},
		{"a port", "https://echo.example:8443", nil},
		{"scheme in capitals", "HTTPS://echo.example", nil},
		{"plain http", "http://checkip.amazonaws.com",
			[]string{`must be an absolute https URL such as https://checkip.amazonaws.com, got "http://checkip.amazonaws.com"`}},
		{"without a scheme", "checkip.amazonaws.com",
			[]string{`must be an absolute https URL such as https://checkip.amazonaws.com, got "checkip.amazonaws.com"`}},
		{"without a host", "https:///me", []string{"has no host; write it as in https://api.acme.example/v1"}},
		{"user info", "https://key:secret@echo.example",
			[]string{"holds user info, which would be committed with the spec; name a service that needs none"}},
		{"a fragment", "https://echo.example/#top", []string{"holds a fragment, which HTTP does not send; remove what follows the #"}},
		{"a bad port", "https://echo.example:65536", []string{"has the port 65536, ports go from 1 to 65535"}},
		{"no URL", "https://echo.example/%zz", []string{`is not a URL: invalid URL escape "%zz"`}},
		{"a private address", "https://10.0.0.1/me",
			[]string{"10.0.0.1 is private: an egress does not dial it; name a service on the Internet: only there the public address of an " +
				"egress is seen"}},
		{"the metadata service", "https://169.254.169.254/",
			[]string{"169.254.169.254 is link-local: an egress does not dial it; name a service on the Internet: only there the public address " +
				"of an egress is seen"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, findings := spec.Parse("spec.yaml", fmt.Appendf(nil, "%segress: {addressEcho: %q}\n", minimal, test.egress))
			var got, want []string
			for _, f := range findings {
				got = append(got, f.String())
			}
			for _, message := range test.want {
				want = append(want, "spec.yaml:5:23: error: egress.addressEcho: "+message+" [egress-address-echo]")
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAddressEchoMayBePrivateWhereTheUpstreamMay(t *testing.T) {
	src := strings.Replace(minimal, "https://api.acme.example", "'http://10.0.0.1', allowPrivate: true",
		1) + "egress: {addressEcho: 'https://10.0.0.2/me'}\n"
	if diff := cmp.Diff([]string{"private-from-lambda at upstream.url"}, found(t, src)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// TestAllowPrivate: the address is allowed, and plain HTTP stays in the network; but
// a deployed Lambda is not in that network.
func TestAllowPrivate(t *testing.T) {
	unreachable := []string{"private-from-lambda at upstream.url"}
	for url, want := range map[string][]string{
		"http://10.0.0.1":               unreachable,
		"https://127.0.0.1:8443":        unreachable,
		"http://localhost:9300":         unreachable,
		"https://[fd00::1]":             unreachable,
		"https://orders.shop.internal":  unreachable,
		"https://Printer.local.":        unreachable,
		"https://nas.home.arpa":         unreachable,
		"http://vault:8200":             unreachable,
		"https://jira.corp":             unreachable,
		"http://nas.fritz.LAN/api":      unreachable,
		"https://[2606:4700::1111]":     {"ipv6-from-ipv4 at upstream.url"},
		"https://lan.example":           nil,
		"https://api.acme.example":      nil,
		"https://internal.acme.example": nil,
		"https://93.184.216.34":         nil,
	} {
		src := strings.Replace(minimal, "https://api.acme.example", "'"+url+"', allowPrivate: true", 1)
		if diff := cmp.Diff(want, found(t, src)); diff != "" {
			t.Errorf("%s: findings (-want +got):\n%s", url, diff)
		}
	}
	src := strings.Replace(minimal, "https://api.acme.example", "https://orders.shop.internal", 1)
	if got := found(t, src); got != nil {
		t.Errorf("a name without allowPrivate: findings %q, want none: the egress judges names", got)
	}
}

// TestCountOfASharedLimit: where all egresses share the limit, one is the default,
// and more are questioned.
func TestCountOfASharedLimit(t *testing.T) {
	tests := []struct {
		scope, egress string
		count         int
		want          []string
	}{
		{"credential", "", 1, nil},
		{"credential", "egress: {memory: 256}\n", 1, nil},
		{"credential", "egress: {count: 1}\n", 1, nil},
		{"credential", "egress: {count: 2}\n", 2, []string{"shared-credential at egress.count"}},
		{"ip", "", 3, nil},
		{"ip", "egress: {count: 4}\n", 4, nil},
	}
	for _, test := range tests {
		src := strings.Replace(minimal, "maxAttempts: 3", "maxAttempts: 3, rateLimit: {scope: "+test.scope+"}", 1) + test.egress
		file, _ := spec.Parse("spec.yaml", []byte(src))
		if file == nil || file.Spec().Egress.Count != test.count {
			t.Errorf("scope %s, %q: file %v, want egress.count %d", test.scope, test.egress, file, test.count)
		}
		if diff := cmp.Diff(test.want, found(t, src)); diff != "" {
			t.Errorf("scope %s, %q: findings (-want +got):\n%s", test.scope, test.egress, diff)
		}
	}
}

func TestConnectionHeaders(t *testing.T) {
	names := []string{"Connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization", "te",
		"trailer", "transfer-encoding", "upgrade", "host", "content-length", "accept-encoding", "expect"}
	places := []struct{ name, line, path string }{
		{"sent", "upstream: {url: https://a.example, headers: {%s: x}}", "upstream.headers.%s"},
		{"forwarded", "upstream: {url: https://a.example, forwardHeaders: [%s]}", "upstream.forwardHeaders[0]"},
		{"as a key", "retry: {maxAttempts: 3, idempotency: {header: %s}}", "retry.idempotency.header"},
		{"of a schedule", "triggers: {schedules: [{name: at, expression: rate(1 day), request: {method: GET, path: /, headers: {%s: x}}}]}",
			"triggers.schedules[0].request.headers.%s"},
	}
	for _, place := range places {
		for _, name := range names {
			t.Run(place.name+" "+name, func(t *testing.T) {
				key, _, _ := strings.Cut(place.line, ":")
				src := fmt.Sprintf(place.line, name) + "\n"
				for line := range strings.Lines(minimal) {
					if !strings.HasPrefix(line, key+":") {
						src += line
					}
				}
				want := []string{"connection-header at " + strings.ReplaceAll(place.path, "%s", name)}
				if diff := cmp.Diff(want, found(t, src)); diff != "" {
					t.Errorf("findings (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestRulesBetweenFields has what docs/rules.md, with one input for each rule,
// leaves open: the other ways to break a rule, and what is near but right.
func TestRulesBetweenFields(t *testing.T) {
	tests := []struct {
		name, retry, rest string
		want              []string
	}{
		{"deadline of five minutes", "deadline: 5m", "", nil},
		{"deadline of an hour in a standard workflow", "deadline: 1h", "workflow: {type: standard}", nil},
		{"a year is the longest deadline", "deadline: 8761h", "workflow: {type: standard}", []string{"retry-deadline at retry.deadline"}},
		{"attempt timeout over 800s", "attemptTimeout: 801s", "", []string{"retry-attempt-timeout at retry.attemptTimeout"}},
		{"attempt timeout of 800s", "attemptTimeout: 13m20s", "", nil},
		{"a wait in hours", "rateLimit: {maxWait: 48h}", "workflow: {type: standard}", nil},
		{"a wait as long as an express workflow", "rateLimit: {maxWait: 5m}", "", nil},
		{"the default wait beyond the deadline is the default's", "deadline: 30s", "", nil},
		{"a fraction that is whole seconds", "attemptTimeout: 1.5m", "", nil},
		{"absurdly long", "attemptTimeout: 99999999999999h", "", []string{"retry-attempt-timeout at retry.attemptTimeout"}},
		{"initial delay up to the longest", "backoff: {initialDelay: 30s}", "", nil},
		{"initial delay over the longest", "backoff: {initialDelay: 31s, maxDelay: 30s}", "",
			[]string{"max-delay-below-initial at retry.backoff.maxDelay"}},
		{"delays for no strategy", "backoff: {strategy: none, initialDelay: 1m, jitter: none}", "",
			[]string{"ignored-by-strategy at retry.backoff.initialDelay", "ignored-by-strategy at retry.backoff.jitter"}},
		{"constant without multiplier", "backoff: {strategy: constant, initialDelay: 2s}", "", nil},
		{"a success from a retryable class", "retryableStatusCodes: [429, 2xx]", "",
			[]string{"success-and-retryable at retry.retryableStatusCodes[1]"}},
		{"a rate limit partly retryable", "retryableStatusCodes: [429, 500-503], rateLimit: {statusCodes: [429, 5xx]}", "",
			[]string{"rate-limit-not-retryable at retry.rateLimit.statusCodes[1]"}},
		{"a 403 that is a rate limit", "retryableStatusCodes: [403, 429], rateLimit: {statusCodes: [403, 429]}", "", nil},
		{"timeouts and conflicts of the moment", "retryableStatusCodes: [408, 425, 429]", "", nil},
		{"a conflict and a lock", "retryableStatusCodes: [409, 423, 429]", "",
			[]string{"retried-client-error at retry.retryableStatusCodes[0]", "retried-client-error at retry.retryableStatusCodes[1]"}},
		{"a conflict and a lock with a key: the first request is at work",
			"retryableStatusCodes: [409, 423, 425, 429], idempotency: {header: idempotency-key}", "", nil},
		{"a missing resource with a key", "retryableStatusCodes: [404, 429], idempotency: {header: idempotency-key}", "",
			[]string{"retried-client-error at retry.retryableStatusCodes[0]"}},
		{"the whole class of client errors", "retryableStatusCodes: [4xx]", "",
			[]string{"retried-client-error at retry.retryableStatusCodes[0]"}},
		{"no rate limit by choice", "rateLimit: {statusCodes: []}", "", []string{"no-rate-limit at retry.rateLimit.statusCodes"}},
		{"errors only", "retryableStatusCodes: []", "", nil},
		{"a pool larger than the attempts, random start", "scope: ip", "", []string{"unknown-key at retry.scope"}},
		{"a random start reaches every egress", "", "egress: {count: 10}", nil},
		{"wrapping does not matter when every egress shares the limit", "rateLimit: {scope: credential}", "egress: {count: 1}", nil},
		{"wrapping does not matter without a rate limit", "rateLimit: {statusCodes: []}", "egress: {count: 1}",
			[]string{"no-rate-limit at retry.rateLimit.statusCodes"}},
		{"no URL, so nobody waits and nobody finds it", "",
			"workflow: {type: standard}\ntriggers: {functionUrl: {auth: none}}\npartition: aws-us-gov", nil},
		{"data logged on errors", "", "workflow: {logData: true, logLevel: error}", nil},
		{"cors as the design writes it", "",
			"triggers: {functionUrl: {auth: iam, cors: {origins: [], methods: [], headers: [], maxAge: 0s}}}", nil},
		{"cors for a host", "", "triggers: {functionUrl: {cors: {origins: ['http://localhost:3000', '*']}}}", nil},
		{"cors with a path", "", "triggers: {functionUrl: {cors: {origins: ['https://a.example/x']}}}",
			[]string{"triggers-function-url-cors-origins at triggers.functionUrl.cors.origins[0]"}},
		{"a placeholder in the description", "", "description: 'in ${AWS::Region}'", []string{"description at description"}},
		{"a description of two lines", "", "description: \"a\\nb\"", []string{"description at description"}},
		{"a literal block as description", "", "description: |\n  a\n  b\n", []string{"description at description"}},
		{"a next line in the description", "", "description: \"a\\u0085b\"", []string{"description at description"}},
		{"a line separator in the description", "", "description: \"a\\u2028b\"", []string{"description at description"}},
		{"a paragraph separator in the description", "", "description: \"a\\Pb\"", []string{"description at description"}},
		{"spaces of other widths in the description", "", "description: \"a\\u00a0b\\u3000c\"", nil},
		{"a line separator in a tag", "", "tags: {a: \"b\\u2028c\"}", []string{"tags at tags.a"}},
		{"a no-break space in a tag", "", "tags: {a: \"b\\u00a0c\"}", nil},
		{"six methods of CORS", "", "triggers: {functionUrl: {cors: {origins: ['*'], methods: [GET, HEAD, POST, PUT, PATCH, '*']}}}", nil},
		{"seven methods of CORS", "", "triggers: {functionUrl: {cors: {origins: ['*'], methods: [GET, HEAD, POST, PUT, PATCH, DELETE, '*']}}}",
			[]string{"triggers-function-url-cors-methods at triggers.functionUrl.cors.methods"}},
		{"an unseen character in the description", "", "description: \"a\\u202Eb\"", []string{"description at description"}},
		{"an escaped dot segment in a trigger's path", "",
			"triggers: {schedules: [{name: s1, expression: rate(1 day), request: {method: GET, path: /%2e%2e/x}}]}",
			[]string{"triggers-schedules-request-path at triggers.schedules[0].request.path"}},
		{"a NUL in a trigger's path", "",
			"triggers: {schedules: [{name: s1, expression: rate(1 day), request: {method: GET, path: /..%00}}]}",
			[]string{"triggers-schedules-request-path at triggers.schedules[0].request.path"}},
		{"overlong dots in a trigger's path", "",
			"triggers: {schedules: [{name: s1, expression: rate(1 day), request: {method: GET, path: /%c0%ae%c0%ae/x}}]}",
			[]string{"triggers-schedules-request-path at triggers.schedules[0].request.path"}},
		{"one escaped twice", "", "triggers: {schedules: [{name: s1, expression: rate(1 day), request: {method: GET, path: " +
			"/%252e%252e/x}}]}", []string{"triggers-schedules-request-path at triggers.schedules[0].request.path"}},
		{"one before parameters", "", "triggers: {schedules: [{name: s1, expression: rate(1 day), request: {method: GET, path: " +
			"'/..;a/x'}}]}", []string{"triggers-schedules-request-path at triggers.schedules[0].request.path"}},
		{"one before a space", "", "triggers: {schedules: [{name: s1, expression: rate(1 day), request: {method: GET, path: " +
			"/a/..%20/..%20/b}}]}", []string{"triggers-schedules-request-path at triggers.schedules[0].request.path"}},
		{"one before a tab, escaped twice", "", "triggers: {schedules: [{name: s1, expression: rate(1 day), request: {method: GET, " +
			"path: /..%2509/x}}]}", []string{"triggers-schedules-request-path at triggers.schedules[0].request.path"}},
		{"one that is overlong, escaped twice", "", "triggers: {schedules: [{name: s1, expression: rate(1 day), request: {method: GET, path: " +
			"/%25c0%25ae%25c0%25ae/x}}]}", []string{"triggers-schedules-request-path at triggers.schedules[0].request.path"}},
		{"a name that ends in dots, and a space", "", "triggers: {schedules: [{name: s1, expression: rate(1 day), request: {method: GET, path: " +
			"/a..%20/x%20}}]}", nil},
		{"one behind a backslash", "", "triggers: {schedules: [{name: s1, expression: rate(1 day), request: {method: GET, path: " +
			"'/a\\..\\x'}}]}", []string{"triggers-schedules-request-path at triggers.schedules[0].request.path"}},
		{"our own tags", "", "tags: {sfngen:stack: x}", []string{`reserved-tag at tags["sfngen:stack"]`}},
		{"aws tags in capitals", "", "tags: {'AWS:x': x}", []string{`reserved-tag at tags["AWS:x"]`}},
		{"tags that differ by case", "", "tags: {Team: x, team: x}", []string{"duplicate-key at tags.team"}},
		{"an empty tag key", "", "tags: {'': x}", []string{"key-not-text at tags"}},
		{"a tag key of 129 characters", "", "tags: {" + strings.Repeat("k", 129) + ": x}", []string{"tags at tags." + strings.Repeat("k", 129)}},
		{"a tag value of 257 characters", "", "tags: {k: " + strings.Repeat("v", 257) + "}", []string{"tags at tags.k"}},
		{"an empty tag value, which a state machine cannot have", "", "tags: {k: ''}", []string{"tags at tags.k"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			src := strings.Replace(minimal, "3}", "3, "+test.retry+"}", 1) + test.rest + "\n"
			if diff := cmp.Diff(test.want, found(t, src)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTooManyTags(t *testing.T) {
	for _, count := range []int{49, 50} {
		src := minimal + "tags:\n"
		for i := range count {
			src += fmt.Sprintf("  k%d: v\n", i)
		}
		got := found(t, src)
		if refused := len(got) > 0; refused != (count > 49) {
			t.Errorf("%d tags: got %q", count, got)
		}
	}
}
