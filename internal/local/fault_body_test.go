package local_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
)

// everyByte are the bytes 0 to 255.
func everyByte() string {
	var all [256]byte
	for i := range all {
		all[i] = byte(i)
	}
	return string(all[:])
}

// echoing answers with the body and the type that it got.
func echoing(c net.Conn, q request) {
	io.WriteString(c, http11("200 OK", q.body, "Content-Type: "+q.header.Get("Content-Type")))
}

// Bodies arrive unchanged in both directions, whatever their type.
func TestBodiesBothWays(t *testing.T) {
	t.Parallel()
	bodies := []struct{ name, body string }{
		{"text", "hello\r\nworld\n"},
		{"every byte", everyByte()},
		{"NUL in text", "a\x00b"},
		{"control characters", "\x01\x02\x1b[31m\x7f"},
		{"invalid UTF-8", "caf\xe9"},
		{"UTF-8 that ends within a character", "caf\xc3"},
		{"a surrogate as UTF-8", "\xed\xa0\x80"},
		{"UTF-8 with a byte order mark", "\xef\xbb\xbfcafé 😀"},
		{"UTF-16", "\xff\xfeh\x00i\x00"},
		{"markup", `<a href="x">&amp;</a>`},
		{"line separators", "a\u2028b\u2029c"},
		{"replacement character", "\ufffd"},
		{"JSON with digits and order", "{\"b\": 1.0, \"a\": 1e400,\n \"b\": 12345678901234567890}"},
		{"JSON null", "null"},
		{"JSON text", `"\u0041\/"`},
		{"looks like base64", "aGVsbG8="},
		{"looks like an intrinsic", "States.UUID() $.x ${Egress1Arn} $$.Execution.Id {}"},
		{"one space", " "},
	}
	types := []string{"", "application/json", "text/plain; charset=utf-8", "application/octet-stream", "application/x-www-form-urlencoded"}
	w, url := onWire(t, echoing)
	r := run(t, thrice, url, skipping)
	for _, test := range bodies {
		for _, media := range types {
			t.Run(test.name+" as "+media, func(t *testing.T) {
				a := r.call("PUT", "/orders", test.body, "Content-Type", media)
				if got := r.told(a) + ", " + r.ending(a); got != "200, attempts 1, egress 1, SUCCEEDED" {
					t.Errorf("call: got %s", got)
				}
				all := w.all()
				if got := all[len(all)-1].body; got != test.body {
					t.Errorf("upstream: got %q, want %q", got, test.body)
				}
				if a.body != test.body {
					t.Errorf("caller: got %q, want %q", a.body, test.body)
				}
			})
		}
	}
	if got, want := len(w.all()), len(bodies)*len(types); got != want {
		t.Errorf("calls: got %d, want %d", got, want)
	}
}

// Each attempt sends the same bytes.
func TestBinaryBodyGoesAgain(t *testing.T) {
	t.Parallel()
	w, url := onWire(t, saying(http11("503 Busy", "\xff")))
	r := run(t, thrice, url, skipping)
	a := r.call("PUT", "/orders", everyByte())
	want := exhausted("503", "503", from(3, "PUT /orders"))
	want.Answer += ", egress 3"
	r.expect(want, w, a)
	for i, q := range w.all() {
		if q.body != everyByte() || q.header.Get("Content-Length") != "256" {
			t.Errorf("attempt %d: got %q", i+1, q.body)
		}
	}
	if a.body != "\xff" {
		t.Errorf("caller: got %q", a.body)
	}
}

// A request without a body stays one, and a body in chunks is counted.
func TestFramingOfRequests(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, sent, length, body string }{
		{"GET without a body", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "", ""},
		{"DELETE without a body", "DELETE / HTTP/1.1\r\nHost: localhost\r\n\r\n", "", ""},
		{"POST with an empty body", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n", "0", ""},
		{"GET with a body", "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nhi", "2", "hi"},
		{"chunked", "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nTrailer: " +
			"X-T\r\n\r\n3;e=1\r\nabc\r\n1\r\nd\r\n0\r\nX-T: 1\r\n\r\n", "4", "abcd"},
		{"chunked and a length", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\nTransfer-Encoding: " +
			"chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", "1", "a"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w, url := onWire(t, echoing)
			r := run(t, thrice, url, skipping)
			a := r.raw(test.sent)
			method, _, _ := strings.Cut(test.sent, " ")
			r.expect(succeeded(200, method+" /"), w, a)
			q := w.only(t)
			if got := fmt.Sprint(q.header.Get("Content-Length"), " ", q.header.Get("Transfer-Encoding"), " ", q.body); got != test.length+"  "+
				test.body {
				t.Errorf("upstream: got length, encoding and body %q, want %q", got, test.length+"  "+test.body)
			}
		})
	}
}
