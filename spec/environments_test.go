package spec_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/spec"
)

// staged is a spec with environments; tests put more of them behind it.
const staged = `version: 1
name: acme
upstream:
  url: https://api.acme.example
  headers: {Accept: text/plain, x-team: orders}
  methods: [GET, PUT]
retry:
  maxAttempts: 3
  backoff: {initialDelay: 2s}
tags: {team: orders}
environments:
`

// Mappings merge, lists and scalars replace, null gives the default back.
func TestEnvironmentsAreLaidOver(t *testing.T) {
	type overlaid struct {
		Stack, Environment, URL string
		Headers, Tags           map[string]string
		Methods                 []string
		Attempts, Count         int
		InitialDelay            time.Duration
	}
	base := func(stack, environment string) overlaid {
		return overlaid{
			Stack: stack, Environment: environment, URL: "https://api.acme.example",
			Headers: map[string]string{"accept": "text/plain", "x-team": "orders"}, Tags: map[string]string{"team": "orders"},
			Methods: []string{"GET", "PUT"}, Attempts: 3, Count: 3, InitialDelay: 2 * time.Second,
		}
	}
	tests := []struct {
		name, environment string
		want              func(*overlaid)
	}{
		{"nothing", "dev:", func(*overlaid) {}},
		{"an empty mapping", "dev: {}", func(*overlaid) {}},
		{"a scalar replaces", "dev: {upstream: {url: 'https://sandbox.example'}}", func(o *overlaid) { o.URL = "https://sandbox.example" }},
		{"a list replaces", "dev: {upstream: {methods: [DELETE]}}", func(o *overlaid) { o.Methods = []string{"DELETE"} }},
		{"a mapping merges", "dev: {tags: {stage: dev}}", func(o *overlaid) { o.Tags = map[string]string{"team": "orders", "stage": "dev"} }},
		{"names of headers in any case", "dev: {upstream: {headers: {ACCEPT: '*/*', X-Team: null}}}",
			func(o *overlaid) { o.Headers = map[string]string{"accept": "*/*"} }},
		{"null gives the default back", "dev: {upstream: {methods: null}, retry: {backoff: ~}, tags: null}",
			func(o *overlaid) { o.Methods, o.InitialDelay, o.Tags = []string{"GET", "HEAD"}, time.Second, nil }},
		{"null of what nobody wrote", "dev: {egress: null, workflow: {type: null}}", func(*overlaid) {}},
		{"a default that follows another field", "dev: {retry: {maxAttempts: 7}}", func(o *overlaid) { o.Attempts, o.Count = 7, 7 }},
		{"a section of its own", "dev: {egress: {count: 4}}", func(o *overlaid) { o.Count = 4 }},
		{"the name is kept", "dev: {keepName: true}", func(o *overlaid) { o.Stack = "acme" }},
		{"an alias", "dev: &d {egress: {count: 4}}\n  prod: *d", func(o *overlaid) { o.Count = 4 }},
		{"a merge key, own keys win", "dev: {<<: &x {egress: {count: 9}, retry: {maxAttempts: 5}}, egress: {count: 4}}",
			func(o *overlaid) { o.Attempts, o.Count = 5, 4 }},
		{"merged environments", "<<: {dev: {egress: {count: 4}}}\n  prod:", func(o *overlaid) { o.Count = 4 }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			files, findings := spec.ParseAll("spec.yaml", []byte(staged+"  "+test.environment+"\n"), "dev")
			if len(files) != 1 || spec.HasErrors(findings) {
				t.Fatalf("%d files: %s", len(files), lines(findings))
			}
			s := files[0].Spec()
			got := overlaid{s.Name, files[0].Environment(), s.Upstream.URL, s.Upstream.Headers, s.Tags, s.Upstream.Methods,
				s.Retry.MaxAttempts, s.Egress.Count, s.Retry.Backoff.InitialDelay}
			want := base("acme-dev", "dev")
			test.want(&want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if files[0].BaseName() != "acme" {
				t.Errorf("the spec's own name is %q", files[0].BaseName())
			}
		})
	}
}

func TestParseAllKeepsTheOrder(t *testing.T) {
	src := []byte(staged + "  staging:\n  dev:\n  prod: {keepName: true}\n")
	for _, test := range []struct{ only, want string }{
		{"", "acme-staging acme-dev acme"}, {"prod,dev", "acme-dev acme"}, {"other", ""},
	} {
		var only []string
		if test.only != "" {
			only = strings.Split(test.only, ",")
		}
		files, _ := spec.ParseAll("spec.yaml", src, only...)
		var got []string
		for _, f := range files {
			got = append(got, f.Spec().Name)
			if diff := cmp.Diff([]string{"staging", "dev", "prod"}, f.Environments()); diff != "" {
				t.Errorf("environments (-want +got):\n%s", diff)
			}
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("only %q: %q, want %q", test.only, got, test.want)
		}
	}
}

// A finding points to where the value is written. What is wrong in some environments
// names them; what is wrong in all, or stands in an environment itself, does not.
func TestFindingsOfEnvironments(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"a value of an environment", staged + "  dev:\n  prod: {egress: {count: 0}}\n",
			`spec.yaml:13:26: error: environments.prod.egress.count: must be between 1 and 50, got 0 [egress-count]`},
		{"an unknown key in one", staged + "  dev: {egres: {count: 1}}\n",
			`spec.yaml:12:9: error: environments.dev.egres: unknown key; did you mean egress? [unknown-key]`},
		{"no value for an unknown key", staged + "  dev: {egress: {cuont: null}}\n",
			`spec.yaml:12:18: error: environments.dev.egress.cuont: unknown key; did you mean count? [unknown-key]`},
		{"no value for a header that is not there", staged + "  dev: {upstream: {headers: {x-taem: null}}}\n",
			`spec.yaml:12:38: error: environments.dev.upstream.headers.x-taem: must be a header value: text without control characters and ` +
				`without spaces at its ends, got nothing; write a value, or remove the key if it may be left out [upstream-headers]`},
		{"a required field is taken away", staged + "  dev: {upstream: {url: null}}\n  prod:\n",
			`spec.yaml:12:25: error: environments.dev.upstream.url: is required, and null takes it away; write a value, or remove the key ` +
				`[missing-key]`},
		{"a required section is taken away", staged + "  dev: {retry: null}\n",
			`spec.yaml:12:16: error: environments.dev.retry: is required, and null takes it away; write a value, or remove the key [missing-key]`},
		{"what cannot be read is no null", staged + "  dev: {upstream: {url: !secret x}}\n" +
			"  prod: {retry: {maxAttempts: 010}}\n  test: {retry: !!null }\n",
			`spec.yaml:12:25: error: environments.dev.upstream.url: the tag !secret means nothing in a spec; remove it [yaml-tag]
spec.yaml:13:31: error: environments.prod.retry.maxAttempts: "010" is a number in a notation that is easily misread; write it in plain ` +
				`decimal digits, or in quotes if it is text [number-notation]
spec.yaml:14:17: error: environments.test.retry: the tag !!null means nothing in a spec; remove it [yaml-tag]`},
		{"an alias in itself is no null", staged + "  dev: {retry: &r {backoff: *r}}\n",
			`spec.yaml:12:29: error: environments.dev.retry.backoff: the alias *r is inside its own anchor; write the value out [alias-explosion]`},
		{"at a place that others take over", staged + "  dev: &d {egress: {count: 0}}\n" +
			"  test: {<<: *d}\n  prod: *d\n  other: {egress: {count: 0}}\n",
			`spec.yaml:12:28: error: environments.dev.egress.count: must be between 1 and 50, got 0 (in environments dev, test and prod) ` +
				`[egress-count]
spec.yaml:15:27: error: environments.other.egress.count: must be between 1 and 50, got 0 [egress-count]`},
		{"unreadable at a place that others take over", staged + "  dev: &d {egress: {count: 010}}\n  prod: *d\n",
			`spec.yaml:12:28: error: environments.dev.egress.count: "010" is a number in a notation that is easily misread; write it in plain ` +
				`decimal digits, or in quotes if it is text [number-notation]`},
		{"another shape", staged + "  dev: {retry: 3}\n",
			`spec.yaml:12:16: error: environments.dev.retry: must be a mapping of keys to values, got 3 [wrong-shape]`},
		{"wrong everywhere is said once", strings.Replace(staged, "maxAttempts: 3", "maxAttempts: 0", 1) + "  dev:\n  prod:\n",
			`spec.yaml:8:16: error: retry.maxAttempts: must be between 1 and 50, got 0 [retry-max-attempts]`},
		{"wrong where no environment mends it", strings.Replace(staged, "maxAttempts: 3", "maxAttempts: 0", 1) +
			"  dev:\n  prod: {retry: {maxAttempts: 2}}\n  test:\n",
			`spec.yaml:8:16: error: retry.maxAttempts: must be between 1 and 50, got 0 (in environments dev and test) [retry-max-attempts]`},
		{"wrong, and replaced everywhere", strings.Replace(staged, "maxAttempts: 3", "maxAttempts: 0", 1) +
			"  dev: {retry: {maxAttempts: 2}}\n  prod: {retry: {maxAttempts: 3}}\n",
			`spec.yaml:8:16: error: retry.maxAttempts: must be between 1 and 50, got 0 [retry-max-attempts]`},
		{"missing, and written everywhere", strings.Replace(staged, "  url: https://api.acme.example\n", "", 1) +
			"  dev: {upstream: {url: 'https://a.example'}}\n  prod: {upstream: {url: 'https://b.example'}}\n", ``},
		{"missing in one", strings.Replace(staged, "  url: https://api.acme.example\n", "", 1) +
			"  dev: {upstream: {url: 'https://a.example'}}\n  prod:\n",
			`spec.yaml:3:1: error: upstream.url: is required, but missing (in environment prod); write where the API lives, as in ` +
				`https://api.acme.example/v1 [missing-key]`},
		{"between fields, where the environment has one", staged + "  dev: {retry: {backoff: {maxDelay: 1s}}}\n  prod:\n",
			`spec.yaml:12:37: error: environments.dev.retry.backoff.maxDelay: initialDelay is 2s, but maxDelay, the longest wait, is 1s; set ` +
				`maxDelay to at least 2s [max-delay-below-initial]`},
		{"between fields, pointing outside", strings.Replace(staged, "initialDelay: 2s", "maxDelay: 4s", 1) +
			"  dev: {retry: {backoff: {initialDelay: 5s}}}\n  prod:\n",
			`spec.yaml:9:23: error: retry.backoff.maxDelay: initialDelay is 5s, but maxDelay, the longest wait, is 4s (in environment dev); ` +
				`set maxDelay to at least 5s [max-delay-below-initial]`},
		{"a key twice, in one environment", staged + "  dev:\n    egress: {count: 2, count: 3}\n  prod:\n",
			`spec.yaml:13:24: error: environments.dev.egress.count: written a second time; the first is on line 13; remove one of them ` +
				`[duplicate-key]`},
		{"an environment twice", staged + "  dev:\n  dev: {egress: {count: 0}}\n",
			`spec.yaml:13:3: error: environments.dev: written a second time; the first is on line 12; remove one of them [duplicate-key]`},
		{"what is found while reading, once",
			"tags: {1: a}\n" + strings.Replace(staged, "tags:", "egress: {count: 010}\n#", 1) + "  dev:\n  prod:\n",
			`spec.yaml:1:8: error: tags: a key must be text, got 1; put it in quotes: "1" [key-not-text]
spec.yaml:11:17: error: egress.count: "010" is a number in a notation that is easily misread; write it in plain decimal digits, or in ` +
				`quotes if it is text [number-notation]`},
		{"no keepName", staged + "  dev: {keepName: null}\n", ``},
		{"a name", staged + "  Dev_1:\n",
			`spec.yaml:12:3: error: environments.Dev_1: the key must be lower-case letters, digits and hyphens that begin with a letter and ` +
				`do not end in a hyphen, got "Dev_1" [environments]`},
		{"a name that is a path", staged + "  a/../b:\n  prod:\n",
			`spec.yaml:12:3: error: environments["a/../b"]: the key must be lower-case letters, digits and hyphens that begin with a letter and ` +
				`do not end in a hyphen, got "a/../b" [environments]`},
		{"a list", staged + "  - dev\n",
			`spec.yaml:11:1: error: environments: must be a mapping of keys to values, got a list [wrong-shape]`},
		{"none", staged,
			`spec.yaml:11:14: error: environments: must be a mapping of keys to values, got nothing; write a value, or remove the key if it may ` +
				`be left out [wrong-shape]`},
		{"an empty mapping", strings.Replace(staged, "environments:", "environments: {}", 1),
			`spec.yaml:11:1: error: environments: must not be empty [environments]`},
		{"too many", staged + manyEnvironments(51), `spec.yaml:11:1: error: environments: must hold at most 50, got 51 [environments]`},
		{"as many as can be", staged + manyEnvironments(50), ``},
		{"an environment of another shape", staged + "  dev: [1]\n",
			`spec.yaml:12:3: error: environments.dev: must be a mapping of the fields that differ, got a list [wrong-shape]`},
		{"what is shared", staged + "  dev: {version: 1}\n  prod: {environments: {}}\n",
			`spec.yaml:12:9: error: environments.dev.version: version is the same in all environments; remove it [environment-field]
spec.yaml:13:10: error: environments.prod.environments: environments is the same in all environments; remove it [environment-field]`},
		{"a stack's name that is too long",
			strings.Replace(staged, "acme", strings.Repeat("a", 30), 1) + "  dev:\n  d:\n  prod: {keepName: true}\n",
			`spec.yaml:12:3: error: environments.dev: its stack would be called ` + strings.Repeat("a", 30) + `-dev: 34 characters, but at most ` +
				`32 are allowed; shorten the environment's name or the spec's by 2 [environment-stack-name]`},
		{"two keep the name", staged + "  dev: {keepName: true}\n  prod: {keepName: true}\n",
			`spec.yaml:13:20: error: environments.prod.keepName: environment dev keeps the name already: two stacks would have it; remove it ` +
				`here or there [keep-name-twice]`},
		{"the keys of an environment", staged + "  dev: {speed: 1}\n",
			`spec.yaml:12:9: error: environments.dev.speed: unknown key; allowed here: keepName, architecture, description, egress, operations, ` +
				`partition, retry, tags, triggers, upstream, workflow [unknown-key]`},
		{"keepName outside", "keepName: true\n" + staged + "  dev:\n",
			`spec.yaml:1:1: error: keepName: unknown key; it belongs into an environment, as in environments: {prod: {keepName: true}} ` +
				`[unknown-key]`},
		{"a word of another system", strings.Replace(staged, "environments:", "stages:", 1) + "  dev:\n",
			`spec.yaml:11:1: error: stages: is a word of the Serverless Framework; here it is environments [foreign-word]`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, findings := spec.ParseAll("spec.yaml", []byte(test.src))
			if diff := cmp.Diff(test.want, strings.Join(lines(findings), "\n")); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func manyEnvironments(n int) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "  e%d:\n", i)
	}
	return text.String()
}

// Errors of an environment that is not meant do not stop another.
func TestOnlyTheEnvironmentsThatAreMeant(t *testing.T) {
	src := []byte(staged + "  dev: {egress: {count: 0, count: 1}}\n  prod:\n")
	for only, want := range map[string]int{"dev": 1, "prod": 0} {
		if _, findings := spec.ParseAll("spec.yaml", src, only); len(findings) != want {
			t.Errorf("only %s: %d findings, want %d: %s", only, len(findings), want, lines(findings))
		}
	}
}
