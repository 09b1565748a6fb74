package egress

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/runtime/contract"
)

// echo keeps the last request that the upstream received.
type echo struct {
	header http.Header
	body   string
	length int64
}

func (e *echo) serve(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	*e = echo{header: r.Header, body: string(body), length: r.ContentLength}
}

func TestRequestHeaders(t *testing.T) {
	tests := []struct {
		name    string
		change  func(*lab, *contract.Invocation)
		headers map[string]string // of the caller
		want    map[string]string // at the upstream; "" for absent
	}{
		{
			name:    "only what is listed passes",
			change:  func(l *lab, _ *contract.Invocation) { l.ForwardHeaders = []string{"Accept", "x-a"} },
			headers: map[string]string{"accept": "text/plain, text/html", "X-A": "1", "x-b": "2", "cookie": "s=1"},
			want:    map[string]string{"Accept": "text/plain, text/html", "X-A": "1", "X-B": "", "Cookie": ""},
		},
		{
			name: "the spec's override",
			change: func(l *lab, _ *contract.Invocation) {
				l.ForwardHeaders, l.Headers = []string{"accept"}, map[string]string{"accept": "application/json"}
			},
			headers: map[string]string{"accept": "text/plain"},
			want:    map[string]string{"Accept": "application/json"},
		},
		{
			name: "hop-by-hop never, listed or not",
			change: func(l *lab, _ *contract.Invocation) {
				l.ForwardHeaders = []string{"connection", "x-hop", "te", "upgrade", "proxy-authorization", "expect", "x-a"}
			},
			headers: map[string]string{"connection": "X-Hop, close", "x-hop": "1", "te": "trailers", "upgrade": "h2c", "proxy-authorization": "x",
				"expect": "100-continue", "x-a": "1"},
			want: map[string]string{"X-Hop": "", "Te": "", "Upgrade": "", "Proxy-Authorization": "", "Connection": "", "Expect": "", "X-A": "1"},
		},
		{
			name:    "the encoding is the transport's affair",
			change:  func(l *lab, _ *contract.Invocation) { l.ForwardHeaders = []string{"accept-encoding", "content-length"} },
			headers: map[string]string{"accept-encoding": "br", "content-length": "99"},
			want:    map[string]string{"Accept-Encoding": "gzip", "Content-Length": ""},
		},
		{
			name:    "a part of a body is not packed",
			change:  func(l *lab, _ *contract.Invocation) { l.ForwardHeaders = []string{"range"} },
			headers: map[string]string{"range": "bytes=0-9"},
			want:    map[string]string{"Range": "bytes=0-9", "Accept-Encoding": ""},
		},
		{
			name:    "no encoding is requested",
			change:  func(l *lab, _ *contract.Invocation) { l.AcceptEncoding = "identity" },
			headers: map[string]string{"accept-encoding": "gzip"},
			want:    map[string]string{"Accept-Encoding": "identity"},
		},
		{
			name: "our agent",
			want: map[string]string{"User-Agent": "sfngen-egress"},
		},
		{
			name:    "the caller's agent",
			change:  func(l *lab, _ *contract.Invocation) { l.ForwardHeaders = []string{"user-agent"} },
			headers: map[string]string{"user-agent": "shop/2"},
			want:    map[string]string{"User-Agent": "shop/2"},
		},
		{
			name:   "the execution's key",
			change: func(_ *lab, in *contract.Invocation) { in.Policy.IdempotencyHeader = "idempotency-key" },
			want:   map[string]string{"Idempotency-Key": "exec-1"},
		},
		{
			name: "the key of a schedule's occurrence",
			change: func(_ *lab, in *contract.Invocation) {
				in.Policy.IdempotencyHeader, in.Input.Occurrence = "idempotency-key", "acme/nightly/2026-12-01T03:00:00Z"
			},
			want: map[string]string{"Idempotency-Key": "488af914-81f8-56fb-bae4-0b998976a1ab"},
		},
		{
			name: "the key that a schedule's input already has: of an older stack, or the spec's own",
			change: func(_ *lab, in *contract.Invocation) {
				in.Policy.IdempotencyHeader, in.Input.Occurrence = "idempotency-key", "acme/nightly/2026-12-01T03:00:00Z"
			},
			headers: map[string]string{"idempotency-key": "acme-nightly-2026-12-01T03:00:00Z"},
			want:    map[string]string{"Idempotency-Key": "acme-nightly-2026-12-01T03:00:00Z"},
		},
		{
			name:   "an occurrence, and no header for its key",
			change: func(_ *lab, in *contract.Invocation) { in.Input.Occurrence = "acme/nightly/2026-12-01T03:00:00Z" },
			want:   map[string]string{"Idempotency-Key": ""},
		},
		{
			name:    "the caller's own key",
			change:  func(_ *lab, in *contract.Invocation) { in.Policy.IdempotencyHeader = "x-request-key" },
			headers: map[string]string{"X-Request-Key": "mine"},
			want:    map[string]string{"X-Request-Key": "mine"},
		},
		{
			name:    "a key that the caller declares hop-by-hop is replaced",
			change:  func(_ *lab, in *contract.Invocation) { in.Policy.IdempotencyHeader = "idempotency-key" },
			headers: map[string]string{"connection": "idempotency-key", "idempotency-key": "mine"},
			want:    map[string]string{"Idempotency-Key": "exec-1"},
		},
		{
			name: "a JSON value names its type",
			change: func(_ *lab, in *contract.Invocation) {
				in.Input.Request.Method, in.Input.Request.Body = "POST", json.RawMessage(`{"a":1}`)
			},
			want: map[string]string{"Content-Type": "application/json", "Content-Length": "7"},
		},
		{
			name: "unless the caller does",
			change: func(l *lab, in *contract.Invocation) {
				l.ForwardHeaders = []string{"content-type"}
				in.Input.Request.Method, in.Input.Request.Body = "POST", json.RawMessage(`{"a":1}`)
			},
			headers: map[string]string{"content-type": "application/vnd.acme+json"},
			want:    map[string]string{"Content-Type": "application/vnd.acme+json"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var seen echo
			url, _ := serve(t, seen.serve)
			l, in := newLab(url), first("GET")
			in.Input.Request.Headers = test.headers
			if test.change != nil {
				test.change(&l, &in)
			}
			mustSucceed(t, l.build(t), in)
			for name, want := range test.want {
				diff(t, name, want, strings.Join(seen.header.Values(name), "|"))
			}
		})
	}
}

func TestRequestsThatCannotBeSent(t *testing.T) {
	tests := []struct {
		name    string
		request contract.Request
		reason  string
	}{
		{"no method", contract.Request{}, `request.method: "" is none of upstream.methods (GET, POST)`},
		{"method with a space", contract.Request{Method: "GET /"}, `request.method: "GET /" is none of upstream.methods (GET, POST)`},
		{"tunnel", contract.Request{Method: "CONNECT"}, `request.method: "CONNECT" is none of upstream.methods (GET, POST)`},
		{"method that the spec does not name", contract.Request{Method: "PATCH"},
			`request.method: "PATCH" is none of upstream.methods (GET, POST)`},
		{"methods have a case", contract.Request{Method: "get"}, `request.method: "get" is none of upstream.methods (GET, POST)`},
		{"line break in a header", contract.Request{Method: "GET", Headers: map[string]string{"accept": "a\r\nx: secret"}},
			"request.headers: accept is no valid header field (RFC 9110 5.5)"},
		{"bad base64", contract.Request{Method: "POST", Body: json.RawMessage(`"%%"`), IsBase64Encoded: true},
			"request.body: isBase64Encoded is true but the body is not base64: illegal base64 data at input byte 0"},
	}
	url, calls := serve(t, answering(200, ""))
	l := newLab(url)
	l.Methods, l.ForwardHeaders = []string{"GET", "POST"}, []string{"accept"}
	e := l.build(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in := first("")
			in.Input.Request = test.request
			failed := mustFail(t, e, in)
			diff(t, "name", contract.ErrRejected, failed.name)
			diff(t, "reason", test.reason, failed.failure.Reason)
			diff(t, "attempts", []contract.Attempt{{Attempt: 1, Egress: 1, Fault: contract.FaultInvalidRequest}}, failed.failure.Attempts)
		})
	}
	if n := calls.Load(); n != 0 {
		t.Errorf("the upstream was called %d times", n)
	}
}

func TestRequestBodies(t *testing.T) {
	tests := []struct {
		name   string
		body   string // as JSON
		base64 bool
		want   string
	}{
		{"none", ``, false, ""},
		{"null", `null`, false, ""},
		{"text", `"grüße"`, false, "grüße"},
		{"binary", `"AP8="`, true, "\x00\xff"},
		{"object", `{"a":[1,2]}`, false, `{"a":[1,2]}`},
		{"number", `7`, false, `7`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var seen echo
			url, _ := serve(t, seen.serve)
			in := first("POST")
			in.Input.Request.Body, in.Input.Request.IsBase64Encoded = json.RawMessage(test.body), test.base64
			mustSucceed(t, newLab(url).build(t), in)
			diff(t, "body", test.want, seen.body)
			// A length, not chunks: that is what most servers understand.
			diff(t, "content-length", int64(len(test.want)), seen.length)
		})
	}
}

func TestResponses(t *testing.T) {
	tests := []struct {
		name    string
		method  string
		handler http.HandlerFunc
		status  int
		body    string
		binary  bool
		headers map[string]string // "" for absent
	}{
		{
			name: "chunked", method: "GET", status: 200, body: "onetwo",
			handler: func(w http.ResponseWriter, _ *http.Request) {
				io.WriteString(w, "one")
				w.(http.Flusher).Flush()
				io.WriteString(w, "two")
			},
			headers: map[string]string{"transfer-encoding": "", "content-length": ""},
		},
		{
			name: "gzip is decoded", method: "GET", status: 200, body: "plain",
			handler: func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Encoding", "gzip")
				z := gzip.NewWriter(w)
				io.WriteString(z, "plain")
				z.Close()
			},
			headers: map[string]string{"content-encoding": "", "content-length": ""},
		},
		{
			name: "another encoding passes as binary", method: "GET", status: 200, body: "\x8b\x02\x80", binary: true,
			handler: answering(200, "\x8b\x02\x80", "Content-Encoding", "br"),
			headers: map[string]string{"content-encoding": "br", "content-length": "3"},
		},
		{name: "NUL is binary", method: "GET", status: 200, body: "a\x00b", binary: true, handler: answering(200, "a\x00b")},
		{name: "invalid UTF-8 is binary", method: "GET", status: 200, body: "gr\xfc\xdfe", binary: true, handler: answering(200, "gr\xfc\xdfe")},
		{name: "text in any script", method: "GET", status: 200, body: "日本 <&> \"\\\u2028", handler: answering(200, "日本 <&> \"\\\u2028")},
		{
			name: "HEAD keeps its length", method: "HEAD", status: 200,
			handler: answering(200, "", "Content-Length", "1234"),
			headers: map[string]string{"content-length": "1234"},
		},
		{name: "204", method: "DELETE", status: 204, handler: answering(204, "")},
		{name: "304", method: "GET", status: 304, handler: answering(304, "", "Etag", `"a"`), headers: map[string]string{"etag": `"a"`}},
		{
			name: "a redirect is an answer", method: "GET", status: 302,
			handler: answering(302, "", "Location", "/elsewhere"),
			headers: map[string]string{"location": "/elsewhere"},
		},
		{
			name: "so is one that leads nowhere", method: "GET", status: 301,
			handler: answering(301, "", "Location", "http://[::1"),
			headers: map[string]string{"location": "http://[::1"},
		},
		{
			name: "1xx is not the answer", method: "GET", status: 200, body: "done",
			handler: func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Link", "</a.css>")
				w.WriteHeader(http.StatusEarlyHints)
				w.WriteHeader(http.StatusProcessing)
				io.WriteString(w, "done")
			},
		},
		{
			name: "hop-by-hop is removed", method: "GET", status: 200,
			handler: answering(200, "", "Connection", "X-Hop", "X-Hop", "1", "Keep-Alive", "timeout=5", "Proxy-Authenticate", "Basic", "X-A", "1"),
			headers: map[string]string{"connection": "", "x-hop": "", "keep-alive": "", "proxy-authenticate": "", "x-a": "1"},
		},
		{
			name: "every value of a field", method: "GET", status: 200,
			handler: answering(200, "", "Set-Cookie", "a=1", "Set-Cookie", "b=2, c"),
			headers: map[string]string{"set-cookie": "a=1|b=2, c"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			url, calls := serve(t, test.handler)
			got := mustSucceed(t, newLab(url).build(t), first(test.method)).Response
			want := test.body
			if test.binary {
				want = base64.StdEncoding.EncodeToString([]byte(test.body))
			}
			diff(t, "status", test.status, got.StatusCode)
			diff(t, "body", want, got.Body)
			diff(t, "isBase64Encoded", test.binary, got.IsBase64Encoded)
			for name, want := range test.headers {
				diff(t, name, want, strings.Join(got.Headers[name], "|"))
			}
			diff(t, "calls", int64(1), calls.Load())
		})
	}
}

// packed is a body in gzip.
func packed(text string) string {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	io.WriteString(z, text)
	z.Close()
	return out.String()
}

// Where an egress has requested no gzip, it does not unpack one.
func TestIdentityPassesGzip(t *testing.T) {
	url, _ := serve(t, answering(200, packed("text"), "Content-Encoding", "gzip"))
	l := newLab(url)
	l.AcceptEncoding = contract.AcceptIdentity
	got := mustSucceed(t, l.build(t), first("GET")).Response
	diff(t, "body", base64.StdEncoding.EncodeToString([]byte(packed("text"))), got.Body)
	diff(t, "content-encoding", []string{"gzip"}, got.Headers["content-encoding"])
}

// A packed body that breaks off: whose fault it is depends on where the answer ends.
func TestBrokenGzip(t *testing.T) {
	long := packed(strings.Repeat("a line of text\n", 1000))
	damaged := []byte(long)
	damaged[len(damaged)-5] ^= 1 // in the checksum
	const advice = "; with upstream.acceptEncoding: identity none is requested"
	head := func(length int) string {
		return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n", length)
	}
	tests := []struct {
		name   string
		says   string
		fault  contract.Fault
		reason string
	}{
		{"one byte", head(1) + long[:1], contract.FaultCoding, "the gzip of the answer is cut off" + advice},
		{"its header", head(10) + long[:10], contract.FaultCoding, "the gzip of the answer is cut off" + advice},
		{"half", head(len(long)/2) + long[:len(long)/2], contract.FaultCoding, "the gzip of the answer is cut off" + advice},
		{"all but a byte", head(len(long)-1) + long[:len(long)-1], contract.FaultCoding, "the gzip of the answer is cut off" + advice},
		{"a wrong checksum", head(len(long)) + string(damaged), contract.FaultCoding, "the gzip of the answer is broken" + advice},
		{"a second member that is cut", head(len(long)+5) + long + long[:5], contract.FaultCoding,
			"the gzip of the answer is cut off" + advice},
		{"the connection", head(len(long)) + long[:len(long)/2], contract.FaultConnection,
			"connection broke: closed by the upstream before the whole answer"},
		{"the connection, before the body", head(len(long)), contract.FaultConnection,
			"connection broke: closed by the upstream before the whole answer"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			url, calls := rawUpstream(t, saying(test.says))
			in := first("POST")
			failed := mustFail(t, newLab(url).build(t), in)
			diff(t, "name", contract.ErrRejected, failed.name) // a POST without a key: the upstream may have acted
			want := []contract.Attempt{{Attempt: 1, Egress: 1, StatusCode: 200, Fault: test.fault}}
			diff(t, "attempts", want, failed.failure.Attempts)
			diff(t, "reason", test.reason, failed.failure.Reason)
			diff(t, "calls", int64(1), calls.Load())
		})
	}
}

// The status of a failure decides, whatever became of its body.
func TestBrokenGzipOfFailure(t *testing.T) {
	whole := packed("not here")
	for body, how := range map[string]string{
		whole[:20]: "cut off",
		whole[:len(whole)-8] + "\x00\x00\x00\x00" + whole[len(whole)-4:]: "broken", // the checksum
	} {
		url, _ := serve(t, answering(404, body, "Content-Encoding", "gzip", "Content-Length", strconv.Itoa(len(body))))
		failed := mustFail(t, newLab(url).build(t), first("GET"))
		diff(t, "name", contract.ErrRejected, failed.name)
		diff(t, "reason", "404 Not Found (the gzip of its body is "+how+")", failed.failure.Reason)
		diff(t, "content-encoding", []string(nil), failed.failure.Response.Headers["content-encoding"])
	}
}

func TestAcceptEncodingIsOneOfTwo(t *testing.T) {
	l := newLab("http://127.0.0.1:1")
	l.AcceptEncoding = "br"
	_, err := New(l.Config, l.Environment)
	diff(t, "error", `egress: Config.AcceptEncoding must be auto or identity, got "br"`, fmt.Sprint(err))
}

// A reference has to lead a caller to the bytes that the upstream has named.
func TestAReferenceThatIsNotUTF8IsEscaped(t *testing.T) {
	url, _ := rawUpstream(t, saying("HTTP/1.1 201 Created\r\nLocation: /caf\xe9?q=\xfc\r\nContent-Location: /caf\xc3\xa9\r\n"+
		"X-Name: caf\xe9\r\nContent-Length: 0\r\n\r\n"))
	got := mustSucceed(t, newLab(url).build(t), first("GET")).Response.Headers
	diff(t, "ISO 8859-1", []string{"/caf%E9?q=%FC"}, got["location"])
	diff(t, "UTF-8", []string{"/caf\u00e9"}, got["content-location"])
	diff(t, "no reference", []string{"caf\u00e9"}, got["x-name"])
}
