package spec_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/spec"
)

// withCredentials is a spec with them; rest is more of it.
func withCredentials(credentials, rest string) string {
	return "version: 1\nname: acme\nupstream:\n  url: https://api.acme.example\n  credentials: {" + credentials + "}\n" +
		"retry: {maxAttempts: 2, rateLimit: {scope: credential}}\n" + rest
}

// credentialsBeside is a spec with credentials, and another field of upstream.
func credentialsBeside(field, credentials string) string {
	return strings.Replace(withCredentials(credentials, ""), "upstream:\n", "upstream:\n  "+field+"\n", 1)
}

const inCredentials = "upstream.credentials"

func TestReferences(t *testing.T) {
	const headers = "upstream-credentials-headers at upstream.credentials.headers.x-key"
	for _, test := range []struct {
		reference string
		want      string // "" for a good one
	}{
		{"{secret: prod/acme}", ""},
		{"{secret: prod/acme, key: token, prefix: 'Bearer '}", ""},
		{"{secret: 'a+b=c@d.e_f-g'}", ""},
		{"{secret: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:prod/acme-AbCdEf'}", ""},
		{"{secret: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:prod/acme'}", ""},
		{"{parameter: /prod/acme/key, key: token}", ""},
		{"{parameter: acme.key_1}", ""},
		{"{parameter: 'arn:aws:ssm:eu-central-1:123456789012:parameter/prod/key'}", ""},
		{"[{secret: a}]", ""},
		{"{secret: a, parameter: /b}", headers},
		{"{key: token}", headers},
		{"{}", headers},
		{"[]", headers},
		{"{name: a}", headers + ".name"},
		{"{secret: a, version: AWSCURRENT}", headers + ".version"},
		{"{secret: ''}", headers + ".secret"},
		{"{secret: 5}", headers + ".secret"},
		{"{secret: 'a b'}", headers},
		{"{secret: 'a*'}", headers},
		{"{secret: 'arn:aws:secretsmanager:eu-central-1::secret:a'}", headers},
		{"{secret: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:a*'}", headers},
		{"{secret: 'arn:aws:ssm:eu-central-1:123456789012:parameter/a'}", headers},
		{"{secret: 'arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:a'}", headers},
		{"{parameter: prod/acme}", headers},
		{"{parameter: /prod/acme/}", headers},
		{"{parameter: '/prod/acme:3'}", headers},
		{"{parameter: /aws/reference/secretsmanager/a}", headers},
		{"{parameter: /ssm/a}", headers},
		{"{parameter: 'arn:aws:ssm:eu-central-1:123456789012:parameter/prod/*'}", headers},
		{`{secret: a, prefix: "a\nb"}`, headers},
		{"{secret: '${KEY}'}", "placeholder at upstream.credentials.headers.x-key.secret"},
		{"{secret: '{{resolve:ssm:/a}}'}", "dynamic-reference at upstream.credentials.headers.x-key.secret"},
		{"{secret: a, prefix: Bearer}", "prefix-without-space at upstream.credentials.headers.x-key"},
	} {
		t.Run(test.reference, func(t *testing.T) {
			var want []string
			if test.want != "" {
				want = []string{test.want}
			}
			if diff := cmp.Diff(want, found(t, withCredentials("headers: {x-key: "+test.reference+"}", ""))); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// Each reference is reported where it stands, whatever holds it.
func TestWrongReferencesInEachField(t *testing.T) {
	const wrong = "{parameter: no/slash}"
	got := found(t, withCredentials("headers: {X-A: "+wrong+"}, query: {key: "+wrong+", 'a.b': ["+wrong+", {secret: a}]}, "+
		"oauth2: {tokenUrl: 'https://id.example', clientId: "+wrong+", clientSecret: "+wrong+"}, clientCertificate: "+wrong, ""))
	want := []string{
		"upstream-credentials-headers at upstream.credentials.headers.X-A",
		"upstream-credentials-query at upstream.credentials.query.key",
		`upstream-credentials-query at upstream.credentials.query["a.b"][0]`,
		"upstream-credentials-oauth2-client-id at upstream.credentials.oauth2.clientId",
		"upstream-credentials-oauth2-client-secret at upstream.credentials.oauth2.clientSecret",
		"upstream-credentials-client-certificate at upstream.credentials.clientCertificate",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// A key that somebody has pasted where its name belongs is nowhere in what sfngen says.
func TestPastedKeysAreNotShown(t *testing.T) {
	const key = "sk_live_51HexampleExample"
	for _, src := range []string{
		withCredentials("headers: {authorization: "+key+"}", ""),
		withCredentials("headers: {authorization: 'Bearer "+key+"'}", ""),
		withCredentials("headers: {authorization: ["+key+"]}", ""),
		withCredentials("headers: {authorization: {value: "+key+"}}", ""),
		withCredentials("headers: {authorization: {secret: "+key+"}}", ""),
		withCredentials("headers: {authorization: {parameter: "+key+"}}", ""),
		withCredentials("headers: {authorization: {secret: {a: "+key+"}}}", ""),
		withCredentials("headers: "+key, ""),
		withCredentials("token: "+key, ""),
		withCredentials("query: {api_key: "+key+"}, ttl: 1s", ""),
		withCredentials("oauth2: {tokenUrl: 'https://id.example', clientId: a, clientSecret: "+key+"}", ""),
		withCredentials("clientCertificate: "+key, ""),
		withCredentials("ttl: 1m", "environments: {prod: {upstream: {credentials: {headers: {a: "+key+"}}}}}\n"),
		"version: 1\nname: acme\nupstream: {url: 'https://a.example', apiKey: " + key + "}\nretry: {maxAttempts: 2}\n",
		"version: 1\nname: acme\nupstream: {url: 'https://a.example'}\nretry: {maxAttempts: 2}\nsecret: " + key + "\n",
		withCredentials("ttl: 1m", "environments: {prod: {apiKey: "+key+"}}\n"),
		withCredentials("ttl: 1m", "environments: {prod: {upstream: {token: "+key+"}}}\n"),
		withCredentials("ttl: 1m", "egress: {secret: "+key+"}\n"),
		withCredentials("ttl: 1m", "unknown: {items: [{password: "+key+"}]}\n"),
		strings.Replace(withCredentials("ttl: 1m", ""), "maxAttempts", "bearer: "+key+", maxAttempts", 1),
		withCredentials(`headers: {authorization: "sk_live\u005f51HexampleExample"}`, ""),
		withCredentials("headers: {authorization: |\n     "+key+"\n     }", ""),
	} {
		_, findings := spec.ParseAll("spec.yaml", []byte(src))
		if !spec.HasErrors(findings) {
			t.Errorf("no error:\n%s", src)
		}
		for _, f := range findings {
			if text := f.String() + f.Source; strings.Contains(text, key) || strings.Contains(text, "51Hexample") {
				t.Errorf("shows the key:\n%s\n%s", f, f.Source)
			}
		}
	}
}

func TestCredentialsBesideOthers(t *testing.T) {
	const token = "oauth2: {tokenUrl: 'https://id.example/t', clientId: me, clientSecret: {secret: s}}"
	conflict := func(field string) []string { return []string{"credential-conflict at " + inCredentials + field} }
	replaced := func(field string) []string { return []string{"replaced-by-credential at " + field} }
	for _, test := range []struct {
		name, src string
		want      []string
	}{
		{"its own header", withCredentials("headers: {Host: {secret: a}}", ""),
			[]string{"connection-header at " + inCredentials + ".headers.Host"}},
		{"upstream.headers", credentialsBeside("headers: {x-a: b}", "headers: {X-A: {secret: a}}"),
			conflict(".headers.X-A")},
		{"upstream.query", credentialsBeside("query: {a: b}", "query: {a: {secret: a}}"),
			conflict(".query.a")},
		{"the idempotency key", strings.Replace(withCredentials("headers: {x-a: {secret: a}}", ""), "{maxAttempts",
			"{idempotency: {header: x-a}, maxAttempts", 1),
			conflict(".headers.x-a")},
		{"two authorizations", withCredentials("headers: {authorization: {secret: a}}, "+token, ""), conflict(".oauth2")},
		{"forwarded", credentialsBeside("forwardHeaders: [X-A]", "headers: {x-a: {secret: a}}"),
			replaced("upstream.forwardHeaders[0]")},
		{"forwarded by default", withCredentials("headers: {accept: {secret: a}}", ""), nil},
		{"renamed", credentialsBeside("renameHeaders: {x-up: authorization}", token),
			replaced("upstream.renameHeaders.x-up")},
		{"a trigger's header", withCredentials("headers: {x-a: {secret: a}}",
			"triggers: {schedules: [{name: at, expression: rate(1 day), request: {method: GET, path: /, headers: {X-A: b}}}]}\n"),
			replaced("triggers.schedules[0].request.headers.X-A")},
		{"a trigger's parameter", withCredentials("query: {'a[]': {secret: a}}",
			"triggers: {schedules: [{name: at, expression: rate(1 day), request: {method: GET, path: /, query: 'a%5B%5D=b'}}]}\n"),
			replaced("triggers.schedules[0].request.query")},
		{"a parameter that is none", withCredentials("query: {a b: {secret: a}}", ""),
			[]string{"upstream-credentials-query at " + inCredentials + `.query["a b"]`}},
		{"http", strings.Replace(withCredentials("headers: {x-a: {secret: a}}", ""), "https:", "http:", 1),
			[]string{"credential-unencrypted at upstream.url"}},
		{"http on this machine", strings.Replace(withCredentials("headers: {x-a: {secret: a}}", ""), "https://api.acme.example",
			"http://127.0.0.1:9300\n  allowPrivate: true", 1), []string{"private-from-lambda at upstream.url"}},
		{"an unencrypted token endpoint", withCredentials(strings.Replace(token, "https", "http", 1), ""),
			[]string{"upstream-credentials-oauth2-token-url at " + inCredentials + ".oauth2.tokenUrl"}},
		{"two regions", withCredentials("headers: {a: {secret: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:a'}, "+
			"b: {parameter: 'arn:aws:ssm:us-east-1:123456789012:parameter/b'}}", ""),
			[]string{"credential-region at " + inCredentials + ".headers.b"}},
		{"a key of another region", withCredentials("headers: {a: {secret: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:a'}}, "+
			"kmsKey: 'arn:aws:kms:us-east-1:123456789012:key/1234'", ""), []string{"credential-region at " + inCredentials + ".kmsKey"}},
		{"nothing is read", withCredentials("kmsKey: 'arn:aws:kms:us-east-1:123456789012:key/1234'", ""),
			[]string{"credential-unused at " + inCredentials + ".kmsKey"}},
		{"an environment's own secret", withCredentials("headers: {a: {secret: dev/acme}}", "environments: {dev: {}, prod: {upstream: "+
			"{credentials: {headers: {a: {secret: prod/acme}}}}}}\n"), nil},
		{"an environment's parameter", withCredentials("headers: {a: {secret: dev/acme}}", "environments: {prod: {upstream: "+
			"{credentials: {headers: {a: {parameter: /acme}}}}}}\n"),
			[]string{"upstream-credentials-headers at upstream.credentials.headers.a"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, findings := spec.ParseAll("spec.yaml", []byte(test.src))
			var got []string
			for _, f := range findings {
				got = append(got, f.Rule+" at "+f.Path)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// TestCredentialLists: of each list egress k has the k-th.
func TestCredentialLists(t *testing.T) {
	const three, two = "[{secret: a}, {secret: b}, {secret: c}]", "[{secret: d}, {secret: e}]"
	for _, test := range []struct {
		name, credentials, rest string
		want                    []string
		count                   int // of egresses, where nothing is wrong
	}{
		{"as many egresses", "headers: {x: " + three + "}", "", nil, 3},
		{"said again", "headers: {x: " + three + "}", "egress: {count: 3}\n", nil, 3},
		{"too few egresses", "headers: {x: " + three + "}", "egress: {count: 2}\n",
			[]string{"credential-lists at " + inCredentials + ".headers.x"}, 0},
		{"unequal", "headers: {x: " + three + ", y: " + two + "}", "",
			[]string{"credential-lists at " + inCredentials + ".headers.y"}, 0},
		{"unequal in the query", "headers: {x: " + three + "}, query: {y: " + two + "}", "",
			[]string{"credential-lists at " + inCredentials + ".query.y"}, 0},
		{"the same twice in the query", "query: {x: [{secret: a}, {secret: a}]}", "",
			[]string{"duplicate-credential at " + inCredentials + ".query.x[1]"}, 0},
		{"one for all", "headers: {x: {secret: a}}", "", nil, 1},
		{"the same twice", "headers: {x: [{secret: a}, {secret: a, prefix: 'Bearer '}]}", "",
			[]string{"duplicate-credential at " + inCredentials + ".headers.x[1]"}, 0},
		{"two fields of one secret", "headers: {x: [{secret: a, key: k}, {secret: a, key: l}]}", "", nil, 2},
		{"a shared one beside a list", "headers: {x: {secret: a}}, query: {y: " + two + "}", "", nil, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			file, findings := spec.Parse("spec.yaml", []byte(withCredentials(test.credentials, test.rest)))
			var got []string
			for _, f := range findings {
				if f.Rule != "attempts-wrap" {
					got = append(got, f.Rule+" at "+f.Path)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Fatalf("findings (-want +got):\n%s", diff)
			}
			if file != nil && file.Spec().Egress.Count != test.count {
				t.Errorf("%d egresses, want %d", file.Spec().Egress.Count, test.count)
			}
		})
	}
}

// TestCredentialsOfAnEgress: each reads what it shows, and nothing twice.
func TestCredentialsOfAnEgress(t *testing.T) {
	file, findings := spec.Parse("spec.yaml", []byte(withCredentials("headers: {a: [{secret: x, key: k}, {secret: y, prefix: p}], "+
		"b: {parameter: /c}}, query: {d: {parameter: /c}}, oauth2: {tokenUrl: 'https://id.example', clientId: me, "+
		"clientSecret: {secret: x}}", "")))
	if file == nil {
		t.Fatal(findings)
	}
	c := file.Spec().Upstream.Credentials
	if got, want := fmt.Sprint(c.Of(1), c.Of(2)), "[{x   k } { /c   } {x    }] [{y    } { /c   } {x    }]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if !c.Own() || !c.Fetched() {
		t.Error("each egress has a credential of its own")
	}
}

// TestTextsForReferences: a text that says where a value is gets the reference back.
func TestTextsForReferences(t *testing.T) {
	for text, want := range map[string]string{
		"{{resolve:secretsmanager:prod/acme:SecretString:token}}":   "write {secret: prod/acme, key: token}",
		"{{resolve:secretsmanager:prod/acme}}":                      "write {secret: prod/acme}",
		"{{resolve:ssm-secure:/prod/key:3}}":                        "write {parameter: /prod/key}",
		"arn:aws:secretsmanager:eu-central-1:123456789012:secret:a": "write {secret: ARN}, with this ARN",
		"hunter2hunter2": "a value may not stand in a spec: write where it is kept; if this is a key and the file was shared, withdraw it",
	} {
		_, findings := spec.Parse("spec.yaml", []byte(withCredentials("headers: {x-key: \""+text+"\"}", "")))
		if len(findings) != 1 || findings[0].Hint != want {
			t.Errorf("%s: %v, want %q", text, findings, want)
		}
	}
}
