package egress

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// keys are credentials that a test renews: the header x-key and the parameter key.
type keys struct {
	value    string
	next     string // what Renew gives
	presents int
	renews   int
	fails    error
	renewal  func(*keys)
	env      CredentialEnvironment
}

func (k *keys) Use(s *Setup) error {
	return UseCredentials(s, func(env CredentialEnvironment) (Credentials, error) { k.env = env; return k, nil })
}
func (k *keys) HasHeader(name string) bool    { return strings.EqualFold(name, "x-key") }
func (k *keys) HasParameter(name string) bool { return name == "key" }

func (k *keys) Present(_ context.Context, req *http.Request) (Presented, error) {
	k.presents++
	if k.fails != nil {
		return nil, k.fails
	}
	req.Header.Set("X-Key", k.value)
	req.URL.RawQuery = "key=" + k.value
	return k.value, nil
}

func (k *keys) Renew(_ context.Context, shown Presented) Renewal {
	k.renews++
	if k.renewal != nil {
		k.renewal(k)
	}
	if k.next == "" || k.next == shown {
		return Renewal{Words: "secret acme has no newer value"}
	}
	k.value = k.next
	return Renewal{Changed: true, Words: "a new value of secret acme"}
}

func (k *keys) ClientCertificate() func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
	return nil
}

func (k *keys) Mask(text string) string {
	text = strings.ReplaceAll(text, http.CanonicalHeaderKey(k.value), "[credential acme]")
	return strings.ReplaceAll(text, k.value, "[credential acme]")
}

// knowing is an upstream that takes one key.
func knowing(key string, then http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Key") != key || r.URL.RawQuery != "key="+key {
			w.WriteHeader(401)
			return
		}
		then(w, r)
	}
}

// Every way in which a call ends that was answered with 401.
func TestA401IsSentOnceMoreWithANewCredential(t *testing.T) {
	const once = " (after 401; sent once more with a new value of secret acme)"
	tests := []struct {
		name         string
		method       string
		unsafe       contract.UnsafeMethods
		next         string
		then         http.HandlerFunc
		calls        int64
		error        string
		reason       string
		final        string
		retryCode401 bool
	}{
		{name: "it works", method: "GET", next: "new-key", then: answering(200, "ok"), calls: 2, reason: "200 OK" + once},
		{name: "POST too: the API has not acted", method: "POST", next: "new-key", then: answering(200, "ok"), calls: 2, reason: "200 OK" + once},
		{name: "POST that is never sent again", method: "POST", unsafe: contract.UnsafeRefuse, next: "new-key", calls: 1,
			error:  contract.ErrRejected,
			reason: "401 Unauthorized; there is a new value of secret acme, but POST is never sent again (retry.idempotency.unsafeMethods: refuse)",
			final:  "status 401 is not retried"},
		{name: "no other value", method: "GET", calls: 1, error: contract.ErrRejected,
			reason: "401 Unauthorized; secret acme has no newer value", final: "status 401 is not retried"},
		{name: "the new one is wrong too", method: "GET", next: "other-key", calls: 2, error: contract.ErrRejected,
			reason: "401 Unauthorized" + once, final: "status 401 is not retried"},
		{name: "then a limit", method: "GET", next: "new-key", then: answering(429, ""), calls: 2, error: contract.ErrRateLimited,
			reason: "429 Too Many Requests" + once},
		{name: "then a failure of POST", method: "POST", next: "new-key", then: answering(500, ""), calls: 2, error: contract.ErrRejected,
			reason: "500 Internal Server Error" + once,
			final:  "POST is not sent again, because the upstream may have acted on it; retry.idempotency.header makes that safe"},
		{name: "401 that is retried: a new value makes that safe", method: "POST", next: "other-key", retryCode401: true, calls: 2,
			error: contract.ErrRejected, reason: "401 Unauthorized" + once,
			final: "POST is not sent again, because the upstream may have acted on it; retry.idempotency.header makes that safe"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			url, calls := serve(t, knowing("new-key", test.then))
			l := newLab(url)
			k := &keys{value: "old-key", next: test.next}
			var lines strings.Builder
			l.Credentials, l.Log = k, slog.New(slog.NewTextHandler(&lines, nil))
			in := first(test.method)
			in.Policy.UnsafeMethods = max(in.Policy.UnsafeMethods, "")
			if test.unsafe != "" {
				in.Policy.UnsafeMethods = test.unsafe
			}
			if test.retryCode401 {
				in.Policy.Transient.StatusCodes = codes("401")
			}
			success, failed := handle(t, l.build(t), in)
			diff(t, "calls", test.calls, calls.Load())
			diff(t, "fetches again", 1, k.renews)
			if failed == nil {
				failed = &reported{failure: contract.Failure{Attempts: success.Attempts}}
			} else {
				diff(t, "reason", test.reason, failed.failure.Reason)
				diff(t, "final", test.final, failed.failure.Final)
			}
			diff(t, "error", test.error, failed.name)
			diff(t, "attempts", 1, len(failed.failure.Attempts))
			if !strings.Contains(lines.String(), test.reason) {
				t.Errorf("no line has the reason: %s", lines.String())
			}
		})
	}
}

func TestWhatIsNotFetchedAgain(t *testing.T) {
	for _, status := range []int{200, 400, 403, 404, 407, 429, 500} {
		url, calls := serve(t, answering(status, ""))
		l := newLab(url)
		k := &keys{value: "old-key", next: "new-key"}
		l.Credentials = k
		handle(t, l.build(t), first("GET"))
		diff(t, fmt.Sprintf("fetches after %d", status), 0, k.renews)
		diff(t, "calls", int64(1), calls.Load())
	}
	url, _ := serve(t, answering(401, ""))
	l := newLab(url)
	k := &keys{value: "old-key", next: "new-key"}
	l.Credentials = k
	in := first("GET")
	in.Policy.SuccessStatusCodes = codes("2xx", "401")
	mustSucceed(t, l.build(t), in)
	diff(t, "fetches after a 401 that is a success", 0, k.renews)
}

// What was refused may go out again with a new credential, also a POST and in another
// attempt.
func TestNoTimeIsLeftAfterA401(t *testing.T) {
	for _, test := range []struct {
		codes contract.StatusCodes
		error string
		final string
	}{
		{codes("500"), contract.ErrRejected, "status 401 is not retried"},
		{codes("401"), contract.ErrTransient, ""},
	} {
		url, calls := serve(t, answering(401, ""))
		l := newLab(url)
		now := noon
		l.Now = func() time.Time { return now }
		l.Credentials = &keys{value: "old-key", next: "new-key", renewal: func(*keys) { now = now.Add(10 * time.Second) }}
		in := first("POST")
		in.Policy.Transient.StatusCodes = test.codes
		failed := mustFail(t, l.build(t), in)
		diff(t, "error", test.error, failed.name)
		diff(t, "final", test.final, failed.failure.Final)
		diff(t, "reason", "401 Unauthorized; there is a new value of secret acme, but no time is left to send once more", failed.failure.Reason)
		diff(t, "calls", int64(1), calls.Load())
	}
}

// Nobody can look for a credential in a body that is packed.
func TestAFailuresBodyThatIsPackedIsLeftOut(t *testing.T) {
	for coding, want := range map[string]string{"br": "", "gzip, gzip": "", "identity": "packed", "": "packed"} {
		url, _ := serve(t, answering(400, "packed", "Content-Encoding", coding))
		l := newLab(url)
		l.Credentials = &keys{value: "old-key"}
		diff(t, "body of "+coding, want, mustFail(t, l.build(t), first("GET")).failure.Response.Body)
	}
}

func TestACredentialThatCannotBeHad(t *testing.T) {
	tests := []struct {
		name  string
		err   error
		error string
		final string
	}{
		{"the store fails", &CredentialError{Reason: "secret acme: throttled", Again: true}, contract.ErrTransient, ""},
		{"denied", &CredentialError{Reason: "secret acme: throttled"}, contract.ErrRejected, "it would fail again"},
		{"another error", errors.New("secret acme: throttled"), contract.ErrRejected, "it would fail again"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			url, calls := serve(t, answering(200, ""))
			l := newLab(url)
			l.Credentials = &keys{value: "none", fails: test.err}
			in := first("POST")
			in.Policy.Transient.Errors = nil // they are about the API
			failed := mustFail(t, l.build(t), in)
			diff(t, "error", test.error, failed.name)
			diff(t, "final", test.final, failed.failure.Final)
			diff(t, "reason", "no credential: secret acme: throttled", failed.failure.Reason)
			diff(t, "attempts", []contract.Attempt{{Attempt: 1, Egress: 1, Fault: contract.FaultCredential,
				WaitSeconds: failed.failure.WaitSeconds}}, failed.failure.Attempts)
			diff(t, "calls", int64(0), calls.Load())
		})
	}
}

// What an API echoes of a credential is in nothing that the egress writes of a failure.
func TestNothingOfAFailureHasACredential(t *testing.T) {
	const secret = "old-key-of-acme"
	tests := []struct {
		name    string
		handler http.HandlerFunc
	}{
		{"body and header", answering(400, `{"you sent":"`+secret+`"}`, "X-Echo", secret, "X-Echo", "b "+secret, secret, "name")},
		{"a redirect", answering(302, "", "Location", "https://elsewhere.example/"+strings.Repeat("a", 165)+secret+"/x")},
		{"a binary body", answering(500, "\x00\x01\xff"+secret)},
		{"a packed body", answering(500, secret, "Content-Encoding", "br")},
		{"a wait that cannot be read", answering(429, "", "Retry-After", "when "+secret+" is over", "X-RateLimit-Reset", secret)},
		{"a success that is too large", answering(200, strings.Repeat(secret, 30_000), "X-Echo", secret)},
		{"a status line", func(w http.ResponseWriter, r *http.Request) {
			conn, _, _ := w.(http.Hijacker).Hijack()
			io.WriteString(conn, "HTTP/1.1 "+secret+" "+secret+"\r\n\r\n")
			conn.Close()
		}},
		{"a body that breaks off", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "1000")
			w.WriteHeader(503)
			io.WriteString(w, "you sent "+secret)
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			url, _ := serve(t, test.handler)
			l := newLab(url)
			var lines strings.Builder
			l.Credentials, l.Log = &keys{value: secret}, slog.New(slog.NewTextHandler(&lines, nil))
			for attempt := 1; attempt <= 3; attempt += 2 { // one that another follows, and the last
				in := first("GET")
				in.Attempt, in.Input.Failure = attempt, nil
				in.Policy.SuccessStatusCodes = codes("2xx")
				failed := mustFail(t, l.build(t), in)
				for what, text := range map[string]string{"cause": failed.cause, "log": lines.String()} {
					if strings.Contains(strings.ToLower(text), secret[3:]) {
						t.Errorf("the %s has the credential: %s", what, text)
					}
				}
			}
		})
	}
}

// A wait that cannot be read is quoted up to a length: a part of a key may be left.
func TestNothingOfASuccessIsLogged(t *testing.T) {
	const secret = "old-key-of-acme"
	url, _ := serve(t, answering(404, "", "Retry-After", "when "+strings.Repeat("a", 64)+secret))
	l := newLab(url)
	var lines strings.Builder
	l.Credentials, l.Log = &keys{value: secret}, slog.New(slog.NewTextHandler(&lines, nil))
	in := first("GET")
	gone := contract.When{Status: codes("404")}
	in.Policy.Rules = []contract.Rule{{Name: "gone", When: gone, Is: contract.MeansSuccess, PoolCoolDownSeconds: 60}}
	mustSucceed(t, l.build(t), in)
	if text := lines.String(); strings.Contains(text, secret[:4]) || !strings.Contains(text, "[cred") {
		t.Errorf("the log has a part of the credential: %s", text)
	}
}

func TestASuccessPassesAsItIs(t *testing.T) {
	url, _ := serve(t, answering(200, "you sent old-key", "X-Echo", "old-key"))
	l := newLab(url)
	l.Credentials = &keys{value: "old-key"}
	success := mustSucceed(t, l.build(t), first("GET"))
	diff(t, "body", "you sent old-key", success.Response.Body)
	diff(t, "header", []string{"old-key"}, success.Response.Headers["x-echo"])
}

// A redirect or a next page that repeats the query does not hand the key to the caller.
func TestWhatASuccessLeadsToHasNoCredential(t *testing.T) {
	const marked = "%5Bcredential%20acme%5D"
	for _, test := range []struct{ header, sent, want string }{
		{"location", "/orders/?key=old-key&page=2", "/orders/?key=" + marked + "&page=2"},
		{"content-location", "/orders?key=old-key", "/orders?key=" + marked},
		{"link", `</a[]?key=old-key&n=2>; rel="next", </?key=old-key>; rel="first"`,
			`</a[]?key=` + marked + `&n=2>; rel="next", </?key=` + marked + `>; rel="first"`},
		{"link", `</a?n=2>; rel="next"`, `</a?n=2>; rel="next"`},
	} {
		for _, status := range []int{200, 301} {
			url, _ := serve(t, answering(status, "old-key", test.header, test.sent, "X-Echo", "old-key"))
			l := newLab(url)
			l.Credentials = &keys{value: "old-key"}
			success := mustSucceed(t, l.build(t), first("GET"))
			diff(t, fmt.Sprint(status, " ", test.header), []string{test.want}, success.Response.Headers[test.header])
			diff(t, "body", "old-key", success.Response.Body)
			diff(t, "header", []string{"old-key"}, success.Response.Headers["x-echo"])
		}
	}
}

func TestACallersHeaderOfACredentialsNameDoesNotPass(t *testing.T) {
	seen := make(chan []string, 1)
	url, _ := serve(t, func(_ http.ResponseWriter, r *http.Request) { seen <- r.Header.Values("X-Key") })
	l := newLab(url)
	l.Credentials, l.ForwardHeaders = &keys{value: "old-key"}, []string{"x-key"}
	in := first("GET")
	in.Input.Request.Headers = map[string]string{"X-KEY": "of the caller"}
	mustSucceed(t, l.build(t), in)
	diff(t, "x-key", []string{"old-key"}, <-seen)
}

// Neither what is foreseen nor a probe fetches or shows a credential.
func TestForeseeAndProbesHaveNoCredential(t *testing.T) {
	var seen atomic.Value
	url, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen.Store(r.Header.Clone())
		io.WriteString(w, "192.0.2.1")
	})
	l := newLab(url)
	k := &keys{value: "old-key", next: "new-key"}
	l.Credentials, l.AddressEcho = k, url
	e := l.build(t)
	f := e.Foresee(t.Context(), first("GET"), &http.Response{StatusCode: 401, Header: http.Header{}, Body: http.NoBody})
	diff(t, "reason", "401 Unauthorized", f.Reason)
	if _, err := e.Handle(t.Context(), contract.Payload{Probe: &contract.Probe{}}); err != nil {
		t.Fatal(err)
	}
	diff(t, "x-key", "", seen.Load().(http.Header).Get("X-Key"))
	diff(t, "presented and renewed", [2]int{}, [2]int{k.presents, k.renews})
}

func TestCredentialsGoOverTLSOnly(t *testing.T) {
	for url, want := range map[string]bool{
		"http://api.example": false, "http://10.0.0.1": false, "http://localhost.example": false, "http://0.0.0.0": false,
		"https://api.example": true, "http://127.0.0.1:9300": true, "http://localhost:1": true, "http://[::1]:80": true,
	} {
		l := newLab(url)
		l.Credentials = &keys{}
		_, err := New(l.Config, l.Environment)
		if (err == nil) != want || err != nil && !strings.Contains(err.Error(), "must be https") {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestWhatCredentialsReach(t *testing.T) {
	l := newLab("https://api.example")
	k := &keys{}
	l.Credentials, l.AllowPrivate = k, false
	l.TLS = &tls.Config{ServerName: "n", GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return nil, nil }}
	l.build(t)
	if k.env.TLS.GetClientCertificate != nil || k.env.TLS.ServerName != "n" {
		t.Error("a token endpoint has the roots of the API, and never the client certificate")
	}
	if _, err := k.env.Dialer.Dial("tcp", "127.0.0.1:1"); err == nil || !strings.Contains(err.Error(), "blocked address") {
		t.Errorf("a token endpoint passes the check of addresses, got %v", err)
	}
	diff(t, "time limit of a dial", l.Timeout+time.Second, k.env.Dialer.Timeout)
	diff(t, "variables", "", k.env.Getenv("AWS_REGION"))
	diff(t, "number", 1, k.env.Egress)
	l.Now = time.Now
	l.build(t)
	if now := k.env.Now(); now != now.Round(0) {
		t.Errorf("%s is not the wall clock, which goes on while a process is frozen", now)
	}
	k.env.Reconnect()
}

// A key that lies across the end of what is looked at is masked before that is cut.
func TestOnlyTheBeginningOfALargeFailureIsMasked(t *testing.T) {
	k := &keys{value: "the-key-of-this-test"}
	most := contract.CauseLimit + longestForm
	for _, test := range []struct {
		name, body string
		least      int // of bytes that are left
	}{
		{"at the end of what is looked at", strings.Repeat("x", most-7) + k.value + strings.Repeat("y", 90<<10), contract.CauseLimit},
		{"at the end of what is carried", strings.Repeat("x", contract.CauseLimit-7) + k.value + strings.Repeat("y", 200<<10), 32_000},
		{"everywhere", strings.Repeat(k.value, bodyKept/len(k.value)), 0},
	} {
		ans := &answer{status: 500, header: http.Header{}, body: []byte(test.body), size: int64(len(test.body))}
		out := credentialed{k}.masked(ans)
		n := len(out.body)
		if n < test.least || n > contract.CauseLimit || !out.partial || out.size != ans.size || strings.Contains(string(out.body), "the-") {
			t.Errorf("%s: %d bytes, partial %v, size %d", test.name, n, out.partial, out.size)
		}
	}
}

// What an answer means, and the wait that it requests, is read from what the API has sent:
// an echoed credential changes neither, and stands in no report.
func TestAnEchoedCredentialChangesNoMeaning(t *testing.T) {
	const secret = "1772366411"
	used := func(test contract.Test) contract.When { return contract.When{Status: codes("200"), Body: &test} }
	for _, test := range []struct {
		name, body string
		headers    []string
		when       contract.When
		wait       int
	}{
		{"a text around it", "key " + secret + " is used up", nil, used(contract.Test{Matches: []string{"key [0-9]+ is"}}), 0},
		{"the credential itself", "key " + secret, nil, used(contract.Test{Contains: []string{"key 177"}}), 0},
		{"a number", `{"account":` + secret + `,"code":"THROTTLED","wait":7}`, nil, contract.When{Status: codes("200"),
			JSON: []contract.JSONTest{{Path: "$.code", Test: contract.Test{Contains: []string{"THROTTLED"}}}}}, 7},
		{"a header", "", []string{"X-Of", "key " + secret}, contract.When{Status: codes("200"),
			Headers: []contract.HeaderTest{{Name: "X-Of", Test: contract.Test{Matches: []string{"^key 1"}}}}}, 0},
		{"a wait", "slow down", []string{"X-RateLimit-Reset", secret}, used(contract.Test{Contains: []string{"slow down"}}), 11},
		{"a charset", "slow \xff", []string{"X-Of", "limit", "Content-Type", "text/plain; charset=x" + strings.Repeat("y", 22) + secret},
			contract.When{Headers: []contract.HeaderTest{{Name: "X-Of", Test: contract.Test{Contains: []string{"limit"}}}}}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			url, _ := serve(t, answering(200, test.body, append(test.headers, "Date", noon.Format(http.TimeFormat))...))
			l := newLab(url)
			var lines strings.Builder
			l.Credentials, l.Log = &keys{value: secret}, slog.New(slog.NewTextHandler(&lines, nil))
			in := first("GET")
			in.Policy.RateLimited.BackoffSeconds, in.Policy.RateLimited.Scope = 0, contract.ScopeCredential
			in.Policy.RequestedWait.Body = []string{"$.wait"}
			blind := contract.When{Body: &contract.Test{Contains: []string{"nothing has this"}}}
			in.Policy.Rules = []contract.Rule{{Name: "blind", When: blind, Is: contract.MeansRejected},
				{Name: "used up", When: test.when, Is: contract.MeansRateLimited}}
			failed := mustFail(t, l.build(t), in)
			check(t, want{name: contract.ErrRateLimited, wait: test.wait, retryAt: failed.failure.Attempts[0].RetryAt}, failed)
			for what, text := range map[string]string{"cause": failed.cause, "log": lines.String()} {
				if strings.Contains(text, secret[:6]) {
					t.Errorf("the %s has the credential: %s", what, text)
				}
			}
		})
	}
}
