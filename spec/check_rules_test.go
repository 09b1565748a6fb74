package spec_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/spec"
)

// ruled is a spec with these rules, one a line, and with what follows rules in retry.
func ruled(rules, retry string) string {
	text := "version: 1\nname: acme\nupstream: {url: 'https://api.acme.example', methods: [GET, POST]}\n" +
		"retry:\n  maxAttempts: 3\n  idempotency: {header: k}\n" + retry
	if rules != "" {
		text += "  rules:\n"
	}
	for rule := range strings.Lines(rules) {
		text += "    - " + strings.TrimSpace(rule) + "\n"
	}
	return text
}

func TestRulesAreChecked(t *testing.T) {
	for _, test := range []struct {
		name, rules, retry string
		want               []string // the findings' rules and paths
	}{
		{"every condition", `{name: all, when: {status: [4xx, 500-504], method: GET, header: {x-a: [1, true, "x"], X-B: {exists: false}},
			body: {contains: [a, b], matches: '(?i)c'},
			json: {$.a: null, "$[0]['b c'][*]": {atLeast: 1, lessThan: 9}}}, is: transient, minWait: 5s, acted: false}`, "", nil},
		{"one status", `{when: {status: 429, header: {a: b}}, is: rejected}`, "", nil},
		{"a range that ends before it begins", `{when: {status: 504-500}, is: rejected}`, "",
			[]string{"retry-rules-when-status retry.rules[0].when.status"}},
		{"no code", `{when: {status: 99}, is: rejected}`, "", []string{"retry-rules-when-status retry.rules[0].when.status"}},
		{"no condition", `{when: {}, is: rejected}`, "", []string{"wrong-shape retry.rules[0].when"}},
		{"an operator that is none", `{when: {json: {$.a: {regex: x}}}, is: rejected}`, "",
			[]string{`retry-rules-when-json retry.rules[0].when.json["$.a"].regex`}},
		{"a path that is none", `{when: {json: {"a.b": 1}}, is: rejected}`, "",
			[]string{`retry-rules-when-json retry.rules[0].when.json["a.b"]`}},
		{"a path with a step that is none", `{when: {json: {"$.a[1:2]": 1}}, is: rejected}`, "",
			[]string{`json-path retry.rules[0].when.json["$.a[1:2]"]`}},
		{"a wait's path", ``, "  rateLimit: {bodyWaits: ['$.a', '$..b']}\n", []string{"json-path retry.rateLimit.bodyWaits[1]"}},
		{"null of a header", `{when: {header: {x-a: null}}, is: rejected}`, "", []string{"rule-condition retry.rules[0].when.header.x-a"}},
		{"a date of a header", `{when: {header: {x-a: 2026-01-01}}, is: rejected}`, "",
			[]string{"rule-condition retry.rules[0].when.header.x-a"}},
		{"capitals of a header, which YAML drops", `{when: {header: {x-a: True, x-b: [a, FALSE], x-c: {equals: [TRUE]}}}, is: rejected}`, "",
			[]string{"rule-condition retry.rules[0].when.header.x-a", "rule-condition retry.rules[0].when.header.x-b[1]",
				"rule-condition retry.rules[0].when.header.x-c.equals[0]"}},
		{"what a header says as it is written", `{when: {header: {x-a: [yes, "True", true, 1e3, 1.50, -0, 1:30]}}, is: rejected}`, "", nil},
		{"a boolean of a body, however it is written", `{when: {json: {$.a: True}}, is: rejected}`, "", nil},
		{"a number in another notation", `{when: {header: {x-a: 0x10, x-b: 1_000}}, is: rejected}`, "",
			[]string{"number-notation retry.rules[0].when.header.x-a", "number-notation retry.rules[0].when.header.x-b"}},
		{"a date of a body", `{when: {json: {$.a: [1, 2026-01-01]}}, is: rejected}`, "",
			[]string{`rule-condition retry.rules[0].when.json["$.a"][1]`}},
		{"spaces that no header has", `{when: {header: {x-a: ' 0', x-b: [' 0', '1']}}, is: rejected}`, "",
			[]string{"rule-never-matches retry.rules[0].when.header.x-a"}},
		{"a number for a text", `{when: {json: {$.a: {contains: 1}}}, is: rejected}`, "",
			[]string{`rule-condition retry.rules[0].when.json["$.a"].contains`}},
		{"a text for a number", `{when: {json: {$.a: {atMost: many}}}, is: rejected}`, "",
			[]string{`rule-condition retry.rules[0].when.json["$.a"].atMost`}},
		{"a word for a boolean", `{when: {json: {$.a: {exists: yes}}}, is: rejected}`, "",
			[]string{`rule-condition retry.rules[0].when.json["$.a"].exists`}},
		{"a mapping for a value", `{when: {json: {$.a: {equals: {b: 1}}}}, is: rejected}`, "",
			[]string{`rule-condition retry.rules[0].when.json["$.a"].equals`}},
		{"patterns", `{when: {body: {matches: ['a(', b]}, header: {a: {matches: '(?<!x)y'}}}, is: rejected}`, "",
			[]string{"regular-expression retry.rules[0].when.body.matches[0]", "regular-expression retry.rules[0].when.header.a.matches"}},
		{"a count that is too large", `{when: {body: {matches: '((a|b){30}c){40}'}}, is: rejected}`, "",
			[]string{"regular-expression retry.rules[0].when.body.matches"}},
		{"placeholders", `{name: 'a ${b}', when: {json: {"$['${x}']": 1}}, is: rejected}`, "",
			[]string{"rule-placeholder retry.rules[0].name", `rule-placeholder retry.rules[0].when.json["$['${x}']"]`}},
		{"the same name", "{name: a, when: {status: 418}, is: transient}\n{name: a, when: {status: 419}, is: transient}", "",
			[]string{"duplicate-name retry.rules[1].name"}},
		{"a name that is taken", "{name: rule 2, when: {status: 418}, is: transient}\n{when: {status: 419}, is: transient}", "",
			[]string{"duplicate-name retry.rules[1].name"}},
		{"texts that differ by case", `{when: {status: 418, body: {contains: [rate limit, Rate Limit], matches: [a\W, a\w]}}, is: rateLimited}`,
			"  rateLimit: {bodyWaits: [$.resetAt, $.ResetAt]}\n", nil},
		{"a text twice", `{when: {status: 418, body: {contains: [rate limit, rate limit]}}, is: rejected}`, "",
			[]string{"duplicate-item retry.rules[0].when.body.contains[1]"}},
		{"a class twice", `{when: {status: [4XX, 4xx]}, is: rejected}`, "", []string{"duplicate-item retry.rules[0].when.status[1]"}},
		{"minWait", `{when: {status: 418}, is: transient, minWait: 2m}`, "  rateLimit: {minWait: 90s}\n",
			[]string{"min-wait-above-max-wait retry.rateLimit.minWait", "min-wait-above-max-wait retry.rules[0].minWait"}},
		{"a minWait that fits", `{when: {status: 418}, is: transient, minWait: 2m}`, "  rateLimit: {minWait: 90s, maxWait: 2m}\n", nil},
		{"unused fields", `{when: {status: 418, header: {a: b}}, is: success, scope: ip, minWait: 2s, acted: false}`, "",
			[]string{"rule-field-unused retry.rules[0].scope", "rule-field-unused retry.rules[0].minWait",
				"rule-field-unused retry.rules[0].acted"}},
		{"coolDown", `{when: {status: 418}, is: rejected, coolDown: {pool: 10m}}`, "",
			[]string{"cool-down-per-process retry.rules[0].coolDown"}},
		{"coolDown of a limit", `{when: {status: 418}, is: rateLimited, scope: ip, coolDown: {pool: 10m}}`, "",
			[]string{"rule-field-unused retry.rules[0].scope", "cool-down-per-process retry.rules[0].coolDown"}},
		{"coolDown of a success", `{when: {status: 418}, is: success, coolDown: {pool: 10m}}`, "",
			[]string{"rule-field-unused retry.rules[0].coolDown"}},
		{"coolDown of what the lists say too", `{when: {status: 503}, is: transient, coolDown: {pool: 10m}}`, "",
			[]string{"cool-down-per-process retry.rules[0].coolDown"}},
		{"coolDown of nobody", `{when: {status: 418}, is: rejected, coolDown: {}}`, "", []string{"missing-key retry.rules[0].coolDown.pool"}},
		{"coolDown of an egress", `{when: {status: 418}, is: rejected, coolDown: {pool: 1m, egress: 10m}}`, "",
			[]string{"unknown-key retry.rules[0].coolDown.egress"}},
		{"coolDown of no time", `{when: {status: 418}, is: rejected, coolDown: {pool: 0s}}`, "",
			[]string{"retry-rules-cool-down-pool retry.rules[0].coolDown.pool"}},
		{"coolDown of weeks", `{when: {status: 418}, is: rejected, coolDown: {pool: 400h}}`, "",
			[]string{"retry-rules-cool-down-pool retry.rules[0].coolDown.pool"}},
		{"a backoff of its own", "", "  rateLimit: {backoff: {initialDelay: 2m, maxDelay: 1m}}\n",
			[]string{"max-delay-below-initial retry.rateLimit.backoff.maxDelay"}},
		{"a backoff whose longest wait follows", "", "  rateLimit: {backoff: {initialDelay: 2m}}\n", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, findings := spec.Parse("spec.yaml", []byte(ruled(strings.ReplaceAll(test.rules, "\n\t\t\t", " "), test.retry)))
			var got []string
			for _, f := range findings {
				got = append(got, f.Rule+" "+f.Path)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s\n%v", diff, findings)
			}
		})
	}
}

// TestRulesThatNeverMatch: what no answer can fulfil, and what an earlier rule takes.
func TestRulesThatNeverMatch(t *testing.T) {
	const never, useless, fails = "rule-never-matches", "rule-without-effect", "rule-fails-successes"
	for _, test := range []struct{ name, rules, want string }{
		{"an interim answer", `{when: {status: 1xx}, is: success}`, never},
		{"a method that nobody sends", `{when: {method: DELETE}, is: success}`, never},
		{"a body of a status without one", `{when: {status: [204, 304], json: {$.a: 1}}, is: success}`, never},
		{"an empty interval", `{when: {header: {a: {greaterThan: 1, atMost: 1}}}, is: success}`, never},
		{"an interval of one", `{when: {header: {a: {atLeast: 1, atMost: 1}}}, is: success}`, ""},
		{"a value and its absence", `{when: {header: {a: {exists: false, contains: b}}}, is: success}`, never},
		{"values that its pattern does not match", `{when: {json: {$.a: {equals: [x, y], matches: z}}}, is: success}`, never},
		{"a value that its pattern matches", `{when: {json: {$.a: {equals: [x, z], matches: z}}}, is: success}`, ""},

		{"the same", "{when: {status: 429, body: {contains: a}}, is: success}\n{when: {status: 429, body: {contains: a}}, is: rejected}", never},
		{"a wider rule above", "{when: {status: 4xx}, is: transient}\n{when: {status: 429, header: {a: b}}, is: rejected}", never},
		{"a narrower rule above", "{when: {status: 429, header: {a: b}}, is: rejected}\n{when: {status: 4xx}, is: transient}", ""},
		{"two that cover it", "{when: {status: 400-450}, is: transient}\n{when: {status: 451-499}, is: success}\n{when: {status: 4xx, body: " +
			"{contains: a}}, is: rejected}", never},
		{"two that leave one out", "{when: {status: 400-450}, is: transient}\n{when: {status: 452-499}, is: success}\n{when: {status: 4xx}, " +
			"is: rejected, }", ""},
		{"two methods that cover it", "{when: {method: GET, status: 4xx}, is: transient}\n{when: {method: [POST]}, is: success}\n" +
			"{when: {status: 404}, is: rejected}", never},
		{"a longer text", "{when: {body: {contains: [limit, quota]}}, is: transient}\n{when: {body: {contains: daily quota}}, is: rejected}",
			never},
		{"a shorter text", "{when: {body: {contains: daily quota}}, is: rejected}\n{when: {body: {contains: quota}}, is: transient}", ""},
		{"fewer values", "{when: {json: {$.a: [1, 2, '3']}}, is: transient}\n{when: {json: {$.a: 2.0}}, is: rejected}", never},
		{"another type", "{when: {json: {$.a: [1, 2, '3']}}, is: transient}\n{when: {json: {$.a: '2'}}, is: rejected}", ""},
		{"a value that a pattern matches", "{when: {header: {a: {matches: '^jira-'}}}, is: transient}\n{when: {header: {A: [jira-a, " +
			"jira-b]}}, is: rejected}", never},
		{"a value within bounds", "{when: {header: {a: {lessThan: 10}}}, is: transient}\n{when: {header: {a: 9}}, is: rejected}", never},
		{"bounds within bounds", "{when: {header: {a: {lessThan: 10}}}, is: transient}\n{when: {header: {a: {atMost: 9, atLeast: 1}}}, is: " +
			"rejected}", never},
		{"what is in it is there", "{when: {json: {$.error: {exists: true}}}, is: transient}\n{when: {json: {'$.error[0].code': 7}}, is: " +
			"rejected}", never},
		{"what begins alike", "{when: {json: {$.error: {exists: true}}}, is: transient}\n{when: {json: {$.errors: 7}}, is: rejected}", ""},
		{"one condition more", "{when: {header: {a: b}, body: {contains: x}}, is: transient}\n{when: {header: {a: b}}, is: rejected}", ""},

		{"as the lists", `{when: {status: [500, 503]}, is: transient}`, useless},
		{"as the lists, but one", `{when: {status: [500, 501]}, is: transient}`, ""},
		{"as the lists, with a wait", `{when: {status: [500, 503]}, is: transient, minWait: 5s}`, ""},
		{"as the lists, before another", "{when: {status: 429, header: {a: b}}, is: rateLimited}\n{when: {status: 429}, is: transient}", ""},
		{"every success", `{when: {status: 200}, is: rateLimited}`, fails},
		{"a class of them", `{when: {status: [2xx, 429]}, is: transient}`, fails},
		{"all answers of a method", `{when: {method: POST}, is: rejected}`, fails},
		{"one that says that nothing is done yet", `{when: {status: 202}, is: transient}`, ""},
		{"a success with a sign of failure", `{when: {status: 200, body: {contains: limit}}, is: rateLimited}`, ""},
		{"what is left of the successes", "{when: {status: 200, json: {$.ok: true}}, is: success}\n{when: {status: 200}, is: rejected}", ""},
		{"a redirect, which goes by the request", `{when: {status: 302}, is: success}`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, findings := spec.Parse("spec.yaml", []byte(ruled(test.rules, "")))
			got := ""
			for _, f := range findings {
				got += f.Rule
			}
			if got != test.want {
				t.Errorf("found %q, want %q: %v", got, test.want, findings)
			}
		})
	}
}

// TestRulesAreRead: texts of headers as they are written, values of JSON with their
// types; a backoff of limits has what it leaves out of the other one.
func TestRulesAreRead(t *testing.T) {
	file, findings := spec.Parse("spec.yaml", []byte(ruled("{when: {header: {X-Left: [0, 1.0, false]}, json: {$.a: [0, '0', false, "+
		"null]}}, is: rateLimited}",
		"  backoff: {strategy: linear, jitter: none, maxDelay: 20s}\n  rateLimit: {backoff: {initialDelay: 30s}}\n")))
	if spec.HasErrors(findings) {
		t.Fatal(findings)
	}
	retry := file.Spec().Retry
	when := retry.Rules[0].When.Conditions()
	var got []string
	for _, test := range [][]string{{"header", when.Headers[0].Name}, {"json", when.JSON[0].Path}} {
		got = append(got, test...)
	}
	for _, value := range append(when.Headers[0].Values(), when.JSON[0].Values()...) {
		got = append(got, string(value))
	}
	want := []string{"header", "x-left", "json", "$.a", `"0"`, `"1.0"`, `"false"`, "0", `"0"`, "false", "null"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("conditions (-want +got):\n%s", diff)
	}
	if retry.Rules[0].Name != "rule 1" {
		t.Errorf("name %q", retry.Rules[0].Name)
	}
	if diff := cmp.Diff(spec.Backoff{Strategy: "linear", InitialDelay: 30e9, Multiplier: 2, MaxDelay: 30e9, Jitter: "none"},
		retry.LimitBackoff()); diff != "" {
		t.Errorf("backoff (-want +got):\n%s", diff)
	}
}

// TestPathsInBracesNeedQuotes: YAML takes the brackets of a path for a list.
func TestPathsInBracesNeedQuotes(t *testing.T) {
	for _, test := range []struct{ rules, retry, want string }{
		{"{when: {json: {$.errors[*].code: 1}}, is: rejected}", "", `put it in quotes: "$.errors[*].code"`},
		{"{when: {status: 200, json: {$.a: 1, $[0].b : 1}}, is: rejected}", "", `put it in quotes: "$[0].b"`},
		{"", "  rateLimit: {bodyWaits: [$.a, $.b[0].wait]}\n", `put it in quotes: "$.b[0].wait"`},
	} {
		_, findings := spec.Parse("spec.yaml", []byte(ruled(test.rules, test.retry)))
		if len(findings) != 1 || findings[0].Rule != "yaml-syntax" || findings[0].Hint != test.want {
			t.Errorf("%s%s: %v", test.rules, test.retry, findings)
		}
	}
}

// TestPoolForTheLimitsOfARule: where some limit counts addresses, more of them gain
// something.
func TestPoolForTheLimitsOfARule(t *testing.T) {
	for scope, want := range map[string]int{"ip": 0, "credential": 1} {
		src := ruled("{when: {status: 418}, is: rateLimited, scope: "+scope+"}", "  rateLimit: {scope: credential}\n") + "egress: {count: 2}\n"
		if _, findings := spec.Parse("spec.yaml", []byte(src)); len(findings) != want {
			t.Errorf("%s: %v", scope, findings)
		}
	}
}
