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
`

// A value of the other type keeps a rule from matching, and a spec does not show it: judge
// says so. What else does not fit is no reason to say it.
func TestAlmost(t *testing.T) {
	p := planOf(t, typed)
	for _, test := range []struct {
		body string
		want []judge.Almost
	}{
		{`{"code": 10006, "window": "day"}`, []judge.Almost{{"quota", []string{"$.code"}}}},
		{`{"code": 10006, "window": "minute"}`, nil},
		{`{"code": "10006", "window": "day"}`, nil},
		{`{"status": "0", "ok": false, "result": "rate limit"}`, []judge.Almost{{"too fast", []string{"$.ok", "$.status"}}}},
		{`{"status": "0", "ok": "false", "result": "rate limit"}`, []judge.Almost{{"too fast", []string{"$.status"}}}},
		{`{"status": "0", "ok": false, "result": "fine"}`, nil},
		{`{"status": "1", "ok": false, "result": "rate limit"}`, nil},
		{`{"errors": [{"code": "7"}, {"code": "4"}]}`, []judge.Almost{{"rule 4", []string{"$.errors[*].code"}}}},
		{`{"nothing": "null"}`, []judge.Almost{{"nothing", []string{"$.nothing"}}}},
		{`{"code": 10006, "window": "day", "both": 1}`, []judge.Almost{{"quota", []string{"$.code"}}}}, // rule both decides
		{`{"both": 1, "errors": [{"code": "4"}]}`, nil},                                                // what follows was not asked
		{`no JSON: 10006`, nil},
		{``, nil},
	} {
		v, err := judge.Of(p, judge.Case{Answer: answer(200, test.body), Attempt: 1, Now: noon})
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
}
