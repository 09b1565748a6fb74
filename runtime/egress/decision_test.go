package egress

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sfngen/sfngen/runtime/contract"
)

// after makes in the attempt that follows the given ones, the last of which was
// reported with the given answer.
func after(in contract.Invocation, answer *contract.Response, past ...contract.Attempt) contract.Invocation {
	in.Attempt = len(past) + 1
	failure := contract.Failure{Reason: "429 Too Many Requests", Response: answer, Attempts: past}
	cause := encode(invokeError(contract.ErrRateLimited, failure))
	in.Input.Failure = &contract.ErrorOutput{Error: contract.ErrRateLimited, Cause: string(cause)}
	return in
}

// limited is an attempt that met a limit, which ends the given time after noon.
func limited(attempt, egress int, until time.Duration) contract.Attempt {
	return contract.Attempt{Attempt: attempt, Egress: egress, StatusCode: 429, RetryAt: noon.Add(until).Format(time.RFC3339)}
}

func broken(attempt, egress int) contract.Attempt {
	return contract.Attempt{Attempt: attempt, Egress: egress, StatusCode: 500}
}

// want is what a table expects of a failed attempt.
type want struct {
	name    string
	wait    int
	final   string
	retryAt string
	fault   contract.Fault
}

func check(t *testing.T, w want, failed *reported) {
	t.Helper()
	f := failed.failure
	last := f.Attempts[len(f.Attempts)-1]
	diff(t, "outcome", w, want{failed.name, f.WaitSeconds, f.Final, last.RetryAt, last.Fault}, unexported)
	diff(t, "wait in the record", f.WaitSeconds, last.WaitSeconds)
}

func TestStatusesDecide(t *testing.T) {
	guarded := func(*contract.Invocation) {}
	refuse := func(in *contract.Invocation) { in.Policy.UnsafeMethods = contract.UnsafeRefuse }
	key := func(in *contract.Invocation) { in.Policy.IdempotencyHeader = "idempotency-key" }
	notActed := func(texts ...string) func(*contract.Invocation) {
		return func(in *contract.Invocation) {
			in.Policy.NotActedStatusCodes = append(contract.StatusCodes{}, codes(texts...)...)
		}
	}
	older := func(in *contract.Invocation) { in.Policy.NotActedStatusCodes = nil }
	const mayHaveActed = "POST is not sent again, because the upstream may have acted on it; retry.idempotency.header makes that safe"
	const never = "POST is never sent again (retry.idempotency.unsafeMethods: refuse)"
	tests := []struct {
		name   string
		method string
		status int
		change func(*contract.Invocation)
		want   want
	}{
		{"429", "GET", 429, guarded, want{name: contract.ErrRateLimited}},
		{"429 to a POST: certain", "POST", 429, guarded, want{name: contract.ErrRateLimited}},
		{"503 to a POST: a gateway's, after the API has read the request", "POST", 503, guarded,
			want{name: contract.ErrRejected, final: mayHaveActed}},
		{"503 to a GET", "GET", 503, guarded, want{name: contract.ErrTransient, wait: 1}},
		{"503 to a POST, which the spec says is certain", "POST", 503, notActed("429", "503"), want{name: contract.ErrTransient, wait: 1}},
		{"504 to a PATCH, by a class that the spec says is certain", "PATCH", 504, notActed("5xx"), want{name: contract.ErrTransient, wait: 1}},
		{"429 to a POST, which the spec says is not certain", "POST", 429, notActed(), want{name: contract.ErrRejected, final: mayHaveActed}},
		{"a limit that is not certain", "POST", 403, func(in *contract.Invocation) {
			in.Policy.RateLimited.StatusCodes = codes("403", "429")
		}, want{name: contract.ErrRejected, final: mayHaveActed}},
		{"429 that is no limit", "POST", 429, func(in *contract.Invocation) {
			in.Policy.RateLimited.StatusCodes, in.Policy.Transient.StatusCodes = nil, codes("429")
		}, want{name: contract.ErrTransient, wait: 1}},
		{"429 to a POST, by an older definition", "POST", 429, older, want{name: contract.ErrRateLimited}},
		{"503 to a POST, by an older definition", "POST", 503, older, want{name: contract.ErrRejected, final: mayHaveActed}},
		{"503 to a POST with a key", "POST", 503, key, want{name: contract.ErrTransient, wait: 1}},
		{"429 to a POST, refuse", "POST", 429, refuse, want{name: contract.ErrRejected, final: never}},
		{"503 to a POST, refuse", "POST", 503, refuse, want{name: contract.ErrRejected, final: never}},
		{"500", "GET", 500, guarded, want{name: contract.ErrTransient, wait: 1}},
		{"500 to a PUT", "PUT", 500, guarded, want{name: contract.ErrTransient, wait: 1}},
		{"500 to a POST", "POST", 500, guarded, want{name: contract.ErrRejected, final: mayHaveActed}},
		{"504 to a POST", "POST", 504, guarded, want{name: contract.ErrRejected, final: mayHaveActed}},
		{"500 to a POST with a key", "POST", 500, key, want{name: contract.ErrTransient, wait: 1}},
		{"400", "GET", 400, guarded, want{name: contract.ErrRejected, final: "status 400 is not retried"}},
		{"404", "GET", 404, guarded, want{name: contract.ErrRejected, final: "status 404 is not retried"}},
		{"501", "GET", 501, guarded, want{name: contract.ErrRejected, final: "status 501 is not retried"}},
		{"a redirect that is no success", "GET", 301, func(in *contract.Invocation) { in.Policy.SuccessStatusCodes = codes("2xx") },
			want{name: contract.ErrRejected, final: "status 301 is not retried"}},
		{"a class of its own", "GET", 529, func(in *contract.Invocation) { in.Policy.Transient.StatusCodes = codes("5xx") },
			want{name: contract.ErrTransient, wait: 1}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			url, calls := serve(t, answering(test.status, "why"))
			in := first(test.method)
			test.change(&in)
			failed := mustFail(t, newLab(url).build(t), in)
			check(t, test.want, failed)
			diff(t, "calls", int64(1), calls.Load())
			diff(t, "body", "why", failed.failure.Response.Body)
		})
	}
}

// A redirect that nobody follows is a success of who asks to see something, and not of
// who wants something done.
func TestRedirects(t *testing.T) {
	caller := func(*contract.Invocation) {}
	event := func(in *contract.Invocation) { in.Input.Trigger = "order-placed" }
	older := func(in *contract.Invocation) { in.Policy.RedirectsFail, in.Input.Trigger = false, "order-placed" }
	const to = ": a redirect to https://login.example/in?… that nobody follows"
	rejected := func(reason, final string) contract.Failure { return contract.Failure{Reason: reason, Final: final} }
	of := func(who string, code int) string {
		return fmt.Sprintf("a redirect is no success of %s; upstream.successStatusCodes: [2xx, %d] makes it one", who, code)
	}
	const lost = ", and its set-cookie does not reach the caller"
	tests := []struct {
		name, method string
		status       int
		location     string // and after a space a cookie
		change       func(*contract.Invocation)
		want         contract.Failure // reason and final; nothing for a success
	}{
		{"a caller's GET", "GET", 302, "/in", caller, contract.Failure{}},
		{"a caller's PUT", "PUT", 307, "/in", caller, contract.Failure{}},
		{"a caller's DELETE", "DELETE", 303, "/in", caller, contract.Failure{}},
		{"a caller's GET, not modified", "GET", 304, "", caller, contract.Failure{}},
		{"a caller's POST", "POST", 302, "https://login.example/in?to=%2Forders#a", caller,
			rejected("302 Found"+to, of("POST", 302))},
		{"a caller's PATCH", "PATCH", 308, "https://user:pw@login.example/in?", caller,
			rejected("308 Permanent Redirect: a redirect to https://login.example/in that nobody follows", of("PATCH", 308))},
		{"a caller's login", "POST", 303, "/home sid=1", caller,
			rejected("303 See Other: a redirect to /home that nobody follows", of("POST"+lost, 303))},
		{"a caller's login page", "GET", 302, "/home sid=1", caller, contract.Failure{}},
		{"an event's login", "POST", 302, "/home sid=1", event,
			rejected("302 Found: a redirect to /home that nobody follows", of("the trigger order-placed", 302))},
		{"an event's POST", "POST", 301, "/orders/", event,
			rejected("301 Moved Permanently: a redirect to /orders/ that nobody follows", of("the trigger order-placed", 301))},
		{"an event's GET", "GET", 303, "../x", event,
			rejected("303 See Other: a redirect to ../x that nobody follows", of("the trigger order-placed", 303))},
		{"an event's PUT, without a target", "PUT", 300, "", event, rejected("300 Multiple Choices", of("the trigger order-placed", 300))},
		{"an event's GET, not modified", "GET", 304, "", event, rejected("304 Not Modified", of("the trigger order-placed", 304))},
		{"an event's DELETE, to what is no URL", "DELETE", 302, "ht tp://x:y", event, rejected("302 Found", of("the trigger order-placed", 302))},
		{"an event's POST, to a script", "POST", 302, "javascript:alert(1)", event, rejected("302 Found", of("the trigger order-placed", 302))},
		{"an event's 2xx", "POST", 202, "/jobs/1", event, contract.Failure{}},
		{"the spec says that 3xx is a success, or the definition is older", "POST", 301, "/orders/", older, contract.Failure{}},
		{"the spec names 2xx only", "GET", 302, "https://login.example/in?a=b",
			func(in *contract.Invocation) {
				in.Policy.SuccessStatusCodes, in.Policy.RedirectsFail = codes("2xx"), false
			},
			rejected("302 Found"+to, "status 302 is not retried")},
		{"the spec says that a redirect is tried again", "POST", 307, "/", func(in *contract.Invocation) {
			in.Policy.SuccessStatusCodes, in.Policy.RedirectsFail = codes("2xx"), false
			in.Policy.Transient.StatusCodes, in.Policy.MaxAttempts = codes("3xx"), 1
		}, rejected("307 Temporary Redirect", "no attempt is left")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			url, calls := serve(t, func(w http.ResponseWriter, r *http.Request) {
				location, cookie, _ := strings.Cut(test.location, " sid")
				if location != "" {
					w.Header().Set("Location", location)
				}
				if cookie != "" {
					w.Header().Set("Set-Cookie", "sid"+cookie)
				}
				w.WriteHeader(test.status)
			})
			in := first(test.method)
			in.Policy.RedirectsFail = true
			test.change(&in)
			success, failed := handle(t, newLab(url).build(t), in)
			response, got := &success.Response, contract.Failure{}
			if failed != nil {
				response, got = failed.failure.Response, rejected(failed.failure.Reason, failed.failure.Final)
			}
			diff(t, "outcome", test.want, got)
			diff(t, "status", test.status, response.StatusCode)
			location, _, _ := strings.Cut(test.location, " sid")
			diff(t, "location", location, strings.Join(response.Headers["location"], ""))
			diff(t, "calls", int64(1), calls.Load())
		})
	}
}

// A success whose body broke off is lost; a redirect that fails anyway is not.
func TestARedirectWhoseBodyBreaksOff(t *testing.T) {
	url, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "10")
		w.WriteHeader(302)
		w.Write([]byte("half"))
	})
	in := first("POST")
	in.Policy.RedirectsFail = true
	failed := mustFail(t, newLab(url).build(t), in)
	diff(t, "name", contract.ErrRejected, failed.name)
	diff(t, "reason", "302 Found (its body broke off)", failed.failure.Reason)
	diff(t, "status", 302, failed.failure.Response.StatusCode)
}

func TestWaits(t *testing.T) {
	const tooLong = "every egress left is limited for longer than retry.rateLimit.maxWait (60s)"
	credential := func(in *contract.Invocation) { in.Policy.RateLimited.Scope = contract.ScopeCredential }
	backoff := func(seconds int) func(*contract.Invocation) {
		return func(in *contract.Invocation) {
			in.Policy.RateLimited.BackoffSeconds, in.Policy.Transient.BackoffSeconds = seconds, seconds
		}
	}
	six := func(change ...func(*contract.Invocation)) func(*contract.Invocation) {
		return func(in *contract.Invocation) {
			in.Policy.MaxAttempts, in.Policy.DeadlineSeconds = 6, 3600
			for _, c := range change {
				c(in)
			}
		}
	}
	maxWait0 := func(in *contract.Invocation) { in.Policy.Egresses, in.Policy.RequestedWait.MaxSeconds = 1, 0 }
	limitBy503 := func(in *contract.Invocation) { in.Policy.RateLimited.StatusCodes = codes("429", "503") }
	tests := []struct {
		name    string
		change  func(*contract.Invocation)
		past    []contract.Attempt
		status  int
		headers []string
		want    want
	}{
		{"fresh egress: at once", backoff(5), nil, 429, nil, want{name: contract.ErrRateLimited}},
		{"fresh egress: at once, whatever wait this one requests", six(), nil, 429, []string{"Retry-After", "3600"},
			want{name: contract.ErrRateLimited, retryAt: "2026-03-01T13:00:00Z"}},
		{"second round: at least the backoff", six(backoff(5)),
			[]contract.Attempt{limited(1, 2, 2*time.Second), limited(2, 3, time.Second)}, 429, nil,
			want{name: contract.ErrRateLimited, wait: 5}},
		{"second round: the next egress's own requested wait", six(backoff(5)),
			[]contract.Attempt{limited(1, 2, 20*time.Second), limited(2, 3, time.Second)}, 429, []string{"Retry-After", "50"},
			want{name: contract.ErrRateLimited, wait: 20, retryAt: "2026-03-01T12:00:50Z"}},
		{"second round: a requested wait that is over", six(backoff(0)),
			[]contract.Attempt{limited(1, 2, -time.Second), limited(2, 3, 0)}, 429, nil,
			want{name: contract.ErrRateLimited}},
		{"second round: next is out, a later one may go", six(),
			[]contract.Attempt{limited(1, 2, time.Hour), limited(2, 3, 10*time.Second)}, 429, nil,
			want{name: contract.ErrRateLimited}},
		{"second round: every one is out", six(), []contract.Attempt{limited(1, 2, time.Hour), limited(2, 3, time.Hour)}, 429,
			[]string{"Retry-After", "61"},
			want{name: contract.ErrRejected, final: tooLong, retryAt: "2026-03-01T12:01:01Z"}},
		{"second round: who may go has no attempt left", func(in *contract.Invocation) { in.Policy.MaxAttempts = 4 },
			[]contract.Attempt{limited(1, 2, time.Hour), limited(2, 3, time.Second)}, 429, nil,
			want{name: contract.ErrRejected, final: tooLong}},
		{"one egress waits for itself", six(func(in *contract.Invocation) { in.Policy.Egresses = 1 }), nil, 429, []string{"Retry-After", "30"},
			want{name: contract.ErrRateLimited, wait: 30, retryAt: "2026-03-01T12:00:30Z"}},
		{"one egress that is out ends it", six(func(in *contract.Invocation) { in.Policy.Egresses = 1 }), nil, 429, []string{"Retry-After", "61"},
			want{name: contract.ErrRejected, final: tooLong, retryAt: "2026-03-01T12:01:01Z"}},
		{"maxWait 0 ignores the requested wait", six(maxWait0), nil, 429, []string{"Retry-After", "3600"},
			want{name: contract.ErrRateLimited, wait: 1}},
		{"maxWait 0 does not shorten the backoff", six(backoff(30), maxWait0), nil, 429, nil,
			want{name: contract.ErrRateLimited, wait: 30}},

		{"credential: the requested wait", six(credential), nil, 429, []string{"Retry-After", "30"},
			want{name: contract.ErrRateLimited, wait: 30, retryAt: "2026-03-01T12:00:30Z"}},
		{"credential: the backoff, when longer", six(credential, backoff(40)), nil, 429, []string{"Retry-After", "30"},
			want{name: contract.ErrRateLimited, wait: 40, retryAt: "2026-03-01T12:00:30Z"}},
		{"credential: too long a requested wait ends it", six(credential), nil, 429, []string{"Retry-After", "61"},
			want{name: contract.ErrRejected, final: "the upstream asks to wait 61s, longer than retry.rateLimit.maxWait (60s)",
				retryAt: "2026-03-01T12:01:01Z"}},

		{"transient: the backoff", backoff(4), nil, 500, nil, want{name: contract.ErrTransient, wait: 4}},
		{"transient: the requested wait, when longer", backoff(4), nil, 503, []string{"Retry-After", "9"},
			want{name: contract.ErrTransient, wait: 9, retryAt: "2026-03-01T12:00:09Z"}},
		{"transient: a reset header requests no wait", backoff(4), nil, 500, []string{"X-RateLimit-Reset", "50"},
			want{name: contract.ErrTransient, wait: 4}},
		{"transient: too long a requested wait ends it", six(), nil, 503, []string{"Retry-After", "61"},
			want{name: contract.ErrRejected, final: "the upstream asks to wait 61s, longer than retry.rateLimit.maxWait (60s)",
				retryAt: "2026-03-01T12:01:01Z"}},
		{"transient: not before the next egress may", six(), []contract.Attempt{limited(1, 2, 20*time.Second), broken(2, 3)}, 500, nil,
			want{name: contract.ErrTransient, wait: 20}},
		{"transient: credential has no egress to wait for", six(credential), []contract.Attempt{limited(1, 2, 20*time.Second), broken(2, 3)}, 500,
			nil, want{name: contract.ErrTransient, wait: 1}},
		{"transient: the backoff, when the next egress is out", six(backoff(7)), []contract.Attempt{limited(1, 2, time.Hour), broken(2, 3)}, 500,
			nil, want{name: contract.ErrTransient, wait: 7}},

		{"503 that counts as a limit, without a requested wait", limitBy503, nil, 503, nil, want{name: contract.ErrRateLimited}},
		{"503 that counts as a limit, with a requested wait: a fresh egress at once", limitBy503, nil, 503, []string{"Retry-After", "9"},
			want{name: contract.ErrRateLimited, retryAt: "2026-03-01T12:00:09Z"}},
		{"503 that counts as a limit, of 0 s: a fresh egress at once", six(backoff(5), limitBy503), nil, 503, []string{"Retry-After", "0"},
			want{name: contract.ErrRateLimited, retryAt: "2026-03-01T12:00:00Z"}},
		{"503 that counts as a limit, by a reset header", limitBy503, nil, 503, []string{"X-RateLimit-Reset", "9"},
			want{name: contract.ErrRateLimited, retryAt: "2026-03-01T12:00:09Z"}},
		{"503 that counts as a limit of the credential waits", six(credential, limitBy503), nil, 503, []string{"Retry-After", "9"},
			want{name: contract.ErrRateLimited, wait: 9, retryAt: "2026-03-01T12:00:09Z"}},

		{"last attempt: the name stays, no wait", func(in *contract.Invocation) { in.Policy.MaxAttempts = 1 }, nil, 429,
			[]string{"Retry-After", "30"},
			want{name: contract.ErrRateLimited, final: "no attempt is left", retryAt: "2026-03-01T12:00:30Z"}},
		{"last attempt, transient", func(in *contract.Invocation) { in.Policy.MaxAttempts = 1 }, nil, 500, nil,
			want{name: contract.ErrTransient, final: "no attempt is left"}},
		{"no time for another", func(in *contract.Invocation) { in.Policy.DeadlineSeconds = 20 }, nil, 503, []string{"Retry-After", "9"},
			want{name: contract.ErrRejected, final: "the deadline of 20s leaves no time for another attempt", retryAt: "2026-03-01T12:00:09Z"}},
		{"just time for another", func(in *contract.Invocation) { in.Policy.DeadlineSeconds = 21 }, nil, 503, []string{"Retry-After", "9"},
			want{name: contract.ErrTransient, wait: 9, retryAt: "2026-03-01T12:00:09Z"}},
		{"no time even at once", func(in *contract.Invocation) { in.Policy.DeadlineSeconds = 11 }, nil, 429, nil,
			want{name: contract.ErrRejected, final: "the deadline of 11s leaves no time for another attempt"}},
	}
	// Nothing depends on where in a second the execution and the clock stand.
	for _, offset := range []time.Duration{0, 400 * time.Millisecond, time.Second - time.Microsecond} {
		for _, test := range tests {
			t.Run(fmt.Sprintf("%s at +%s", test.name, offset), func(t *testing.T) {
				url, _ := serve(t, answering(test.status, "", append(test.headers, "Date", noon.Format(http.TimeFormat))...))
				l, in := newLab(url), first("GET")
				l.Now = at(offset)
				in.Execution.StartTime = noon.Add(offset).Format(time.RFC3339Nano)
				if len(test.past) > 0 {
					in = after(in, nil, later(offset, test.past)...)
				}
				test.change(&in)
				test.want.retryAt = move(test.want.retryAt, offset)
				check(t, test.want, mustFail(t, l.build(t), in))
			})
		}
	}
}

// What a report says of its wait is what decided it.
func TestTheReasonOfAWait(t *testing.T) {
	backoff := func(seconds int) pause { return pause{wait: seconds, waitReason: contract.WaitBackoff} }
	requested := func(seconds, egress int) pause {
		return pause{wait: seconds, waitReason: contract.WaitRequested, waitEgress: egress}
	}
	one := func(in *contract.Invocation) { in.Policy.Egresses = 1 }
	credential := func(in *contract.Invocation) { in.Policy.RateLimited.Scope = contract.ScopeCredential }
	pool := func(*contract.Invocation) {}
	tests := []struct {
		name       string
		change     func(*contract.Invocation)
		past       []contract.Attempt
		status     int
		retryAfter string
		want       pause
		unread     string
	}{
		{"nothing requested", one, nil, 429, "", backoff(4), ""},
		{"0 s requested", one, nil, 429, "0", backoff(4), ""},
		{"0 s requested, no backoff", func(in *contract.Invocation) { in.Policy.Transient.BackoffSeconds = 0 }, nil, 503, "0", pause{}, ""},
		{"less than the backoff", one, nil, 429, "3", backoff(4), ""},
		{"as long as the backoff", one, nil, 429, "4", requested(4, 1), ""},
		{"more than the backoff", one, nil, 429, "5", requested(5, 1), ""},
		{"unreadable", one, nil, 429, "shortly", backoff(4), "retry-after: shortly"},
		{"0 s, of a credential", credential, nil, 429, "0", backoff(4), ""},
		{"of a credential", credential, nil, 429, "9", requested(9, 1), ""},
		{"0 s, transient", pool, nil, 503, "0", backoff(4), ""},
		{"transient", pool, nil, 503, "9", requested(9, 1), ""},
		{"unreadable, transient", pool, nil, 503, "soon", backoff(4), "retry-after: soon"},
		{"at once", pool, nil, 429, "9", pause{}, ""},
		{"at once, unreadable", pool, nil, 429, "soon", pause{}, "retry-after: soon"},
		{"the next egress is not free", pool, []contract.Attempt{limited(1, 2, 20*time.Second), broken(2, 3)}, 500, "", requested(20, 2), ""},
		{"the next egress is free before the backoff ends", pool, []contract.Attempt{limited(1, 2, 2*time.Second), broken(2, 3)}, 500, "",
			backoff(4), ""},
		{"none left", func(in *contract.Invocation) { in.Policy.MaxAttempts = 1 }, nil, 503, "9", pause{}, ""},
		{"too long", pool, nil, 503, "61", pause{}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			url, _ := serve(t, answering(test.status, "", "Retry-After", test.retryAfter))
			in := first("GET")
			if len(test.past) > 0 {
				in = after(in, nil, test.past...)
			}
			in.Policy.MaxAttempts, in.Policy.DeadlineSeconds = 6, 3600
			in.Policy.RateLimited.BackoffSeconds, in.Policy.Transient.BackoffSeconds = 4, 4
			test.change(&in)
			f := mustFail(t, newLab(url).build(t), in).failure
			diff(t, "wait", test.want, pause{f.WaitSeconds, f.WaitReason, f.WaitEgress, f.JitterSeconds}, cmp.AllowUnexported(pause{}))
			diff(t, "unread", test.unread, f.UnreadWait)
		})
	}
}

// later moves the ends of the requested waits.
func later(offset time.Duration, past []contract.Attempt) []contract.Attempt {
	moved := slices.Clone(past)
	for i := range moved {
		moved[i].RetryAt = move(moved[i].RetryAt, offset)
	}
	return moved
}

func move(retryAt string, offset time.Duration) string {
	if retryAt == "" {
		return ""
	}
	t, err := time.Parse(time.RFC3339, retryAt)
	if err != nil {
		panic(err)
	}
	return t.Add(offset).Truncate(time.Millisecond).Format(time.RFC3339Nano)
}

// A requested wait as long as maxWait is honoured, to its end.
func TestARequestedWaitOfMaxWaitIsHonoured(t *testing.T) {
	for _, offset := range []time.Duration{0, 400 * time.Millisecond, 999_999_999} {
		for status, name := range map[int]string{429: contract.ErrRateLimited, 503: contract.ErrTransient} {
			t.Run(fmt.Sprintf("%d at +%s", status, offset), func(t *testing.T) {
				url, _ := serve(t, answering(status, "", "Retry-After", "60"))
				l, in := newLab(url), first("GET")
				l.Now, in.Policy.Egresses = at(offset), 1
				failed := mustFail(t, l.build(t), in)
				check(t, want{name: name, wait: 60, retryAt: move("2026-03-01T12:01:00Z", offset)}, failed)
			})
		}
	}
}

func TestFullJitter(t *testing.T) {
	url, _ := serve(t, answering(500, ""))
	for _, test := range []struct {
		drawn float64
		want  int
	}{{0, 0}, {0.01, 1}, {0.5, 5}, {0.51, 6}, {0.999, 10}} {
		l := newLab(url)
		l.Random = func() float64 { return test.drawn }
		in := first("GET")
		in.Policy.FullJitter, in.Policy.Transient.BackoffSeconds = true, 10
		failed := mustFail(t, l.build(t), in)
		diff(t, "wait", test.want, failed.failure.WaitSeconds)
	}
}

// With full jitter a share of the backoff lies on top of a requested wait, whichever
// decided it, and no attempt is lost to that share.
func TestJitterOnTopOfARequestedWait(t *testing.T) {
	requested := func(seconds, jitter, egress int) pause {
		return pause{wait: seconds, jitter: jitter, waitReason: contract.WaitRequested, waitEgress: egress}
	}
	backoff := func(seconds int) pause { return pause{wait: seconds, waitReason: contract.WaitBackoff} }
	one := func(in *contract.Invocation) { in.Policy.Egresses = 1 }
	of := func(backoff int) func(*contract.Invocation) {
		return func(in *contract.Invocation) { in.Policy.Egresses, in.Policy.RateLimited.BackoffSeconds = 1, backoff }
	}
	credential := func(in *contract.Invocation) { in.Policy.RateLimited.Scope = contract.ScopeCredential }
	deadline := func(seconds int) func(*contract.Invocation) {
		return func(in *contract.Invocation) { in.Policy.Egresses, in.Policy.DeadlineSeconds = 1, seconds }
	}
	pool := func(*contract.Invocation) {}
	next := []contract.Attempt{limited(1, 2, 20*time.Second), broken(2, 3)}
	tests := []struct {
		name       string
		change     func(*contract.Invocation)
		past       []contract.Attempt
		status     int
		retryAfter string
		drawn      float64
		want       pause
	}{
		{"nothing on top", one, nil, 429, "5", 0, requested(5, 0, 1)},
		{"the least that is drawn above nothing", one, nil, 429, "5", 0.12, requested(6, 1, 1)},
		{"half", one, nil, 429, "5", 0.5, requested(9, 4, 1)},
		{"all of the backoff", one, nil, 429, "5", 0.999, requested(13, 8, 1)},
		{"shorter than the backoff", one, nil, 429, "1", 0.999, requested(9, 8, 1)},
		{"of a credential", credential, nil, 429, "5", 0.5, requested(9, 4, 1)},
		{"a 503", pool, nil, 503, "5", 0.5, requested(9, 4, 1)},
		{"of the next egress", pool, next, 500, "", 0.5, requested(24, 4, 2)},
		{"of the next egress, in the next round", pool, []contract.Attempt{limited(1, 2, 20*time.Second), limited(2, 3, time.Second)}, 429, "",
			0.5, requested(24, 4, 2)},
		{"maxWait bounds the request alone", one, nil, 429, "60", 0.999, requested(68, 8, 1)},
		{"more than maxWait", one, nil, 429, "61", 0.5, pause{}},
		{"a fresh egress goes at once", pool, nil, 429, "5", 0.5, pause{}},
		{"0 s requested: a backoff", one, nil, 429, "0", 0.5, backoff(4)},
		{"nothing requested: a backoff", one, nil, 429, "", 0.5, backoff(4)},
		{"a backoff of 1 s: one half adds nothing", of(1), nil, 429, "5", 0.49, requested(5, 0, 1)},
		{"a backoff of 1 s: the other half adds it", of(1), nil, 429, "5", 0.5, requested(6, 1, 1)},
		{"no backoff, no jitter", of(0), nil, 429, "5", 0.9, requested(5, 0, 1)},
		{"the deadline has room for all of it", deadline(12 + 13), nil, 429, "5", 0.99, requested(13, 8, 1)},
		{"the deadline cuts it", deadline(12 + 9), nil, 429, "5", 0.99, requested(9, 4, 1)},
		{"the deadline leaves nothing of it", deadline(12 + 5), nil, 429, "5", 0.99, requested(5, 0, 1)},
		{"the deadline cuts no request", deadline(12 + 4), nil, 429, "5", 0.99, pause{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			url, _ := serve(t, answering(test.status, "", "Retry-After", test.retryAfter))
			l, in := newLab(url), first("GET")
			if len(test.past) > 0 {
				in = after(in, nil, test.past...)
			}
			in.Policy.FullJitter, in.Policy.MaxAttempts, in.Policy.DeadlineSeconds = true, 6, 3600
			in.Policy.RateLimited.BackoffSeconds, in.Policy.Transient.BackoffSeconds = 8, 8
			test.change(&in)
			l.Random = func() float64 { return test.drawn }
			f := mustFail(t, l.build(t), in).failure
			diff(t, "wait", test.want, pause{f.WaitSeconds, f.WaitReason, f.WaitEgress, f.JitterSeconds}, cmp.AllowUnexported(pause{}))
			last := f.Attempts[len(f.Attempts)-1]
			diff(t, "wait of the record", test.want.wait, last.WaitSeconds)
		})
	}
}

// The egresses of one execution, by what the definition sends: attempt k goes to
// pool[(start + k - 1) mod N].
func TestRotation(t *testing.T) {
	for name, test := range map[string]struct {
		egress, attempt, pool int
		want                  []int // of attempts 1..6
	}{
		"first of three":       {1, 1, 3, []int{1, 2, 3, 1, 2, 3}},
		"start at the third":   {3, 1, 3, []int{3, 1, 2, 3, 1, 2}},
		"seen from the middle": {1, 3, 3, []int{2, 3, 1, 2, 3, 1}},
		"seen from the end":    {2, 6, 5, []int{2, 3, 4, 5, 1, 2}},
		"one egress":           {1, 4, 1, []int{1, 1, 1, 1, 1, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			a := attempt{egress: test.egress}
			a.Attempt, a.Policy.Egresses = test.attempt, test.pool
			var got []int
			for j := 1; j <= 6; j++ {
				got = append(got, a.egressOf(j))
			}
			diff(t, "egresses", test.want, got)
		})
	}
}
