package spec_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/spec"
)

func upstreamSpec(fields, rest string) string {
	return "version: 1\nname: acme\nupstream: {url: https://api.acme.example, " + fields + "}\nretry: {maxAttempts: 2}\n" + rest
}

func TestRenamedHeaders(t *testing.T) {
	const at = "rename-conflict at upstream.renameHeaders."
	trigger := func(header string) string {
		return "triggers: {schedules: [{name: daily, expression: rate(1 day), request: {method: GET, path: /, headers: {" + header + ": x}}}]}\n"
	}
	for _, test := range []struct {
		name, fields, rest string
		want               []string
	}{
		{"the API's authorization", "renameHeaders: {X-Upstream-Authorization: Authorization}", "", nil},
		{"two, and one of the default of forwardHeaders", "renameHeaders: {x-a: b, accept: x-accept}", "", nil},
		{"to one that passes too", "forwardHeaders: [x-b], renameHeaders: {x-a: x-b}", "", nil},
		{"to a signature of the caller's own making", "renameHeaders: {x-upstream-amz-date: x-amz-date}", "", nil},
		{"the wrong way round", "renameHeaders: {authorization: x-upstream-authorization}", "", []string{at + "authorization"}},
		{"another header of the signature", "renameHeaders: {X-Amz-Date: x-date}", "", []string{at + "X-Amz-Date"}},
		{"where nobody signs", "renameHeaders: {authorization: x-key}",
			"triggers: {functionUrl: {auth: none}}\n", []string{"open-function-url at triggers.functionUrl.auth"}},
		{"where there is no function URL", "renameHeaders: {authorization: x-key}",
			"partition: aws-us-gov\n", nil},
		{"not renamed at all", "renameHeaders: {x-a: X-A}", "", []string{at + "x-a"}},
		{"passes under both names", "forwardHeaders: [X-A], renameHeaders: {x-a: x-b}", "", []string{at + "x-a"}},
		{"two to one", "renameHeaders: {x-a: x-c, x-b: X-C}", "", []string{at + "x-b"}},
		{"a chain", "renameHeaders: {x-a: x-b, x-b: x-c}", "", []string{at + "x-a"}},
		{"they swap", "renameHeaders: {x-a: x-b, x-b: x-a}", "", []string{at + "x-a", at + "x-b"}},
		{"one that the spec sets", "headers: {X-B: one}, renameHeaders: {x-a: x-b}", "", []string{at + "x-a"}},
		{"framing", "renameHeaders: {x-a: transfer-encoding}", "", []string{"connection-header at upstream.renameHeaders.x-a"}},
		{"the host", "renameHeaders: {x-a: Host}", "", []string{"connection-header at upstream.renameHeaders.x-a"}},
		{"one of the connection", "renameHeaders: {TE: x-te}", "", []string{"connection-header at upstream.renameHeaders.TE"}},
		{"a trigger under the caller's name", "renameHeaders: {x-a: x-b}", trigger("X-A"),
			[]string{"rename-conflict at triggers.schedules[0].request.headers.X-A"}},
		{"a trigger under the API's name", "renameHeaders: {x-a: x-b}", trigger("x-b"), nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, found(t, upstreamSpec(test.fields, test.rest))); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheIdempotencyHeaderIsNotRenamed(t *testing.T) {
	src := upstreamSpec("renameHeaders: {KEY: x-b}", "")
	src = strings.Replace(src, "maxAttempts: 2", "maxAttempts: 2, idempotency: {header: key}", 1)
	if diff := cmp.Diff([]string{"rename-conflict at upstream.renameHeaders.KEY"}, found(t, src)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string(nil), found(t, strings.Replace(src, "KEY: x-b", "x-b: KEY", 1))); diff != "" {
		t.Errorf("to its name: findings (-want +got):\n%s", diff)
	}
}

// A header passes under one name, so the default of forwardHeaders is without those that
// are renamed. A browser may send them.
func TestDefaultsOfRenamedHeaders(t *testing.T) {
	file, findings := spec.Parse("acme.yaml", []byte(upstreamSpec("renameHeaders: {Accept: x-accept, X-A: Authorization}",
		"triggers: {functionUrl: {cors: {origins: [https://shop.example]}}}\n")))
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	s := file.Spec()
	if diff := cmp.Diff([]string{"content-type", "idempotency-key"}, s.Upstream.ForwardHeaders); diff != "" {
		t.Errorf("forwarded (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"accept": "x-accept", "x-a": "authorization"}, s.Upstream.RenameHeaders); diff != "" {
		t.Errorf("renamed (-want +got):\n%s", diff)
	}
	for _, name := range []string{"accept", "x-a", "authorization"} { // the last is the signature's
		if !slices.Contains(s.CORSHeaders(), name) {
			t.Errorf("CORS does not allow %s: %v", name, s.CORSHeaders())
		}
	}
}

func TestParametersOfEveryCall(t *testing.T) {
	warned := func(name string) []string { return []string{"secret-in-spec at upstream.query." + name} }
	for query, want := range map[string][]string{
		`api-version: "2024-02-01"`: nil, `"a[]": x y & z=1%`: nil, `key: sort`: nil, `token: ""`: nil,
		`api_key: k`: warned("api_key"), `Token: k`: warned("Token"), `k: sk_live_4eC39HqL`: warned("k"), `q: ghp_16C7e42F292c69`: warned("q"),
		`a: 2024-02-01`: {"upstream-query at upstream.query.a"}, `a: 1`: {"upstream-query at upstream.query.a"},
		`"": x`: {"key-not-text at upstream.query"}, `a: [1]`: {"upstream-query at upstream.query.a"},
		`a: "x\ny"`: {"upstream-query at upstream.query.a"}, `v: "${VERSION}"`: {"placeholder at upstream.query.v"},
		`"a b": "{{ token }}"`: {`placeholder at upstream.query["a b"]`},
	} {
		if diff := cmp.Diff(want, found(t, upstreamSpec("query: {"+query+"}", ""))); diff != "" {
			t.Errorf("%s: findings (-want +got):\n%s", query, diff)
		}
	}
}

// What can be nothing but a secret is one under any name.
func TestSecretsByTheirValue(t *testing.T) {
	for value, want := range map[string]bool{
		"sk_live_4eC39HqL": true, "Bearer abc": true, "basic YTpi": true, "eyJhbGciOiJI.eyJzdWIiOiIx.c2ln": true, "xoxb-123-abc": true,
		"sk-proj-0123456789abcdef": true, "sk-short": false, "application/json": false, "bearer": false, "pk_live_4eC39HqL": false,
	} {
		got := len(found(t, upstreamSpec(`headers: {x-plan: "`+value+`"}`, ""))) == 1
		if got != want {
			t.Errorf("%s: warned: %v, want %v", value, got, want)
		}
	}
}

func TestAQueryOfTheURLNamesTheField(t *testing.T) {
	src := strings.Replace(upstreamSpec("methods: [GET]", ""), "https://api.acme.example", `"https://api.acme.example/?v=1"`, 1)
	got := strings.Join(messages(t, src), "\n")
	if !strings.Contains(got, "upstream.query") {
		t.Errorf("findings: %s", got)
	}
}
