package judge_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/judge"
)

// policy is that of a definition whose rules are these, as JSON.
func policy(t testing.TB, rules string) contract.Policy {
	t.Helper()
	p := contract.Policy{
		SuccessStatusCodes: contract.StatusCodes{{From: 200, To: 299}, {From: 300, To: 399}},
		RedirectsFail:      true,
		RateLimited: contract.RateLimited{StatusCodes: contract.StatusCodes{{From: 403, To: 403}, {From: 429, To: 429}}, Scope: "ip",
			MinSeconds: 2},
		Transient:           contract.Transient{StatusCodes: contract.StatusCodes{{From: 500, To: 599}}},
		NotActedStatusCodes: contract.StatusCodes{{From: 429, To: 429}},
	}
	if err := json.Unmarshal([]byte(rules), &p.Rules); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestListsDecideWhereNoRuleMatches(t *testing.T) {
	p := policy(t, `[{"name": "never", "when": {"status": [418]}, "is": "success"}]`)
	for _, test := range []struct {
		name    string
		request judge.Request
		status  int
		want    judge.Verdict
	}{
		{"success", judge.Request{Method: "POST"}, 204, judge.Verdict{}},
		{"a page that moved", judge.Request{Method: "GET"}, 301, judge.Verdict{}},
		{"a POST that moved", judge.Request{Method: "POST"}, 303, judge.Verdict{Error: contract.ErrRejected}},
		{"a trigger that moved", judge.Request{Method: "GET", Trigger: "nightly"}, 302, judge.Verdict{Error: contract.ErrRejected}},
		{"a limit", judge.Request{Method: "GET"}, 429, judge.Verdict{Error: contract.ErrRateLimited, Scope: "ip", MinSeconds: 2, Certain: true}},
		{"trouble", judge.Request{Method: "GET"}, 503, judge.Verdict{Error: contract.ErrTransient}},
		{"a refusal", judge.Request{Method: "GET"}, 404, judge.Verdict{Error: contract.ErrRejected}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := judge.Decide(p, test.request, judge.Answer{Status: test.status})
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("verdict (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFirstRuleThatMatchesDecides(t *testing.T) {
	p := policy(t, `[
		{"name": "money", "when": {"status": [429], "json": [{"path": "$.error.code", "equals": ["insufficient_quota"]}]}, "is": "rejected"},
		{"name": "account", "when": {"status": [429], "header": [{"name": "x-scope", "equals": ["account"]}]}, "is": "rateLimited",
			"scope": "credential", "minSeconds": 60},
		{"name": "throttled", "when": {"status": ["2xx"], "json": [{"path": "$.errors[*].extensions.code", "equals": ["THROTTLED"]}]},
			"is": "rateLimited", "acted": false},
		{"name": "busy", "when": {"status": [429]}, "is": "transient", "acted": true}]`)
	for _, test := range []struct {
		name   string
		answer judge.Answer
		want   judge.Verdict
	}{
		{"the body says no", judge.Answer{Status: 429, Body: []byte(`{"error": {"code": "insufficient_quota"}}`)},
			judge.Verdict{Error: contract.ErrRejected, Rule: "money", Certain: true}},
		{"its own scope and floor", judge.Answer{Status: 429, Header: http.Header{"X-Scope": {"account"}}},
			judge.Verdict{Error: contract.ErrRateLimited, Rule: "account", Scope: "credential", MinSeconds: 60, Certain: true}},
		{"a limit in a 200", judge.Answer{Status: 200, Body: []byte(`{"errors":[{"extensions":{"code":"THROTTLED"}}]}`)},
			judge.Verdict{Error: contract.ErrRateLimited, Rule: "throttled", Scope: "ip", Certain: true}},
		{"a 200 of another kind", judge.Answer{Status: 200, Body: []byte(`{"data":{}}`)}, judge.Verdict{}},
		{"it may have acted", judge.Answer{Status: 429}, judge.Verdict{Error: contract.ErrTransient, Rule: "busy"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := judge.Decide(p, judge.Request{Method: "POST"}, test.answer)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("verdict (-want +got):\n%s", diff)
			}
		})
	}
}

func TestConditions(t *testing.T) {
	limited := `{"error": {"code": 429, "left": "0", "daily": true, "id": 12345678901234567890, "none": null, "text": "Quota \"day\" \u0041"}}`
	for _, test := range []struct {
		name, when, body string
		header           http.Header
		want             bool
	}{
		{"another status", `{"status": ["5xx"]}`, "", nil, false},
		{"the method", `{"method": ["GET", "POST"]}`, "", nil, true},
		{"another method", `{"method": ["GET"]}`, "", nil, false},

		{"a header's text", `{"header": [{"name": "x-left", "equals": ["0"]}]}`, "", http.Header{"X-Left": {" 0 "}}, true},
		{"any of several lines", `{"header": [{"name": "x-left", "equals": ["0"]}]}`, "", http.Header{"X-Left": {"5", "0"}}, true},
		{"one of several texts", `{"header": [{"name": "x-left", "equals": ["1", "0"]}]}`, "", http.Header{"X-Left": {"0"}}, true},
		{"another text", `{"header": [{"name": "x-left", "equals": ["0"]}]}`, "", http.Header{"X-Left": {"00"}}, false},
		{"no such header", `{"header": [{"name": "x-left", "equals": ["0"]}]}`, "", nil, false},
		{"a header is there", `{"header": [{"name": "x-left", "exists": true}]}`, "", http.Header{"X-Left": {""}}, true},
		{"a header is not there", `{"header": [{"name": "x-left", "exists": true}]}`, "", nil, false},
		{"absence", `{"header": [{"name": "x-left", "exists": false}]}`, "", nil, true},
		{"no absence", `{"header": [{"name": "x-left", "exists": false}]}`, "", http.Header{"X-Left": {"1"}}, false},
		{"a pattern", `{"header": [{"name": "x-why", "matches": ["^jira-"]}]}`, "", http.Header{"X-Why": {"jira-burst"}}, true},
		{"part of a header", `{"header": [{"name": "x-why", "contains": ["burst"]}]}`, "", http.Header{"X-Why": {"jira-burst"}}, true},
		{"fewer", `{"header": [{"name": "x-left", "lessThan": 1}]}`, "", http.Header{"X-Left": {"0"}}, true},
		{"fewer, with parameters", `{"header": [{"name": "x-left", "atMost": 0}]}`, "", http.Header{"X-Left": {"0;w=21600"}}, true},
		{"not fewer", `{"header": [{"name": "x-left", "lessThan": 1}]}`, "", http.Header{"X-Left": {"1"}}, false},
		{"between", `{"header": [{"name": "x-left", "greaterThan": 1, "atMost": 3}]}`, "", http.Header{"X-Left": {"9", "2"}}, true},
		{"no number", `{"header": [{"name": "x-left", "atLeast": 0}]}`, "", http.Header{"X-Left": {"none", "0x1", "Inf", "NaN", ""}}, false},

		{"a number beyond any range", `{"header": [{"name": "x-left", "greaterThan": 5}]}`, "", http.Header{"X-Left": {"1e400"}}, true},
		{"a debt beyond any range", `{"header": [{"name": "x-left", "lessThan": 0}]}`, "", http.Header{"X-Left": {"-1e400"}}, true},

		{"words of a body", `{"body": {"contains": ["daily", "secondary rate limit"]}}`, "a secondary rate limit", nil, true},
		{"no such words", `{"body": {"contains": ["daily"]}}`, "Daily", nil, false},
		{"a pattern of a body", `{"body": {"matches": ["(?i)daily|weekly"]}}`, "the WEEKLY quota", nil, true},
		{"an event of a stream", `{"body": {"matches": ["(?m)^data: *\\{\"error\""]}}`, "event: message\ndata: {\"error\": {}}\n\n", nil, true},
		{"a pattern of what is no UTF-8", `{"body": {"matches": ["limit\\x{FFFD}"]}}`, "limit\xff", nil, true},
		{"both", `{"body": {"contains": ["a"], "matches": ["b"]}}`, "a", nil, false},
		{"no body", `{"body": {"contains": ["a"]}}`, "", nil, false},

		{"a number", `{"json": [{"path": "$.error.code", "equals": [429]}]}`, limited, nil, true},
		{"the same number", `{"json": [{"path": "$.error.code", "equals": [4.29e2]}]}`, limited, nil, true},
		{"a text is no number", `{"json": [{"path": "$.error.code", "equals": ["429"]}]}`, limited, nil, false},
		{"one of both", `{"json": [{"path": "$.error.code", "equals": ["429", 429]}]}`, limited, nil, true},
		{"a text that counts", `{"json": [{"path": "$.error.left", "lessThan": 1}]}`, limited, nil, true},
		{"a number beyond any range, compared", `{"json": [{"path": "$", "atMost": 5}]}`, "1e400", nil, false},
		{"the same number, with zeros", `{"json": [{"path": "$", "equals": [1200]}]}`, "12.0e2", nil, true},
		{"the same digits", `{"json": [{"path": "$", "equals": [12]}]}`, "120", nil, false},
		{"minus", `{"json": [{"path": "$", "equals": [12]}]}`, "-12", nil, false},
		{"escapes of one letter", `{"json": [{"path": "$", "equals": ["a\n\"/b\""]}]}`, `"a\n\"\/b\""`, nil, true},
		{"a text of a number", `{"json": [{"path": "$", "equals": ["x", "12"]}]}`, "12", nil, false},
		{"a large number", `{"json": [{"path": "$.error.id", "equals": [12345678901234567890]}]}`, limited, nil, true},
		{"nearly the same", `{"json": [{"path": "$.error.id", "equals": [12345678901234567891]}]}`, limited, nil, false},
		{"a word", `{"json": [{"path": "$.error.daily", "equals": [true]}]}`, limited, nil, true},
		{"null", `{"json": [{"path": "$.error.none", "null": true}]}`, limited, nil, true},
		{"null or one", `{"json": [{"path": "$.error.code", "null": true, "equals": [429]}]}`, limited, nil, true},
		{"null or another", `{"json": [{"path": "$.error.code", "null": true, "equals": [1]}]}`, limited, nil, false},
		{"null is there", `{"json": [{"path": "$.error.none", "exists": true}]}`, limited, nil, true},
		{"nothing is not null", `{"json": [{"path": "$.error.nothing", "null": true}]}`, limited, nil, false},
		{"not there", `{"json": [{"path": "$.error.nothing", "exists": false}]}`, limited, nil, true},
		{"an object is there", `{"json": [{"path": "$.error", "exists": true}]}`, limited, nil, true},
		{"escapes", `{"json": [{"path": "$.error.text", "equals": ["Quota \"day\" A"]}]}`, limited, nil, true},
		{"a pattern of a text", `{"json": [{"path": "$.error.text", "matches": ["^Quota"]}]}`, limited, nil, true},
		{"a number is no text", `{"json": [{"path": "$.error.code", "matches": ["4"]}]}`, limited, nil, false},
		{"an array at the top", `{"json": [{"path": "$[0].code", "equals": ["BUSY"]}]}`, ` [ {"code" : "BUSY"} ] `, nil, true},
		{"any of an array", `{"json": [{"path": "$[*].code", "equals": ["BUSY"]}]}`, `[{"code":"OK"},[],{"code":"BUSY"}]`, nil, true},
		{"any member", `{"json": [{"path": "$.*.code", "equals": [7]}]}`, `{"a":{"code":1},"b":{"code":7}}`, nil, true},
		{"the value itself", `{"json": [{"path": "$", "equals": ["busy"]}]}`, `"busy"`, nil, true},
		{"a byte order mark", `{"json": [{"path": "$.a", "equals": [1]}]}`, "\ufeff{\"a\":1}", nil, true},
		{"a key with an escape", `{"json": [{"path": "$['a b']", "equals": [1]}]}`, `{"\u0061 b":1}`, nil, true},
		{"no JSON", `{"json": [{"path": "$.a", "exists": false}]}`, `<html>`, nil, false},
		{"two documents", `{"json": [{"path": "$.a", "exists": true}]}`, `{"a":1}{"a":2}`, nil, false},
		{"cut off", `{"json": [{"path": "$.a", "exists": true}]}`, `{"a":1,`, nil, false},
		{"all conditions", `{"status": [400], "header": [{"name": "a", "exists": true}], "json": [{"path": "$.a", "exists": true}]}`, `{"a":1}`,
			http.Header{"A": {"b"}}, true},
		{"all but one", `{"status": [400], "header": [{"name": "b", "exists": true}], "json": [{"path": "$.a", "exists": true}]}`, `{"a":1}`,
			http.Header{"A": {"b"}}, false},
		{"no condition", `{}`, "", nil, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := policy(t, `[{"name": "tested", "when": `+test.when+`, "is": "transient"}]`)
			got := judge.Decide(p, judge.Request{Method: "POST"}, judge.Answer{Status: 400, Header: test.header, Body: []byte(test.body)})
			if (got.Rule == "tested") != test.want {
				t.Errorf("matches: %t, want %t", got.Rule == "tested", test.want)
			}
		})
	}
}

// TestBodyIsLookedAtUpToALimit: what an API sends beyond it costs no time.
func TestBodyIsLookedAtUpToALimit(t *testing.T) {
	p := policy(t, `[{"name": "found", "when": {"body": {"contains": ["limit"]}}, "is": "rateLimited"}]`)
	for _, test := range []struct {
		name   string
		before int
		want   string
	}{
		{"within", contract.BodyLimit - len("limit"), "found"},
		{"beyond", contract.BodyLimit - len("limit") + 1, ""},
	} {
		got := judge.Decide(p, judge.Request{}, judge.Answer{Status: 200, Body: []byte(strings.Repeat(" ", test.before) + "limit")})
		if got.Rule != test.want {
			t.Errorf("%s: rule %q, want %q", test.name, got.Rule, test.want)
		}
	}
}

// TestFormsOfABody: what a condition can look at, and what is said of a body that it cannot.
func TestFormsOfABody(t *testing.T) {
	utf16 := func(text string) string {
		out := "\xff\xfe"
		for _, c := range []byte(text) {
			out += string([]byte{c, 0})
		}
		return out
	}
	latin, packed := "text/plain; charset=ISO-8859-1", "\x8b\x02\x80\x03"
	for _, test := range []struct {
		name, body, contentType, coding string
		matches                         bool
		unread                          string
	}{
		{"plain", "Limite dépassée", "text/plain", "", true, ""},
		{"Western", "Limite d\xe9pass\xe9e", latin, "", true, ""},
		{"Western, of Windows", "\x93Limite d\xe9pass\xe9e\x94 \x80", "text/plain; charset=windows-1252", "", true, ""},
		{"Western JSON", "[\"Limite d\xe9pass\xe9e\"]", `application/json; charset="Latin1"`, "", true, ""},
		{"called Western, but UTF-8", "Limite dépassée", latin, "", true, ""},
		{"of no charset", "Limite d\xe9pass\xe9e", "text/plain", "", false, ""},
		{"another charset", "Limite d\xe9pass\xe9e", "text/plain; charset=koi8-r", "", false, "koi8-r"},
		{"UTF-16, by its mark", utf16("Limite"), "text/plain", "", false, "utf-16"},
		{"UTF-16, by its header", utf16("Limite")[2:], "text/plain; charset=UTF-16LE", "", false, "utf-16le"},
		{"packed", packed, latin, "zstd", false, "zstd"},
		{"packed twice", packed, "", "Deflate, BR", false, "deflate, br"},
		{"called packed, but not", "Limite dépassée", "", "br", true, ""},
		{"called nothing", packed, "", "identity", false, ""},
		{"no body", "", "", "br", false, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			header := http.Header{"Content-Type": {test.contentType}, "Content-Encoding": {test.coding}}
			p := policy(t, `[{"name": "other", "when": {"status": [500], "body": {"contains": ["x"]}}, "is": "success"},
				{"name": "found", "when": {"body": {"contains": ["Limite dépassée"]}}, "is": "rateLimited"}]`)
			got := judge.Decide(p, judge.Request{}, judge.Answer{Status: 429, Header: header, Body: []byte(test.body)})
			if (got.Rule == "found") != test.matches || got.Unread != test.unread {
				t.Errorf("matches: %t, unread %q, want %t, %q", got.Rule == "found", got.Unread, test.matches, test.unread)
			}
		})
	}
	p := policy(t, `[{"name": "other", "when": {"status": [500], "body": {"contains": ["x"]}}, "is": "success"}]`)
	answer := judge.Answer{Status: 429, Header: http.Header{"Content-Encoding": {"br"}}, Body: []byte(packed)}
	if got := judge.Decide(p, judge.Request{}, answer); got.Unread != "" {
		t.Errorf("a rule of another status wanted to look at a body in %s", got.Unread)
	}
}

func TestValues(t *testing.T) {
	body := `{"retry_after": 1.5, "errors": [{"extensions": {"waitMs": "200"}}, {"extensions": {"waitMs": null}}, {"extensions": ` +
		`{"waitMs": 7}}], "retry": true, "wait": {"seconds": "` + strings.Repeat("9", 200) + `"}}`
	got := judge.Values([]byte(body), []string{"$.retry_after", "$.errors[*].extensions.waitMs", "$.none", "$.retry", "$.wait"}, 2)
	want := []judge.Value{
		{Path: "$.retry_after", Name: "retry_after", Text: "1.5"},
		{Path: "$.errors[*].extensions.waitMs", Name: "waitMs", Text: "200"},
		{Path: "$.errors[*].extensions.waitMs", Name: "waitMs", Text: "7"},
		{Path: "$.retry", Name: "retry", Text: "true", Other: true},
		{Path: "$.wait", Name: "wait", Text: `{"seconds": "` + strings.Repeat("9", 200-len(`{"seconds": "`)), Other: true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	if got := judge.Values([]byte("wait 5s"), []string{"$"}, 9); got != nil {
		t.Errorf("values of a text: %v", got)
	}
}
