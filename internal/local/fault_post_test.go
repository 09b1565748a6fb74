package local_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/local/mockapi"
)

// resend are the rules of retry.idempotency for what is not safe to repeat.
var resend = []struct{ name, idempotency string }{
	{"guarded", "{}"},
	{"guarded with a key", "{header: idempotency-key}"},
	{"allow", "{unsafeMethods: allow}"},
	{"refuse", "{unsafeMethods: refuse}"},
}

func underRule(idempotency string) string {
	return base("retry: {maxAttempts: 3, backoff: {jitter: none}, idempotency: " + idempotency + "}\n")
}

// posted is a kind of failure, and how often a POST reaches the upstream under
// each of the rules.
type posted struct {
	name, path string
	answer     string
	sent       [4]int
	error      string // of the last of several attempts
}

// A request that certainly had no effect may be sent again, except with refuse; one
// that may have had an effect only with a key or if the spec allows it; a final
// failure never.
var (
	certain  = [4]int{3, 3, 3, 1}
	mayAct   = [4]int{1, 3, 3, 1}
	isFinal  = [4]int{1, 1, 1, 1}
	failures = []posted{
		{"rate limit", "/status/429", "429", certain, "Upstream.RateLimited"},
		{"busy", "/status/503", "503", mayAct, "Upstream.Transient"},
		{"500", "/status/500", "500", mayAct, "Upstream.Transient"},
		{"502", "/status/502", "502", mayAct, "Upstream.Transient"},
		{"504", "/status/504", "504", mayAct, "Upstream.Transient"},
		{"reset", "/fault/reset", lost, mayAct, "Upstream.Transient"},
		{"closed", "/fault/empty", lost, mayAct, "Upstream.Transient"},
		{"half a body", "/fault/half", lost, mayAct, "Upstream.Transient"},
		{"reset in the body", "/fault/half-reset", lost, mayAct, "Upstream.Transient"},
		{"malformed", "/fault/malformed", unusable, mayAct, "Upstream.Transient"},
		{"malformed chunk", "/fault/bad-chunk", unusable, mayAct, "Upstream.Transient"},
		{"status 999", "/status/999", unusable, mayAct, "Upstream.Transient"},
		{"400", "/status/400", "400", isFinal, ""},
		{"501", "/status/501", "501", isFinal, ""},
		{"too large an answer", "/bytes/10000000", "502 response-too-large", isFinal, ""},
	}
)

// The requests of one rule go over one stack, so most of them find a connection
// that is open: there net/http itself would repeat some.
func TestPostIsSentAsOftenAsAllowed(t *testing.T) {
	t.Parallel()
	for i, rule := range resend {
		for _, method := range []string{"POST", "PATCH"} {
			t.Run(rule.name+" "+method, func(t *testing.T) {
				t.Parallel()
				m, url := mock(t)
				r := run(t, underRule(rule.idempotency), url, skipping)
				for _, failure := range failures {
					m.Reset()
					r.call(method, "/orders", "{}") // leaves a connection open
					a := r.call(method, failure.path, "{}", "Idempotency-Key", "mine")
					checkPosted(t, r, m, failure, method, failure.sent[i], a)
				}
			})
		}
	}
}

func checkPosted(t *testing.T, r *rig, m mocked, failure posted, method string, sent int, a answer) {
	t.Helper()
	calls := m.Requests()[1:]
	if len(calls) != sent {
		t.Errorf("%s: sent %d times, want %d", failure.name, len(calls), sent)
	}
	for k, q := range calls {
		want := fmt.Sprintf("127.0.0.%d %s %s {} mine", 101+k, method, failure.path)
		got := fmt.Sprintf("%s %s %s %s %s", q.Address, q.Method, q.Path, q.Body, q.Header.Get("Idempotency-Key"))
		if got != want {
			t.Errorf("%s: call %d: got %s, want %s", failure.name, k+1, got, want)
		}
	}
	want := fmt.Sprintf("%s, attempts %d", failure.answer, sent)
	if got, _, _ := strings.Cut(r.told(a), ", egress"); got != want {
		t.Errorf("%s: answered %s, want %s", failure.name, got, want)
	}
	ending := "FAILED Upstream.Rejected"
	if sent > 1 {
		ending = "FAILED " + failure.error
	}
	if got := r.ending(a); got != ending {
		t.Errorf("%s: ended %s, want %s", failure.name, got, ending)
	}
}

// A request that never reached the upstream may be sent again, except with refuse.
func TestPostThatIsNotSent(t *testing.T) {
	t.Parallel()
	for i, rule := range resend {
		for _, upstream := range []struct{ name, url string }{
			{"refused", "http://" + refusing(t)},
			{"name that does not resolve", "http://nowhere.invalid"},
		} {
			t.Run(rule.name+", "+upstream.name, func(t *testing.T) {
				t.Parallel()
				r := run(t, underRule(rule.idempotency), upstream.url, skipping)
				want := fmt.Sprintf(unreachable+", attempts %d", certain[i])
				if got := r.told(r.call("POST", "/orders", "{}")); got != want {
					t.Errorf("answered %s, want %s", got, want)
				}
			})
		}
	}
}

// A request with an idempotent method is sent again under every rule.
func TestIdempotentMethodsGoAgain(t *testing.T) {
	t.Parallel()
	for _, rule := range resend {
		t.Run(rule.name, func(t *testing.T) {
			t.Parallel()
			m, url := mock(t)
			r := run(t, underRule(rule.idempotency), url, skipping)
			for _, method := range []string{"GET", "HEAD", "PUT", "DELETE", "OPTIONS"} {
				m.Reset()
				a := r.call(method, "/fault/reset", "")
				want := exhausted(lost, "connection", from(3, method+" /fault/reset"))
				if method == "HEAD" {
					want.Answer = "502, attempts 3"
					a.header.Del("Content-Type") // the problem's; a HEAD has no body
				}
				r.expect(want, m, a)
			}
		})
	}
}

// Every attempt of a request has its key, and no other request has it: the
// caller's own, else the execution's name.
func TestIdempotencyKey(t *testing.T) {
	t.Parallel()
	script, err := mockapi.ParseScript("500,reset,200,...")
	if err != nil {
		t.Fatal(err)
	}
	api, url := api(t, mockapi.Config{Script: script})
	r := run(t, underRule("{header: x-request-key}"), url, skipping)
	for _, test := range []struct {
		name   string
		header []string
	}{
		{"the caller's", []string{"X-Request-Key", "mine"}},
		{"the execution's name", nil},
		{"another execution's name", nil},
		{"an empty one of the caller's", []string{"X-Request-Key", ""}},
	} {
		t.Run(test.name, func(t *testing.T) {
			api.Reset()
			a := r.call("POST", "/orders", "{}", test.header...)
			if got := r.told(a); got != "200, attempts 3, egress 3" {
				t.Errorf("answered %s", got)
			}
			want := a.execution
			if len(test.header) > 0 && test.header[1] != "" {
				want = test.header[1]
			}
			if n := len(api.Requests()); n != 3 {
				t.Errorf("sent %d times, want 3", n)
			}
			for i, q := range api.Requests() {
				if got := strings.Join(q.Header.Values("X-Request-Key"), "|"); got != want {
					t.Errorf("attempt %d: key %q, want %q", i+1, got, want)
				}
			}
		})
	}
}
