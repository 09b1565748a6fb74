package judge_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/curl"
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/local/judge"
	"github.com/sfngen/sfngen/spec"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const shop = `version: 1
name: shop
upstream: {url: https://shop.example, methods: [GET, HEAD, POST]}
retry:
  maxAttempts: 4
  retryableStatusCodes: [403, 429, 5xx]
  backoff: {initialDelay: 2s, jitter: none}
  rules:
    - {name: no permission, when: {status: 403, header: {x-ratelimit-remaining: {greaterThan: 0}}}, is: rejected}
    - {when: {status: [403, 429], body: {contains: secondary}}, is: rateLimited, scope: credential, minWait: 1m}
    - {name: throttled, when: {status: 200, json: {"$.errors[*].code": THROTTLED}}, is: rateLimited, acted: false}
    - {name: gone, when: {status: 410}, is: success}
    - {name: ban, when: {status: 418}, is: rejected, coolDown: {pool: 10m}}
    - {name: down, when: {status: 420}, is: transient, coolDown: {pool: 90s}}
    - {name: calm, when: {status: 421}, is: rateLimited, coolDown: {pool: 90s}}
  rateLimit: {statusCodes: [403, 429], maxWait: 2m, bodyWaits: [$.retry_after], backoff: {initialDelay: 10s, jitter: full}}
triggers:
  schedules: [{name: nightly, expression: rate(1 day), request: {method: GET, path: /}}]
workflow: {type: standard}
`

func planOf(t *testing.T, text string) *plan.Plan {
	t.Helper()
	s, findings := stack.Load("spec.yaml", []byte(text))
	if spec.HasErrors(findings) {
		t.Fatal(findings)
	}
	return s.Plan
}

func answer(status int, body string, headers ...string) curl.Answer {
	a := curl.Answer{StatusCode: status, Header: http.Header{}, Body: []byte(body)}
	for i := 0; i < len(headers); i += 2 {
		a.Header.Add(headers[i], headers[i+1])
	}
	return a
}

func TestVerdictInWords(t *testing.T) {
	p := planOf(t, shop)
	for _, test := range []struct {
		name string
		c    judge.Case
		want string
	}{
		{"a refusal by a rule", judge.Case{Answer: answer(403, "", "x-ratelimit-remaining", "7")},
			`403 Forbidden to attempt 1 of 4, GET: rejected
decided by  rule no permission (spec.yaml:9): status 403; header x-ratelimit-remaining > 0
then        no attempt follows: rule no permission rejects it`},
		{"a limit of an address", judge.Case{Answer: answer(403, "", "Retry-After", "30")},
			`403 Forbidden to attempt 1 of 4, GET: rate-limited (per ip)
decided by  retry.rateLimit.statusCodes
requested   a wait of 30s
then        attempt 2 at once, through another egress; this one may call again in 30s`},
		{"a limit of all, by a rule without a name", judge.Case{Answer: answer(429, "secondary")},
			`429 Too Many Requests to attempt 1 of 4, GET: rate-limited (per credential)
decided by  rule 2 (spec.yaml:9): status 403, 429; body contains "secondary"
then        attempt 2 after 1m (minWait) and up to 10s of jitter, through another egress`},
		{"more than minWait is requested", judge.Case{Answer: answer(429, "secondary", "Retry-After", "90")},
			`429 Too Many Requests to attempt 1 of 4, GET: rate-limited (per credential)
decided by  rule 2 (spec.yaml:9): status 403, 429; body contains "secondary"
requested   a wait of 1m30s
then        attempt 2 after 1m30s (requested) and up to 10s of jitter, through another egress`},
		{"a limit in a 200 that says how long, of a POST", judge.Case{Method: "POST",
			Answer: answer(200, `{"errors": [{}, {"code": "THROTTLED"}], "retry_after": 7.2}`)},
			`200 OK to attempt 1 of 4, POST: rate-limited (per ip)
decided by  rule throttled (spec.yaml:9): status 200; $.errors[*].code is "THROTTLED"
requested   a wait of 8s
then        attempt 2 at once, through another egress; this one may call again in 8s`},
		{"the same to HEAD has no body", judge.Case{Method: "HEAD", Answer: answer(200, `{"errors": [{"code": "THROTTLED"}]}`)},
			"200 OK to attempt 1 of 4, HEAD: success\ndecided by  upstream.successStatusCodes\nthen        the caller gets it"},
		{"a POST that may have been done", judge.Case{Method: "POST", Answer: answer(503, "")},
			`503 Service Unavailable to attempt 1 of 4, POST: transient
decided by  retry.retryableStatusCodes
then        no attempt follows: POST is not sent again, because the upstream may have acted on it; ` +
				`retry.idempotency.header makes that safe`},
		{"the second attempt, a wait that cannot be read", judge.Case{Attempt: 2, Answer: answer(503, "", "Retry-After", "soon")},
			`503 Service Unavailable to attempt 2 of 4, GET: transient
decided by  retry.retryableStatusCodes
requested   retry-after: soon could not be read
then        attempt 3 after 4s (backoff), through another egress`},
		{"the last attempt", judge.Case{Attempt: 4, Answer: answer(503, "")},
			`503 Service Unavailable to attempt 4 of 4, GET: transient
decided by  retry.retryableStatusCodes
then        that was the last attempt`},
		{"a success by a rule", judge.Case{Answer: answer(410, "")},
			"410 Gone to attempt 1 of 4, GET: success\ndecided by  rule gone (spec.yaml:9): status 410\nthen        the caller gets it"},
		{"a ban", judge.Case{Answer: answer(418, "")},
			`418 I'm a teapot to attempt 1 of 4, GET: rejected
decided by  rule ban (spec.yaml:9): status 418
then        no attempt follows: rule ban rejects it
others      no egress that knows of it calls for 10m; later requests wait, or get 429 with Retry-After`},
		{"a ban that says how long", judge.Case{Answer: answer(418, "", "Retry-After", "7200")},
			`418 I'm a teapot to attempt 1 of 4, GET: rejected
decided by  rule ban (spec.yaml:9): status 418
requested   a wait of 2h
then        no attempt follows: rule ban rejects it
others      no egress that knows of it calls for 2h; later requests wait, or get 429 with Retry-After`},
		{"trouble for a while", judge.Case{Answer: answer(420, "")},
			`420 to attempt 1 of 4, GET: transient
decided by  rule down (spec.yaml:9): status 420
then        attempt 2 after 1m30s (coolDown), through another egress
others      no egress that knows of it calls for 1m30s; later requests wait, or get 429 with Retry-After`},
		{"a limit of the pool", judge.Case{Answer: answer(421, "")},
			`421 Misdirected Request to attempt 1 of 4, GET: rate-limited (of the pool)
decided by  rule calm (spec.yaml:9): status 421
then        attempt 2 after 1m30s (coolDown) and up to 10s of jitter, through another egress
others      no egress that knows of it calls for 1m30s; later requests wait, or get 429 with Retry-After`},
		{"the last call of a window", judge.Case{Answer: answer(200, "", "x-ratelimit-remaining", "0", "x-ratelimit-reset", "40")},
			`200 OK to attempt 1 of 4, GET: success
decided by  upstream.successStatusCodes
then        the caller gets it
others      this egress may call again in 40s; later requests go through another one, wait, or get 429 with Retry-After`},
		{"what nothing has", judge.Case{Answer: answer(404, "")},
			`404 Not Found to attempt 1 of 4, GET: rejected
decided by  no rule, and no list of status codes has it
then        no attempt follows: status 404 is not retried`},
		{"a redirect of a schedule", judge.Case{Trigger: "nightly", Answer: answer(302, "")},
			`302 Found to attempt 1 of 4, GET of nightly: rejected
decided by  upstream.successStatusCodes
then        no attempt follows: a redirect is no success of the trigger nightly; upstream.successStatusCodes: [2xx, 302] makes it one`},
		{"a gzip that breaks off", judge.Case{Answer: answer(200, "\x1f\x8b\x08\x00", "Content-Encoding", "gzip")},
			`200 OK to attempt 1 of 4, GET: transient
decided by  the gzip of the answer is cut off; with upstream.acceptEncoding: identity none is requested
then        attempt 2 after 2s (backoff), through another egress`},
		{"a time of the API's own clock", judge.Case{Answer: answer(429, "", "Date", "Sun, 01 Mar 2020 12:00:00 GMT",
			"X-Ratelimit-Reset", "1583064045")},
			`429 Too Many Requests to attempt 1 of 4, GET: rate-limited (per ip)
decided by  retry.rateLimit.statusCodes
requested   a wait of 45s
then        attempt 2 at once, through another egress; this one may call again in 45s`},
	} {
		test.c.Now = noon
		test.c.Attempt = max(1, test.c.Attempt)
		v, err := judge.Of(p, test.c)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		v.NotBy = nil // see TestRulesThatDoNotMatch
		if diff := cmp.Diff(test.want, strings.Join(v.Lines("spec.yaml:9"), "\n")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// TestRulesThatDoNotMatch: of each rule that was asked in vain the first condition that does
// not hold, and what there was instead.
func TestRulesThatDoNotMatch(t *testing.T) {
	p := planOf(t, `version: 1
name: shop
upstream: {url: https://shop.example, methods: [GET, POST]}
retry:
  maxAttempts: 2
  idempotency: {header: idempotency-key}
  rules:
    - {when: {status: 418}, is: transient}
    - {when: {method: POST, status: 4xx}, is: rejected}
    - {when: {status: 4xx, header: {x-left: "0", x-why: {matches: "^quota"}}}, is: rejected}
    - {when: {body: {contains: [daily, weekly]}}, is: rejected}
    - {when: {json: {$.code: 7, "$.errors[*].code": BUSY}}, is: rejected}
`)
	for _, test := range []struct {
		name   string
		answer curl.Answer
		want   []string // what each rule missed, and got
	}{
		{"nothing", answer(404, ""),
			[]string{"status 418; got 404", "method POST; got GET", `header x-left is "0"; got none`,
				`body contains "daily" or "weekly"; got none`, `$.code is 7; got none`}},
		{"other values", answer(404, `{"code": "7", "errors": []}`, "X-Left", "7", "X-Left", "3"),
			[]string{"status 418; got 404", "method POST; got GET", `header x-left is "0"; got "7" and "3"`,
				`body contains "daily" or "weekly"; got "{\"code\": \"7\", \"errors\": []}"`, `$.code is 7; got "7"`}},
		{"the second of several", answer(404, `{"code": 7, "errors": [{"code": "A"}, {"code": {"b": 1}}, {"code": 3}, {"code": 4}]}`,
			"X-Left", "0", "X-Why", "rate"),
			[]string{"status 418; got 404", "method POST; got GET", `header x-why matches /^quota/; got "rate"`,
				`body contains "daily" or "weekly"; got "{\"code\": 7, \"errors\": [{\"code\": \"A\"}, {\"code\": {\"b\": 1}}, {…"`,
				`$.errors[*].code is "BUSY"; got "A", {"b": 1} and 3`}},
		{"no JSON, and a rule that decides", answer(418, "<html>"), nil},
		{"no JSON", answer(500, "<html>"),
			[]string{"status 418; got 500", "status 4xx; got 500", "status 4xx; got 500",
				`body contains "daily" or "weekly"; got "<html>"`, "$.code is 7; got a body that is no JSON"}},
		{"a coding that no egress requests", answer(500, "\x8b\x02\x80daily", "Content-Encoding", "br"),
			[]string{"status 418; got 500", "status 4xx; got 500", "status 4xx; got 500"}}, // the word is there all the same
		{"packed", answer(500, "\x8b\x02\x80\x03", "Content-Encoding", "br"),
			[]string{"status 418; got 500", "status 4xx; got 500", "status 4xx; got 500",
				`body contains "daily" or "weekly"; got a body in br, which rules cannot read`,
				"$.code is 7; got a body in br, which rules cannot read"}},
	} {
		v, err := judge.Of(p, judge.Case{Answer: test.answer, Attempt: 1, Now: noon})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for i, n := range v.NotBy {
			got = append(got, n.Condition+"; got "+n.Got)
			if n.Field != "retry.rules["+strconv.Itoa(i)+"]" || n.Rule != "rule "+strconv.Itoa(i+1) {
				t.Errorf("%s: %+v is number %d", test.name, n, i)
			}
			if line := "not by      " + n.Rule + ": " + got[i]; !slices.Contains(v.Lines(""), line) {
				t.Errorf("%s: no line %s", test.name, line)
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// TestWhereAPoolIsUsedUp: the egress that comes next is the one that met the limit.
func TestWhereAPoolIsUsedUp(t *testing.T) {
	p := planOf(t, `version: 1
name: shop
upstream: {url: https://shop.example}
retry: {maxAttempts: 3, backoff: {jitter: none}}
egress: {count: 1}
`)
	v, err := judge.Of(p, judge.Case{Answer: answer(429, "", "Retry-After", "9"), Attempt: 1, Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	want := &judge.Next{Attempt: 2, Egress: 1, LeastWaitSeconds: 9, MostWaitSeconds: 9, WaitReason: "requested", BlockedSeconds: 9}
	if diff := cmp.Diff(want, v.Next); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWhatCannotBeJudgedIsSaid(t *testing.T) {
	p := planOf(t, shop)
	for _, test := range []struct {
		c    judge.Case
		want string
	}{
		{judge.Case{Attempt: 0}, "attempt 0: there are 4 attempts"},
		{judge.Case{Attempt: 5}, "attempt 5: there are 4 attempts"},
		{judge.Case{Attempt: 1, Method: "PUT"}, "method PUT is none of upstream.methods (GET, HEAD and POST)"},
		{judge.Case{Attempt: 1, Trigger: "daily"}, "trigger daily: the schedules and events are nightly"},
		{judge.Case{Attempt: 1, Trigger: "nightly", Method: "POST"}, "the trigger nightly sends GET"},
	} {
		test.c.Answer = answer(200, "")
		if _, err := judge.Of(p, test.c); err == nil || err.Error() != test.want {
			t.Errorf("got %v, want %s", err, test.want)
		}
	}
}

// A pool whose executions know of each other has no table here: it is judged as one that
// knows of no other execution.
func TestVerdictOfAPoolWithATable(t *testing.T) {
	p := planOf(t, `version: 1
name: timetable
upstream: {url: https://timetable.example, limits: [{requests: 2, window: 1s, per: ip}]}
retry: {maxAttempts: 3}
egress: {count: 3, coordination: dynamodb}
`)
	v, err := judge.Of(p, judge.Case{Attempt: 1, Now: noon, Answer: answer(429, "", "Retry-After", "30")})
	if err != nil {
		t.Fatal(err)
	}
	want := `429 Too Many Requests to attempt 1 of 3, GET: rate-limited (per ip)
decided by  retry.rateLimit.statusCodes
requested   a wait of 30s
then        attempt 2 at once, through another egress; this one may call again in 30s`
	if diff := cmp.Diff(want, strings.Join(v.Lines("spec.yaml:9"), "\n")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
