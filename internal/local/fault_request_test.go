package local_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/local/mockapi"
	"github.com/sfngen/sfngen/runtime/contract"
)

// Paths and queries arrive unchanged; only what a URL must not contain is escaped
// (RFC 3986 3.3, 3.4).
func TestTargets(t *testing.T) {
	t.Parallel()
	w, url := onWire(t, saying(http11("200 OK", "ok")))
	r := run(t, thrice, url+"/v1", skipping)
	for _, test := range []struct{ name, sent, want string }{
		{"escaped slash", "/a%2Fb%2fc", "/v1/a%2Fb%2fc"},
		{"slashes", "//a//b/", "/v1//a//b/"},
		{"semicolons", "/a;v=1/b;c", "/v1/a;v=1/b;c"},
		{"non-ASCII, escaped", "/caf%C3%A9%20%01%25", "/v1/caf%C3%A9%20%01%25"},
		{"non-ASCII", "/café", "/v1/caf%C3%A9"},
		{"not UTF-8", "/caf\xe9?q=\xff", "/v1/caf%E9?q=%FF"},
		{"marks", "/-._~!$&'()*+,;=:@", "/v1/-._~!$&'()*+,;=:@"},
		{"the root", "/", "/v1"},
		{"a URL in the path", "/http://other.example/?u=http://x/", "/v1/http://other.example/?u=http://x/"},
		{"absolute form", "http://localhost/a?b", "/v1/a?b"},
		{"repeated keys", "/?a=1&a=2&b=&c&&a=3", "/v1?a=1&a=2&b=&c&&a=3"},
		{"brackets, plus and escapes", "/?a[]=1&b=%20+%2B&q=a;b?c/d@e:f!$'()*,", "/v1?a[]=1&b=%20+%2B&q=a;b?c/d@e:f!$'()*,"},
		{"what may not stand in a query", "/?q=\"<>{}|^`\\", "/v1?q=%22%3C%3E%7B%7D%7C%5E%60%5C"},
		{"an injected line", "/a%0d%0aX-Evil:%201?q=%0D%0AX-Evil:1", "/v1/a%0d%0aX-Evil:%201?q=%0D%0AX-Evil:1"},
		{"a long query", "/?q=" + strings.Repeat("q", 50_000), "/v1?q=" + strings.Repeat("q", 50_000)},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := len(w.all())
			a := r.raw("GET " + test.sent + " HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n")
			if got := r.told(a) + ", " + r.ending(a); got != "200, attempts 1, egress 1, SUCCEEDED" {
				t.Errorf("call: got %s", got)
			}
			all := w.all()[before:]
			if len(all) != 1 || all[0].line != "GET "+test.want+" HTTP/1.1" {
				t.Errorf("upstream: got %+v, want one GET %s", all, test.want)
			}
		})
	}
}

// A path that could leave that of the upstream is never sent, nor is what asks for
// another host.
func TestPathsThatAreNotSent(t *testing.T) {
	t.Parallel()
	w, url := onWire(t, saying(http11("200 OK", "ok")))
	r := run(t, thrice, url+"/v1", skipping)
	for sent, want := range map[string]string{
		"/../a": "400 invalid-path", "/a/%2e%2E/b": "400 invalid-path", "/a/..;x=1/b": "400 invalid-path",
		"/./a": "400 invalid-path", `/a\..\b`: "400 invalid-path", "/a%5cb": "400 invalid-path",
		"/a%2f..%2f..%2fb":            "400 invalid-path",
		"/%c0%ae%c0%ae/b":             "400 invalid-path",
		"/..%c0%afb":                  "400 invalid-path",
		"/..%00/b":                    "400 invalid-path",
		"/%252e%252e/%252e%252e/b":    "400 invalid-request, attempts 1",
		"/.sfngen/executions/unknown": "404 execution-not-found",
		"/.sfngen":                    "404 execution-not-found",
		"/%2esfngen/x":                "404 execution-not-found",
		"http://other.example/":       "421",
	} {
		if got := r.told(r.raw("GET " + sent + " HTTP/1.1\r\nHost: localhost\r\n\r\n")); got != want {
			t.Errorf("%s: got %s, want %s", sent, got, want)
		}
	}
	if calls := w.heard(); calls != nil {
		t.Errorf("upstream: got %q, want nothing", calls)
	}
}

func TestMethodsNotInTheSpec(t *testing.T) {
	t.Parallel()
	m, url := mock(t)
	r := run(t, strings.Replace(thrice, "methods: [GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS]", "methods: [GET, POST]", 1), url, skipping)
	for _, method := range []string{"PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "get", "BREW", "QUERY"} {
		a := r.raw(method + " /orders HTTP/1.1\r\nHost: localhost\r\n\r\n")
		if got := a.header.Get("Allow"); a.status != 405 || got != "GET, POST" || a.execution != "" {
			t.Errorf("%s: got %d, allow %q, execution %q", method, a.status, got, a.execution)
		}
		if method != "HEAD" && r.told(a) != "405 method-not-allowed" {
			t.Errorf("%s: got %s", method, r.told(a))
		}
	}
	if a := r.raw("CONNECT localhost:443 HTTP/1.1\r\nHost: localhost\r\n\r\n"); a.status != 405 {
		t.Errorf("CONNECT: got %d", a.status)
	}
	if a := r.raw("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n"); a.status != 405 {
		t.Errorf("OPTIONS *: got %d; nobody but the workflow answers for the upstream", a.status)
	}
	r.expect(succeeded(200, "POST /orders"), m, r.call("POST", "/orders", ""))
}

// jsonSize is what a request takes in the execution's input.
func jsonSize(t *testing.T, q contract.Request) int {
	t.Helper()
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(q); err != nil {
		t.Fatal(err)
	}
	return text.Len() - 1 // without Encode's line end
}

// At the limit a request still has room for three failures with all that they
// may carry; a byte over it, nothing is started.
func TestRequestAroundTheSizeLimit(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, media, what string
		size              int // of what, as JSON
	}{
		{"text", "text/plain", "a", 1},
		{"markup", "text/html", "<", 1},
		{"quotes", "application/json", `"`, 2},
		{"line separators", "text/plain", "\u2028", 6},
		{"binary", "application/octet-stream", "\xff\xfe\xff", 4},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w, url := onWire(t, saying(http11("503 Busy", strings.Repeat(`"`, 4096), "X-RateLimit-A: "+strings.Repeat("r", 4000))))
			r := run(t, thrice, url, skipping)
			empty := contract.Request{
				Method: "PUT", Path: "/orders", Headers: map[string]string{"content-type": test.media},
				Body: json.RawMessage(`""`), IsBase64Encoded: test.media == "application/octet-stream",
			}
			room := contract.RequestLimit - jsonSize(t, empty)
			body := strings.Repeat(test.what, room/test.size)
			a := r.call("PUT", "/orders", body, "Content-Type", test.media)
			want := exhausted("503", "503", from(3, "PUT /orders"))
			want.Answer += ", egress 3"
			r.expect(want, w, a)
			for i, q := range w.all() {
				if q.body != body {
					t.Errorf("attempt %d: got %d bytes, want the %d that were sent", i+1, len(q.body), len(body))
				}
			}
			a = r.call("PUT", "/orders", body+test.what, "Content-Type", test.media)
			if got := r.told(a); got != "413 request-too-large" || a.execution != "" {
				t.Errorf("one more: got %s, execution %q", got, a.execution)
			}
			size := contract.RequestLimit - room%test.size + test.size
			if p := r.problem(a); !strings.Contains(p.Detail, fmt.Sprintf("takes %d bytes", size)) {
				t.Errorf("detail: got %q, want %d bytes", p.Detail, size)
			}
			if calls := w.heard(); len(calls) != 3 {
				t.Errorf("upstream: got %q, want only the first request's", calls)
			}
		})
	}
}

// Over what a function URL takes (6 MB), the orchestrator is not even asked.
func TestRequestOverTheFunctionURLsLimit(t *testing.T) {
	t.Parallel()
	const head = "POST /orders HTTP/1.1\r\nHost: localhost\r\n"
	m, url := mock(t)
	r := run(t, thrice, url, skipping)
	for _, test := range []struct{ name, sent, want string }{
		{"by its length", head + "Content-Length: 6291457\r\n\r\n", `{"Message":"Request Entity Too Large"}`},
		{"in chunks", head + "Transfer-Encoding: chunked\r\n\r\n600001\r\n" + strings.Repeat("a", 0x600001) + "\r\n0\r\n\r\n",
			`{"Message":"Request Entity Too Large"}`},
		{"as base64 in its event", head + "Content-Length: 5000000\r\n\r\n" + strings.Repeat("\xff", 5_000_000),
			`{"Message":"Request must be smaller than 6291456 bytes for the InvokeFunction operation"}`},
	} {
		a := r.raw(test.sent)
		if a.status != 413 || a.body != test.want || a.execution != "" {
			t.Errorf("%s: got %d %q, execution %q", test.name, a.status, a.body, a.execution)
		}
	}
	a := r.raw(head + "Content-Type: text/plain\r\nContent-Length: 6000000\r\n\r\n" + strings.Repeat("a", 6_000_000))
	if got := r.told(a); got != "413 request-too-large" {
		t.Errorf("just under it: got %s", got)
	}
	if calls := m.heard(); calls != nil {
		t.Errorf("upstream: got %q, want nothing", calls)
	}
}

// Headers count in the size of a request, too.
func TestRequestWhoseHeaderIsTooLarge(t *testing.T) {
	t.Parallel()
	api, url := api(t, mockapi.Config{})
	r := run(t, thrice, url, skipping)
	a := r.call("GET", "/orders", "", "Accept", strings.Repeat("a", contract.RequestLimit))
	if got := r.told(a); got != "413 request-too-large" || len(api.Requests()) != 0 {
		t.Errorf("got %s, and the upstream %d calls", got, len(api.Requests()))
	}
}
