package judge_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/local/judge"
)

const typed = `version: 1
name: typed
upstream: {url: https://api.example}
retry:
  maxAttempts: 3
  rules:
    - {name: quota, when: {status: 200, json: {$.code: "10006", $.window: day}}, is: rejected}
    - {name: too fast, when: {json: {$.status: 0, $.ok: "false", $.result: {contains: rate limit}}}, is: rateLimited}
    - {name: both, when: {json: {$.both: ["1", 1]}}, is: rateLimited}
    - {when: {json: {"$.errors[*].code": {equals: [4, 5], atMost: 9}}}, is: transient}
    - {name: nothing, when: {json: {$.nothing: null}}, is: rejected}
    - {name: words, when: {status: 200, header: {x-why: [quota, Ünit]}, body: {contains: Rate Limit}}, is: rateLimited}
    - {name: pattern, when: {json: {$.why: {matches: ^Slow}, $.kind: {contains: a.b}}}, is: rateLimited}
    - {name: mixed, when: {json: {$.mixed: [Over, 4]}}, is: rateLimited}
`

// A value of the other type keeps a rule from matching, and a spec does not show it: judge
// says so. What else does not fit is no reason to say it.
func TestAlmost(t *testing.T) {
	p := planOf(t, typed)
	for _, test := range []struct {
		body, why string
		want      []judge.Almost
	}{
		{`{"code": 10006, "window": "day"}`, "", []judge.Almost{{"quota", "type", []string{"$.code"}}}},
		{`{"code": 10006, "window": "minute"}`, "", nil},
		{`{"code": "10006", "window": "day"}`, "", nil},
		{`{"status": "0", "ok": false, "result": "rate limit"}`, "", []judge.Almost{{"too fast", "type", []string{"$.ok", "$.status"}}}},
		{`{"status": "0", "ok": "false", "result": "rate limit"}`, "", []judge.Almost{{"too fast", "type", []string{"$.status"}}}},
		{`{"status": "0", "ok": false, "result": "fine"}`, "", nil},
		{`{"status": "1", "ok": false, "result": "rate limit"}`, "", nil},
		{`{"errors": [{"code": "7"}, {"code": "4"}]}`, "", []judge.Almost{{"rule 4", "type", []string{"$.errors[*].code"}}}},
		{`{"nothing": "null"}`, "", []judge.Almost{{"nothing", "type", []string{"$.nothing"}}}},
		{`{"code": 10006, "window": "day", "both": 1}`, "", []judge.Almost{{"quota", "type", []string{"$.code"}}}}, // rule both decides
		{`{"both": 1, "errors": [{"code": "4"}]}`, "", nil},                                                        // what follows was not asked
		{`no JSON: 10006`, "", nil},
		{``, "", nil},
		{`rate limit`, "QUOTA", []judge.Almost{{"words", "capitals", []string{"the body", "header x-why"}}}},
		{`Rate Limit`, "ünit", []judge.Almost{{"words", "capitals", []string{"header x-why"}}}},
		{`rate limit`, "quotas", nil},
		{`rate-limit`, "quota", nil},
		{`{"why": "slow down", "kind": "A.B"}`, "", []judge.Almost{{"pattern", "capitals", []string{"$.kind", "$.why"}}}},
		{`{"why": "slow down", "kind": "AxB"}`, "", nil},
		{`{"why": "too slow", "kind": "a.b"}`, "", nil},
		{`{"mixed": "over"}`, "", nil}, // a number beside it
	} {
		v, err := judge.Of(p, judge.Case{Answer: answer(200, test.body, "x-why", test.why), Attempt: 1, Now: noon})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, v.Almost); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.body, diff)
		}
	}
}

func TestAlmostInWords(t *testing.T) {
	v, err := judge.Of(planOf(t, typed), judge.Case{Answer: answer(200, `{"code": 10006, "window": "day"}`), Attempt: 1, Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	want := `200 OK to attempt 1 of 3, GET: success
decided by  upstream.successStatusCodes
almost      rule quota would match if $.code had the type that the rule wants: "4" is a text, 4 a number, and a rule may list both
then        the caller gets it`
	if diff := cmp.Diff(want, strings.Join(v.Lines(""), "\n")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	said := judge.Almost{Rule: "rule 2", For: "capitals", Where: []string{"the body"}}.String()
	if want := "rule 2 would match if capitals did not count in the body: they do, but not in matches: (?i)…"; said != want {
		t.Errorf("got %s, want %s", said, want)
	}
}
