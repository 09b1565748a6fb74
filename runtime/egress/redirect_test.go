package egress

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/runtime/contract"
)

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
