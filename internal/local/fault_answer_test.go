package local_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fields are the values of the fields that a test names, joined by a bar; "" for
// one that is not there.
func (a answer) fields(names map[string]string) map[string]string {
	got := map[string]string{}
	for name := range names {
		got[name] = strings.Join(a.header.Values(name), "|")
	}
	return got
}

func gzipped(t *testing.T, text string) string {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// Every final answer is the upstream's own: status, fields, body, after one call.
func TestAnswerPasses(t *testing.T) {
	t.Parallel()
	const early = "HTTP/1.1 103 Early Hints\r\nLink: </early>\r\n\r\n"
	brotli := "\x0b\x02\x80hello\x03"
	for _, test := range []struct {
		name, method, says string
		status             int
		body               string
		header             map[string]string // "" is: not there
	}{
		{"103 before the answer", "GET", early + http11("200 OK", "ok"), 200, "ok", map[string]string{"Link": ""}},
		{"100 before the answer", "GET", "HTTP/1.1 100 Continue\r\n\r\n" + http11("200 OK", "ok"), 200, "ok", nil},
		{"many 102 before the answer", "GET", strings.Repeat("HTTP/1.1 102 Processing\r\n\r\n", 20) + http11("200 OK", "ok"), 200, "ok", nil},
		{"204", "GET", "HTTP/1.1 204 No Content\r\nConnection: close\r\nX-A: 1\r\n\r\n", 204, "", map[string]string{"X-A": "1",
			"Content-Type": "", "Content-Length": ""}},
		{"304", "GET", "HTTP/1.1 304 Not Modified\r\nConnection: close\r\nContent-Length: 50\r\nEtag: \"x\"\r\n\r\n", 304, "",
			map[string]string{"Etag": `"x"`, "Content-Length": ""}},
		{"205", "GET", http11("205 Reset Content", ""), 205, "", nil},
		{"206", "GET", http11("206 Partial Content", "ok", "Content-Range: bytes 0-1/9"), 206, "ok",
			map[string]string{"Content-Range": "bytes 0-1/9"}},
		{"301", "GET", http11("301 Moved", "go", "Location: http://elsewhere.example/a?b#c"), 301, "go",
			map[string]string{"Location": "http://elsewhere.example/a?b#c"}},
		{"302", "GET", http11("302 Found", "", "Location: /relative"), 302, "", map[string]string{"Location": "/relative"}},
		{"303 to a POST", "POST", http11("303 See Other", "", "Location: /done"), 303, "", map[string]string{"Location": "/done"}},
		{"307 to a POST", "POST", http11("307 Temporary Redirect", "", "Location: /again"), 307, "", map[string]string{"Location": "/again"}},
		{"308 without a place", "GET", http11("308 Permanent Redirect", ""), 308, "", map[string]string{"Location": ""}},
		{"redirect to no URL", "GET", http11("301 Moved", "", "Location: http://[::1"), 301, "", map[string]string{"Location": "http://[::1"}},
		{"HEAD", "HEAD", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1234\r\nContent-Type: text/csv\r\nEtag: x\r\n\r\n", 200, "",
			map[string]string{"Content-Type": "text/csv", "Etag": "x"}},
		{"chunked", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n1\r\na\r\n2;ext=1\r\nbc\r\n0\r\nX-T: 1\r\n\r\n",
			200, "abc", map[string]string{"Content-Length": "3", "Transfer-Encoding": "", "X-T": ""}},
		{"until the connection ends", "GET", "HTTP/1.0 200 OK\r\n\r\nto the end", 200, "to the end", map[string]string{"Content-Length": "10"}},
		{"without a reason phrase", "GET", "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", 200, "ok", nil},
		{"gzip", "GET", http11("200 OK", gzipped(t, "plain text"), "Content-Encoding: gzip", "Vary: accept-encoding"), 200, "plain text",
			map[string]string{"Content-Encoding": "", "Content-Length": "10", "Vary": "accept-encoding"}},
		{"gzip that is none", "GET", http11("200 OK", "hello plain", "Content-Encoding: gzip"), 200, "hello plain",
			map[string]string{"Content-Encoding": "", "Content-Length": "11"}},
		{"gzip of nothing", "GET", http11("200 OK", "", "Content-Encoding: gzip"), 200, "", map[string]string{"Content-Encoding": ""}},
		{"x-gzip beside identity", "GET", http11("200 OK", gzipped(t, "plain text"), "Content-Encoding: identity", "Content-Encoding: X-GZIP"),
			200, "plain text", map[string]string{"Content-Encoding": "", "Content-Length": "10"}},
		{"gzip in two members and padding", "GET", http11("200 OK", gzipped(t, "plain ")+gzipped(t, "text")+"\x00\x00\r\n",
			"Content-Encoding: gzip"), 200, "plain text", map[string]string{"Content-Length": "10"}},
		{"gzip twice", "GET", http11("200 OK", gzipped(t, gzipped(t, "x")), "Content-Encoding: gzip", "Content-Encoding: gzip"), 200,
			gzipped(t, gzipped(t, "x")), map[string]string{"Content-Encoding": "gzip, gzip"}},
		{"gzip to HEAD", "HEAD", http11("200 OK", "", "Content-Encoding: gzip"), 200, "", map[string]string{"Content-Encoding": "gzip"}},
		{"304 of a packed answer", "GET", http11("304 Not Modified", "", "Content-Encoding: gzip", "Etag: x"), 304, "",
			map[string]string{"Content-Encoding": "", "Etag": "x"}},
		{"gzip that nobody names", "GET", http11("200 OK", gzipped(t, "x")), 200, gzipped(t, "x"), map[string]string{"Content-Encoding": ""}},
		{"deflate", "GET", http11("200 OK", "\x78\x9c\x03\x00", "Content-Encoding: deflate"), 200, "\x78\x9c\x03\x00",
			map[string]string{"Content-Encoding": "deflate"}},
		{"br", "GET", http11("200 OK", brotli, "Content-Encoding: br"), 200, brotli, map[string]string{"Content-Encoding": "br"}},
		{"zstd", "GET", http11("200 OK", "\x28\xb5\x2f\xfd\x00", "Content-Encoding: zstd"), 200, "\x28\xb5\x2f\xfd\x00",
			map[string]string{"Content-Encoding": "zstd"}},
		{"gzip within br", "GET", http11("200 OK", brotli, "Content-Encoding: gzip, br"), 200, brotli,
			map[string]string{"Content-Encoding": "gzip, br"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w, url := onWire(t, saying(test.says))
			r := run(t, thrice, url, skipping)
			a := r.call(test.method, "/orders", "")
			want := succeeded(test.status, test.method+" /orders")
			if test.method == "POST" { // a redirect that nobody follows: passed on, and no success
				want.Attempts, want.Execution = []string{fmt.Sprintf("egress 1: rejected %d", test.status)}, "FAILED Upstream.Rejected"
			}
			r.expect(want, w, a)
			if a.body != test.body {
				t.Errorf("body: got %q, want %q", a.body, test.body)
			}
			if diff := cmp.Diff(test.header, a.fields(test.header)); test.header != nil && diff != "" {
				t.Errorf("header (-want +got):\n%s", diff)
			}
		})
	}
}

// The caller also gets a failure that is not retried.
func TestFailurePasses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, method, status, body string }{
		{"400", "GET", "400 Bad Request", `{"error":"no such field"}`},
		{"404 to HEAD", "HEAD", "404 Not Found", ""},
		{"418 with a binary body", "POST", "418 I'm a teapot", "\x00\xff"},
		{"501", "PATCH", "501 Not Implemented", "never"},
		{"511", "DELETE", "511 Network Authentication Required", "log in"},
		{"599", "PUT", "599 Whatever", "?"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w, url := onWire(t, saying(http11(test.status, test.body, "X-Reason: mine", "Content-Type: x/y")))
			r := run(t, thrice, url, skipping)
			a := r.call(test.method, "/orders", "")
			code := test.status[:3]
			r.expect(rejected(code+oneAttempt+", egress 1", code, from(1, test.method+" /orders")), w, a)
			if a.body != test.body || a.header.Get("X-Reason") != "mine" || a.header.Get("Content-Type") != "x/y" {
				t.Errorf("answer: got %v %q", a.header, a.body)
			}
		})
	}
}

// The caller gets the complete answer of the last attempt.
func TestLastFailurePasses(t *testing.T) {
	t.Parallel()
	m, url := mock(t)
	r := run(t, thrice, url, skipping)
	a := r.call("GET", "/status/500", "")
	want := exhausted("500", "500", from(3, "GET /status/500"))
	want.Answer += ", egress 3"
	r.expect(want, m, a)
	if !strings.Contains(a.body, `"request": 3`) {
		t.Errorf("body: got %q, want that of the third call", a.body)
	}
}
