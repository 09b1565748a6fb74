package mockapi

import (
	"bufio"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestPaths(t *testing.T) {
	world := newWorld()
	api := mustNew(t, Config{}, world.environment())
	server := start(t, api)
	tests := []struct {
		method, path string
		status       int
		header       http.Header // what must be among it
		size         int         // of the body; -1: the echo
	}{
		{"GET", "/", 200, http.Header{"Content-Type": {"application/json"}}, -1},
		{"HEAD", "/", 200, http.Header{"Content-Type": {"application/json"}}, 0},
		{"GET", "/status/418", 418, nil, -1},
		{"GET", "/status/204", 204, nil, 0},
		{"GET", "/status/304", 304, nil, 0},
		{"GET", "/status/999", 999, nil, -1},
		{"POST", "/redirect/302", 302, http.Header{"Location": {"/redirected"}}, -1},
		{"GET", "/delay/500ms", 200, nil, -1},
		{"GET", "/drip/5s", 200, nil, -1},
		{"GET", "/bytes/0", 200, http.Header{"Content-Length": {"0"}}, 0},
		{"GET", "/bytes/10000000", 200, http.Header{"Content-Length": {"10000000"}, "Content-Type": {"application/octet-stream"}}, 10_000_000},
		{"GET", "/chunked/100000", 200, http.Header{"Content-Type": {"application/octet-stream"}}, 100_000},
		{"GET", "/binary", 200, http.Header{"Content-Length": {"256"}}, 256},
		{"GET", "/headers?set-cookie=a=1&set-cookie=b=2&x-a=", 200, http.Header{"Set-Cookie": {"a=1", "b=2"}, "X-A": {""}}, -1},
	}
	for _, test := range tests {
		t.Run(test.method+test.path, func(t *testing.T) {
			got := mustCall(t, from(t, "127.0.0.1"), test.method, server+test.path, "")
			diff(t, "status", test.status, got.status)
			for name, values := range test.header {
				diff(t, name, values, got.header.Values(name))
			}
			if test.size < 0 {
				diff(t, "echoed status", test.status, decode(t, got.body).Status)
			} else if len(got.body) != test.size {
				t.Errorf("body of %d bytes, want %d", len(got.body), test.size)
			}
		})
	}
	diff(t, "sleeps", 11, len(world.slept)) // one for the delay, ten for the drip
	diff(t, "delay", 500*time.Millisecond, world.slept[0])
	diff(t, "drip", 500*time.Millisecond, world.slept[1])
}

func TestPathsThatAreWrong(t *testing.T) {
	tests := []struct{ path, why string }{
		{"/status/x", `/status/: must be a status, 100 or 102..999, got "x"`},
		{"/status/101", `/status/: must be a status, 100 or 102..999, got "101"`},
		{"/status", `/status/: must be a status, 100 or 102..999, got ""`},
		{"/redirect/200", `/redirect/: must be a status, 300..399, got "200"`},
		{"/delay/5", `/delay/: must be a duration of 1h at most, such as 500ms, got "5"`},
		{"/drip/2h", `/drip/: must be a duration of 1h at most, such as 500ms, got "2h"`},
		{"/bytes/100000001", `/bytes/: must be a number of bytes, 0..100000000, got "100000001"`},
		{"/chunked/-1", `/chunked/: must be a number of bytes, 0..100000000, got "-1"`},
		{"/fault/fire", `/fault/: must be reset, empty, hang, half, half-reset, half-hang, drip, malformed, bad-chunk or bad-gzip, got "fire"`},
		{"/headers?connection=close", `/headers/: the field connection belongs to the server; for a broken body use a fault`},
		{"/headers?a=" + url.QueryEscape("b\nc"), `/headers/: the value of a must not hold control characters, got "b\nc"`},
	}
	api := mustNew(t, Config{}, newWorld().environment())
	for _, test := range tests {
		got := call(t, api, "GET", test.path, "")
		diff(t, test.path, 400, got.status)
		diff(t, test.path, test.why, decode(t, got.body).Why)
	}
}

// The help text names every path.
func TestPathsAreTold(t *testing.T) {
	for name := range routes {
		if !strings.Contains(Paths, "/"+name) {
			t.Errorf("Paths does not tell of /%s", name)
		}
	}
	for _, fault := range faults {
		if !strings.Contains(Paths, string(fault)) {
			t.Errorf("Paths does not tell of the fault %s", fault)
		}
	}
}

func TestGzip(t *testing.T) {
	server := start(t, mustNew(t, Config{}, newWorld().environment()))
	got := mustCall(t, from(t, "127.0.0.1"), "GET", server+"/gzip", "", "Accept-Encoding", "identity")
	diff(t, "encoding", "gzip", got.header.Get("Content-Encoding"))
	unpacked, err := gzip.NewReader(strings.NewReader(got.body))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	diff(t, "echo", "/gzip", decode(t, string(text)).Path)
}

func TestInformationalStatus(t *testing.T) {
	server := start(t, mustNew(t, Config{Script: mustScript(t, "103:link=</a>")}, newWorld().environment()))
	var hints []string
	r, err := http.NewRequest("GET", server, nil)
	if err != nil {
		t.Fatal(err)
	}
	r = r.WithContext(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{
		Got1xxResponse: func(code int, header textproto.MIMEHeader) error {
			hints = append(hints, header.Get("Link"))
			return nil
		},
	}))
	response, err := from(t, "127.0.0.1").Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	diff(t, "hints", []string{"</a>"}, hints)
	diff(t, "then", 200, response.StatusCode)
}

// Of a body that breaks off, the received part is recorded.
func TestRequestBodyThatBreaksOff(t *testing.T) {
	api := mustNew(t, Config{}, newWorld().environment())
	conn := dial(t, start(t, api))
	io.WriteString(conn, "POST /a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n")
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	diff(t, "status", 400, response.StatusCode)
	seen := api.Requests()[0]
	diff(t, "body", "hello", string(seen.Body))
	diff(t, "why", "the request's body: invalid byte in chunk length", seen.Why)
}
