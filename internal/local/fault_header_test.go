package local_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// forwarding passes some fields of the caller's.
var forwarding = strings.Replace(thrice, "methods:", "forwardHeaders: [x-a, x-hop, cookie, user-agent, idempotency-key], methods:", 1)

// What a caller gets of the upstream's header.
func TestAnswerHeader(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("l", 100_000)
	for _, test := range []struct {
		name   string
		fields []string
		want   map[string]string // "" is: not there
	}{
		{"set-cookie twice", []string{"Set-Cookie: a=1; Path=/; Expires=Thu, 01 Jan 2026 00:00:00 GMT", "Set-Cookie: b=2, c"},
			map[string]string{"Set-Cookie": "a=1; Path=/; Expires=Thu, 01 Jan 2026 00:00:00 GMT|b=2, c"}},
		{"link twice", []string{"Link: </1>; rel=next", "Link: </2>; rel=last"}, map[string]string{"Link": "</1>; rel=next, </2>; rel=last"}},
		{"vary and www-authenticate twice", []string{"Vary: a", "Vary: b", "WWW-Authenticate: Basic", "WWW-Authenticate: Bearer"},
			map[string]string{"Vary": "a, b", "Www-Authenticate": "Basic, Bearer"}},
		{"a very long one", []string{"X-Long: " + long}, map[string]string{"X-Long": long}},
		{"folded over lines", []string{"X-A: one\r\n two"}, map[string]string{"X-A": "one two"}},
		{"a tab and UTF-8", []string{"X-A: a\tcafé"}, map[string]string{"X-A": "a\tcafé"}},
		{"ISO 8859-1", []string{"Content-Disposition: attachment; filename=\"r\xe9sum\xe9.pdf\"", "X-A: caf\xc3\xa9"},
			map[string]string{"Content-Disposition": "attachment; filename=\"résumé.pdf\"", "X-A": "café"}},
		{"bytes that are neither", []string{"X-A: \x80\xff", "Set-Cookie: a=\xfc"}, map[string]string{"X-A": "\u0080ÿ", "Set-Cookie": "a=ü"}},
		{"an empty one", []string{"X-A:", "Content-Type: x/y"}, map[string]string{"Content-Type": "x/y"}},
		{"its date and server", []string{"Date: Thu, 01 Jan 2015 00:00:00 GMT", "Server: theirs"},
			map[string]string{"Date": "Thu, 01 Jan 2015 00:00:00 GMT", "Server": "theirs"}},
		{"hop-by-hop", []string{"Keep-Alive: timeout=5", "Proxy-Authenticate: Basic", "Proxy-Connection: x", "Upgrade: h2c", "TE: x", "X-A: 1"},
			map[string]string{"Keep-Alive": "", "Proxy-Authenticate": "", "Proxy-Connection": "", "Upgrade": "", "Te": "", "X-A": "1"}},
		{"sfngen's own names", []string{"X-Sfngen-Attempts: 99", "X-Sfngen-Egress: 7", "X-Sfngen-Truncated: 5", "X-Sfngen-Mine: 1"},
			map[string]string{"X-Sfngen-Attempts": "1", "X-Sfngen-Egress": "1", "X-Sfngen-Truncated": "", "X-Sfngen-Mine": ""}},
		{"a name with a space after it", []string{"X-A : 1"}, map[string]string{"X-A": "1"}},
		{"a name with a space in it", []string{"X A: 1", "X-B: 2"}, map[string]string{"X A": "", "X-B": "2"}},
		{"an injected answer", []string{"X-A: b%0d%0aX-Evil: 1"}, map[string]string{"X-A": "b%0d%0aX-Evil: 1", "X-Evil": ""}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w, url := onWire(t, saying(http11("200 OK", "ok", test.fields...)))
			r := run(t, thrice, url, skipping)
			a := r.call("GET", "/orders", "")
			r.expect(succeeded(200, "GET /orders"), w, a)
			if diff := cmp.Diff(test.want, a.fields(test.want)); diff != "" {
				t.Errorf("header (-want +got):\n%s", diff)
			}
		})
	}
}

// The connection stays open here: when an answer closes it, net/http itself takes
// the Connection field away, and with it the names.
func TestAnswerHeaderNamedByConnection(t *testing.T) {
	t.Parallel()
	w, url := onWire(t, saying("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: x-hop, keep-alive\r\nX-Hop: 1\r\nX-A: 1\r\n\r\nok"))
	r := run(t, thrice, url, skipping)
	a := r.call("GET", "/orders", "")
	r.expect(succeeded(200, "GET /orders"), w, a)
	want := map[string]string{"Connection": "", "X-Hop": "", "X-A": "1"}
	if diff := cmp.Diff(want, a.fields(want)); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
}

func TestManyAnswerHeaders(t *testing.T) {
	t.Parallel()
	var fields []string
	want := map[string]string{}
	for i := range 300 {
		name, value := fmt.Sprintf("X-Field-%d", i), strings.Repeat("v", i)+"."
		fields = append(fields, name+": "+value)
		want[name] = value
	}
	for _, test := range []struct {
		name, status string
		scene        scene
	}{
		{"of a success", "200 OK", succeeded(200, "GET /orders")},
		{"of a failure, whose room is less", "400 Bad Request", rejected("400, attempts 1, egress 1", "400", from(1, "GET /orders"))},
	} {
		t.Run(test.name, func(t *testing.T) {
			w, url := onWire(t, saying(http11(test.status, "ok", fields...)))
			r := run(t, thrice, url, skipping)
			a := r.call("GET", "/orders", "")
			r.expect(test.scene, w, a)
			got := a.fields(want)
			kept := 0
			for name, value := range got {
				if value == want[name] {
					kept++
				} else if value != "" {
					t.Errorf("%s: got %q, want it whole or not at all", name, value)
				}
			}
			if a.status == 200 && kept != 300 || kept < 200 {
				t.Errorf("fields: got %d of 300", kept)
			}
			if a.body != "ok" {
				t.Errorf("body: got %q", a.body)
			}
		})
	}
}

// A header that does not fit: an egress reads 2 MiB of it, a workflow carries less.
func TestHugeAnswerHeader(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		says string
		want scene
	}{
		{"300 KB", http11("200 OK", "ok", "X-Long: "+strings.Repeat("l", 300_000)), rejected("502 response-too-large, attempts 1",
			"200 response-too-large", from(1, "GET /orders"))},
		{"3 MB", http11("200 OK", "ok", "X-Long: "+strings.Repeat("l", 3_000_000)), exhausted(unusable, "protocol", from(3, "GET /orders"))},
		{"300 KB of a failure", http11("400 Bad Request", "ok", "X-Long: "+strings.Repeat("l", 300_000)), rejected("400, attempts 1, egress 1",
			"400", from(1, "GET /orders"))},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w, url := onWire(t, saying(test.says))
			r := run(t, thrice, url, skipping)
			r.expect(test.want, w, r.call("GET", "/orders", ""))
		})
	}
}

// What the upstream gets of a caller's header.
func TestRequestHeader(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("l", 150_000)
	for _, test := range []struct {
		name   string
		fields []string
		want   map[string]string
	}{
		{"twice", []string{"X-A: 1", "X-A: 2"}, map[string]string{"X-A": "1,2"}},
		{"cookies over two lines", []string{"Cookie: a=1; b=2", "Cookie: c=3"}, map[string]string{"Cookie": "a=1; b=2; c=3"}},
		{"a very long one", []string{"X-A: " + long}, map[string]string{"X-A": long}},
		{"folded over lines", []string{"X-A: one\r\n two"}, map[string]string{"X-A": "one two"}},
		{"ISO 8859-1", []string{"X-A: M\xfcller", "Cookie: n=\xe9; b=2", "User-Agent: caf\xc3\xa9"},
			map[string]string{"X-A": "Müller", "Cookie": "n=é; b=2", "User-Agent": "café"}},
		{"one that the spec does not pass", []string{"X-B: 1", "Authorization: secret", "X-Forwarded-For: 1.2.3.4"},
			map[string]string{"X-B": "", "Authorization": "", "X-Forwarded-For": ""}},
		{"hop-by-hop", []string{"Connection: x-hop, keep-alive", "X-Hop: 1", "Keep-Alive: 3", "TE: trailers", "Proxy-Authorization: x",
			"Upgrade: h2c", "X-A: 1"},
			map[string]string{"Connection": "", "X-Hop": "", "Keep-Alive": "", "Te": "", "Proxy-Authorization": "", "Upgrade": "", "X-A": "1"}},
		{"the egress's own", []string{"Accept-Encoding: br", "Expect: 100-continue", "User-Agent: me"},
			map[string]string{"Accept-Encoding": "gzip", "Expect": "", "User-Agent": "me"}},
		{"an injected field", []string{"X-A: b%0d%0aX-Evil: 1", "Idempotency-Key: a\tb"},
			map[string]string{"X-A": "b%0d%0aX-Evil: 1", "X-Evil": "", "Idempotency-Key": "a\tb"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w, url := onWire(t, echoing)
			r := run(t, forwarding, url, skipping)
			a := r.raw("GET /orders HTTP/1.1\r\nHost: 127.0.0.1:1\r\n" + strings.Join(test.fields, "\r\n") + "\r\n\r\n")
			r.expect(succeeded(200, "GET /orders"), w, a)
			q := w.only(t)
			if q.host != strings.TrimPrefix(url, "http://") {
				t.Errorf("host: got %q, want the upstream's", q.host)
			}
			if diff := cmp.Diff(test.want, answer{header: q.header}.fields(test.want)); diff != "" {
				t.Errorf("header (-want +got):\n%s", diff)
			}
		})
	}
}

// Nothing that could start another header line reaches the workflow.
func TestRequestHeaderThatSplits(t *testing.T) {
	t.Parallel()
	w, url := onWire(t, echoing)
	r := run(t, forwarding, url, skipping)
	for _, field := range []string{"X-A: a\rX-Evil: b", "X-A: a\x00b", "X-A : b", "X-A\x01: b", ": b", "X-A"} {
		a := r.raw("GET /orders HTTP/1.1\r\nHost: localhost\r\n" + field + "\r\n\r\n")
		if a.status != 400 || a.execution != "" {
			t.Errorf("%q: got %d, execution %q; want 400 and none", field, a.status, a.execution)
		}
	}
	if calls := w.heard(); calls != nil {
		t.Errorf("upstream: got %q, want nothing", calls)
	}
}
