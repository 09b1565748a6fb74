package egress

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// ruled is an attempt with these rules, as the definition has them.
func ruled(t *testing.T, method, rules string) contract.Invocation {
	t.Helper()
	in := first(method)
	if err := json.Unmarshal([]byte(rules), &in.Policy.Rules); err != nil {
		t.Fatal(err)
	}
	return in
}

const (
	throttled = `{"errors": [{"extensions": {"code": "THROTTLED"}}]}`
	byCode    = `[{"name": "throttled", "when": {"status": ["2xx", 400],
		"json": [{"path": "$.errors[*].extensions.code", "equals": ["THROTTLED"]}]},
		"is": "rateLimited"`
)

func TestRuleDecidesBeforeTheLists(t *testing.T) {
	for _, test := range []struct {
		name, rules, body string
		status            int
		headers           []string
		want              want
	}{
		{"a limit in a 200", byCode + `}]`, throttled, 200, nil, want{name: contract.ErrRateLimited}},
		{"a limit in a 400", byCode + `}]`, throttled, 400, nil, want{name: contract.ErrRateLimited}},
		{"a limit that all share", byCode + `, "scope": "credential"}]`, throttled, 200, nil, want{name: contract.ErrRateLimited, wait: 7}},
		{"a floor for this egress alone", byCode + `, "minSeconds": 30}]`, throttled, 200, nil,
			want{name: contract.ErrRateLimited, retryAt: "2026-03-01T12:00:30Z"}},
		{"a floor for all", byCode + `, "scope": "credential", "minSeconds": 30}]`, throttled, 200, nil,
			want{name: contract.ErrRateLimited, wait: 30, retryAt: "2026-03-01T12:00:30Z"}},
		{"more is requested than the floor", byCode + `, "scope": "credential", "minSeconds": 30}]`, throttled, 200, []string{"Retry-After",
			"40"},
			want{name: contract.ErrRateLimited, wait: 40, retryAt: "2026-03-01T12:00:40Z"}},
		{"too much is requested of all", byCode + `, "scope": "credential"}]`, throttled, 200, []string{"Retry-After", "61"},
			want{name: contract.ErrRejected, final: "the upstream asks to wait 61s, longer than retry.rateLimit.maxWait (60s)",
				retryAt: "2026-03-01T12:01:01Z"}},
		{"a limit that is a refusal", `[{"name": "money", "when": {"json": [{"path": "$.error.code", "equals": ["insufficient_quota"]}]}, ` +
			`"is": "rejected"}]`,
			`{"error": {"code": "insufficient_quota"}}`, 429, nil, want{name: contract.ErrRejected, final: "rule money rejects it"}},
		{"trouble with a floor", `[{"name": "busy", "when": {"status": [404]}, "is": "transient", "minSeconds": 9}]`, "", 404, nil,
			want{name: contract.ErrTransient, wait: 9, retryAt: "2026-03-01T12:00:09Z"}},
		{"what no rule matches", byCode + `}]`, "", 429, nil, want{name: contract.ErrRateLimited}},
	} {
		t.Run(test.name, func(t *testing.T) {
			url, _ := serve(t, answering(test.status, test.body, test.headers...))
			in := ruled(t, "GET", test.rules)
			in.Policy.RateLimited.OtherBackoffSeconds, in.Policy.DeadlineSeconds = 7, 3600
			e := newLab(url).build(t)
			check(t, test.want, mustFail(t, e, in))
			foresees(t, newLab(url).build(t), in)
		})
	}
}

// TestRuleOfASuccess: an answer that the lists refuse, and one whose body broke off.
func TestRuleOfASuccess(t *testing.T) {
	const gone = `[{"name": "gone", "when": {"status": [404]}, "is": "success"}]`
	url, _ := serve(t, answering(404, "nothing here"))
	if s := mustSucceed(t, newLab(url).build(t), ruled(t, "GET", gone)); s.Response.StatusCode != 404 || s.Attempts[0].Rule != "gone" {
		t.Errorf("success %+v", s)
	}
	url, _ = serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		w.WriteHeader(404)
		_, _ = w.Write([]byte("noth"))
	})
	failed := mustFail(t, newLab(url).build(t), ruled(t, "GET", gone))
	if fault := failed.failure.Attempts[0].Fault; failed.name != contract.ErrTransient || fault != contract.FaultConnection {
		t.Errorf("half a success: %s, %s", failed.name, fault)
	}
}

// TestRulesSeeTheBodyUnpacked: an egress requests gzip itself.
func TestRulesSeeTheBodyUnpacked(t *testing.T) {
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	_, _ = zip.Write([]byte(throttled))
	_ = zip.Close()
	url, _ := serve(t, answering(200, packed.String(), "Content-Encoding", "gzip"))
	check(t, want{name: contract.ErrRateLimited}, mustFail(t, newLab(url).build(t), ruled(t, "GET", byCode+`}]`)))
}

// TestActedDecidesAboutAPOST: without a key it goes out again only where the API surely
// did nothing.
func TestActedDecidesAboutAPOST(t *testing.T) {
	for acted, name := range map[string]string{
		``: contract.ErrRejected, `, "acted": true`: contract.ErrRejected, `, "acted": false`: contract.ErrRateLimited,
	} {
		url, _ := serve(t, answering(200, throttled))
		failed := mustFail(t, newLab(url).build(t), ruled(t, "POST", byCode+acted+`}]`))
		if failed.name != name {
			t.Errorf("%q: %s, want %s", acted, failed.name, name)
		}
		const hint = ", or acted: false in rule throttled if such an answer means that it did not act"
		if hints := strings.HasSuffix(failed.failure.Final, hint); hints != (acted == "") {
			t.Errorf("%q: why it ends: %s", acted, failed.failure.Final)
		}
	}
	url, _ := serve(t, answering(429, ""))
	in := ruled(t, "POST", `[{"name": "late", "when": {"status": [429]}, "is": "rateLimited", "acted": true}]`)
	if failed := mustFail(t, newLab(url).build(t), in); failed.name != contract.ErrRejected {
		t.Errorf("a 429 that may have acted: %s", failed.name)
	}
}

// TestMinWaitIsSaid: reports and log lines tell a floor from what the API requests.
func TestMinWaitIsSaid(t *testing.T) {
	url, _ := serve(t, answering(429, ""))
	l, in := newLab(url), first("GET")
	var log bytes.Buffer
	l.Log = slog.New(slog.NewJSONHandler(&log, nil))
	in.Policy.RateLimited.Scope, in.Policy.RateLimited.MinSeconds, in.Policy.FullJitter = contract.ScopeCredential, 20, true
	in.Policy.RateLimited.BackoffSeconds = 4
	l.Random = func() float64 { return 0.5 }
	f := mustFail(t, l.build(t), in).failure
	if f.WaitSeconds != 22 || f.WaitReason != contract.WaitMinimum || f.WaitEgress != 1 || f.JitterSeconds != 2 ||
		!f.Attempts[0].RetryMinimum {
		t.Errorf("failure %+v", f)
	}
	for _, part := range []string{`"requestedWaitSeconds":0`, `"retryAt":"2026-03-01T12:00:20Z"`, `"retryMinimum":true`,
		`"waitReason":"minimum"`} {
		if !strings.Contains(log.String(), part) {
			t.Errorf("the log line lacks %s: %s", part, &log)
		}
	}
}

// TestJitterOfLimits: it may be another than that of other failures.
func TestJitterOfLimits(t *testing.T) {
	full, none := true, false
	for _, test := range []struct {
		status  int
		all     bool
		limited *bool
		want    int
	}{
		{429, true, nil, 5}, {429, true, &none, 10}, {429, false, &full, 5}, {503, true, &none, 5}, {503, false, &full, 10},
	} {
		url, _ := serve(t, answering(test.status, ""))
		l, in := newLab(url), first("GET")
		l.Random = func() float64 { return 0.5 }
		in.Policy.RateLimited = contract.RateLimited{StatusCodes: codes("429"), Scope: contract.ScopeCredential, BackoffSeconds: 10,
			FullJitter: test.limited}
		in.Policy.Transient.BackoffSeconds, in.Policy.FullJitter = 10, test.all
		if got := mustFail(t, l.build(t), in).failure.WaitSeconds; got != test.want {
			t.Errorf("%+v: waits %ds", test, got)
		}
	}
}

// TestWaitsOfABody: numbers and texts in every form of a header, by the unit that the
// name says.
func TestWaitsOfABody(t *testing.T) {
	for _, test := range []struct {
		name, body, path string
		status           int
		headers          []string
		wait             int
		unread           string
	}{
		{"seconds", `{"retry_after": 7}`, "$.retry_after", 429, nil, 7, ""},
		{"a fraction", `{"retry_after": 6.2}`, "$.retry_after", 429, nil, 7, ""},
		{"milliseconds, by its name", `{"retry_after_ms": 6500}`, "$.retry_after_ms", 429, nil, 7, ""},
		{"milliseconds, by a name in camel case", `{"waitMs": "6500"}`, "$.waitMs", 429, nil, 7, ""},
		{"milliseconds, by a name of several words", `{"retry after ms": 6500}`, "$['retry after ms']", 429, nil, 7, ""},
		{"milliseconds, by a name with dots", `{"wait.ms": 6500}`, "$['wait.ms']", 429, nil, 7, ""},
		{"a name that is the unit", `{"wait": {"ms": 6500}}`, "$.wait.ms", 429, nil, 7, ""},
		{"a name that is a long unit", `{"retryAfter": {"Minutes": 1}}`, "$.retryAfter.Minutes", 429, nil, 60, ""},
		{"a duration", `{"error": {"details": [{}, {"retryDelay": "7s"}]}}`, "$.error.details[*].retryDelay", 429, nil, 7, ""},
		{"a date", `{"until": "2026-03-01T12:00:07Z"}`, "$.until", 429, nil, 7, ""},
		{"an epoch", `[{"resetAt": 1772366407000}]`, "$[0].resetAt", 429, nil, 7, ""},
		{"the longest", `{"a": [3, 7, 5]}`, "$.a[*]", 429, nil, 7, ""},
		{"the header asks for more", `{"wait": 3}`, "$.wait", 429, []string{"Retry-After", "7"}, 7, ""},
		{"the header asks for less", `{"wait": 7}`, "$.wait", 429, []string{"Retry-After", "3"}, 7, ""},
		{"of other trouble", `{"backoff": 7}`, "$.backoff", 503, nil, 7, ""},
		{"the end of a window, of other trouble", `{"reset": 7}`, "$.reset", 503, nil, 1, ""},
		{"not there", `{"retry": 7}`, "$.wait", 429, nil, 1, ""},
		{"no JSON", `wait 7 s`, "$.wait", 429, nil, 1, ""},
		{"unreadable", `{"wait": "a while"}`, "$.wait", 429, nil, 1, "$.wait: a while"},
		{"null", `{"wait": null}`, "$.wait", 429, nil, 1, ""},
		{"a boolean", `{"wait": true}`, "$.wait", 429, nil, 1, "$.wait: true"},
		{"an object", `{"wait": {"seconds": 7}}`, "$.wait", 429, nil, 1, "$.wait: {'seconds': 7}"},
		{"a list", `{"wait": [7]}`, "$.wait", 429, nil, 1, "$.wait: [7]"},
		{"a boolean beside a number", `[{"wait": false}, {"wait": 7}]`, "$[*].wait", 429, nil, 7, "$[*].wait: false"},
	} {
		t.Run(test.name, func(t *testing.T) {
			url, _ := serve(t, answering(test.status, test.body, append(test.headers, "Date", noon.Format(http.TimeFormat))...))
			in := first("GET")
			in.Policy.RateLimited.Scope, in.Policy.RequestedWait.Body = contract.ScopeCredential, []string{test.path}
			f := mustFail(t, newLab(url).build(t), in).failure
			if f.WaitSeconds != test.wait || f.UnreadWait != test.unread {
				t.Errorf("waits %ds, unread %q, want %ds, %q", f.WaitSeconds, f.UnreadWait, test.wait, test.unread)
			}
		})
	}
}

// TestBodyThatRulesCannotRead: the reason says that a rule was asked in vain.
func TestBodyThatRulesCannotRead(t *testing.T) {
	const note = " (its body is in br, which rules cannot read)"
	for _, test := range []struct {
		status  int
		coding  string
		want    string
		outcome string
	}{
		{429, "br", "429 Too Many Requests" + note, contract.ErrRateLimited},
		{404, "br", "404 Not Found" + note, contract.ErrRejected},
		{404, "", "404 Not Found", contract.ErrRejected},
	} {
		url, _ := serve(t, answering(test.status, "\x8b\x02\x80\x03", "Content-Encoding", test.coding))
		in := ruled(t, "GET", `[{"name": "gone", "when": {"body": {"contains": ["quota"]}}, "is": "rejected"}]`)
		got := mustFail(t, newLab(url).build(t), in)
		if got.failure.Reason != test.want || got.name != test.outcome {
			t.Errorf("%d in %q: %s, %q, want %q", test.status, test.coding, got.name, got.failure.Reason, test.want)
		}
	}
}

// TestScopeOfARuleStaysWithItsWait: a limit of this address keeps the egress from being
// called where all others are of the credential, and the other way round it does not.
func TestScopeOfARuleStaysWithItsWait(t *testing.T) {
	of := func(scope contract.Scope) contract.Attempt {
		past := limited(1, 1, 30*time.Second)
		past.RetryScope = scope
		return past
	}
	for _, test := range []struct {
		name        string
		policy      contract.Scope
		past        contract.Attempt
		own         bool // each egress has a credential of its own
		wantSkipped bool
	}{
		{"by address, as all", contract.ScopeIP, of(""), false, true},
		{"by credential, as all", contract.ScopeCredential, of(""), false, false},
		{"by address, by a rule", contract.ScopeCredential, of(contract.ScopeIP), false, true},
		{"by credential, by a rule", contract.ScopeIP, of(contract.ScopeCredential), false, false},
		{"by a credential of its own, as all", contract.ScopeCredential, of(""), true, true},
		{"by a credential of its own, by a rule", contract.ScopeIP, of(contract.ScopeCredential), true, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			url, calls := serve(t, answering(429, ""))
			l, in := newLab(url), first("GET")
			in.Policy.Egresses, in.Policy.MaxAttempts, in.Policy.RateLimited.Scope = 1, 4, test.policy
			in.Policy.RateLimited.OwnCredentials = test.own
			in = after(in, nil, test.past)
			mustFail(t, l.build(t), in)
			if skipped := calls.Load() == 0; skipped != test.wantSkipped {
				t.Errorf("skipped: %t", skipped)
			}
		})
	}
}

// TestALimitOfACredentialOfItsOwn: another egress shows the upstream another caller, and
// goes at once, even beyond maxWait.
func TestALimitOfACredentialOfItsOwn(t *testing.T) {
	for _, own := range []bool{false, true} {
		url, _ := serve(t, answering(429, "", "Retry-After", "90"))
		l, in := newLab(url), first("GET")
		in.Policy.Egresses, in.Policy.MaxAttempts, in.Policy.RateLimited.Scope = 3, 3, contract.ScopeCredential
		in.Policy.RateLimited.BackoffSeconds, in.Policy.RateLimited.OwnCredentials = 0, own
		failed := mustFail(t, l.build(t), in)
		if atOnce := failed.name == contract.ErrRateLimited && failed.failure.WaitSeconds == 0; atOnce != own {
			t.Errorf("own credentials %t: %s, wait %d", own, failed.name, failed.failure.WaitSeconds)
		}
	}
}
