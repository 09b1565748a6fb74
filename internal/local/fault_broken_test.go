package local_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/local/mockapi"
)

// What the caller gets (see [rig.told]).
const (
	unreachable = "502 upstream-unreachable"
	lost        = "502 upstream-connection-lost"
	unusable    = "502 upstream-protocol"
	outOfTime   = "504 upstream-timeout"
	oneAttempt  = ", attempts 1"
)

// If the connection breaks after the request was sent, it may have had an effect: a
// GET is sent again, a POST without a key is not.
func TestBrokenAnswer(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, path    string
		answer, fault string
	}{
		{"reset before the answer", "/fault/reset", lost, "connection"},
		{"closed before the answer", "/fault/empty", lost, "connection"},
		{"half a body", "/fault/half", lost, "200 connection"},
		{"reset in the middle of the body", "/fault/half-reset", lost, "200 connection"},
		{"malformed answer", "/fault/malformed", unusable, "protocol"},
		{"malformed chunk", "/fault/bad-chunk", unusable, "200 protocol"},
		{"broken gzip", "/fault/bad-gzip", unusable, "200 content-coding"},
		{"status 999", "/status/999", unusable, "protocol"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			m, url := mock(t)
			r := run(t, thrice, url, skipping)
			r.expect(exhausted(test.answer, test.fault, from(3, "GET "+test.path)), m, r.call("GET", test.path, ""))
			m.Reset()
			r = run(t, thrice, url, skipping)
			r.expect(rejected(test.answer+oneAttempt, test.fault, from(1, "POST "+test.path)), m, r.call("POST", test.path, "{}"))
		})
	}
}

// Answers that no server of net/http sends.
func TestBrokenWire(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, says    string
		answer, fault string
	}{
		{"status line 99", "HTTP/1.1 99 Low\r\n\r\n", unusable, "protocol"},
		{"status line 099", "HTTP/1.1 099 Low\r\nContent-Length: 0\r\n\r\n", unusable, "protocol"},
		{"status line 600", http11("600 High", ""), unusable, "protocol"},
		{"status line without a number", http11("OK", ""), unusable, "protocol"},
		{"protocol switched unasked", http11("101 Switching Protocols", "", "Upgrade: x"), unusable, "protocol"},
		{"HTTP/0.9", "<p>hello", unusable, "protocol"},
		{"closed in the header", "HTTP/1.1 200 OK\r\nX-A: 1\r\n", lost, "connection"},
		{"only an interim answer", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", lost, "connection"},
		{"half a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\nhalf", lost, "200 connection"},
		{"broken gzip", http11("200 OK", "\x1f\x8b\x07 no such method", "Content-Encoding: gzip"), unusable, "200 content-coding"},
		{"half a gzip body", http11("200 OK", "\x1f\x8b\x08\x00\x00", "Content-Encoding: gzip"), unusable, "200 content-coding"},
		{"two lengths", http11("200 OK", "x", "Content-Length: 2"), unusable, "protocol"},
		{"control character in a field", http11("200 OK", "", "X-A: a\x00b"), unusable, "protocol"},
		{"bare CR in a field", http11("200 OK", "", "X-A: a\rX-Evil: b"), unusable, "protocol"},
		{"field without a name", http11("200 OK", "", ": b"), unusable, "protocol"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w, url := onWire(t, saying(test.says))
			r := run(t, thrice, url, skipping)
			r.expect(exhausted(test.answer, test.fault, from(3, "GET /orders")), w, r.call("GET", "/orders", ""))
		})
	}
}

// The status decides about a failure, even if its body is incomplete.
func TestFailureWhoseBodyBreaksOff(t *testing.T) {
	t.Parallel()
	w, url := onWire(t, resetting("HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nhalf"))
	r := run(t, thrice, url, skipping)
	a := r.call("GET", "/orders", "")
	r.expect(rejected("404, attempts 1, egress 1", "404", from(1, "GET /orders")), w, a)
	if got := a.header.Get("X-Sfngen-Truncated"); got != "10" || len(a.body) > 4 {
		t.Errorf("truncated, body: got %q, %q; want the whole size and what came of it", got, a.body)
	}
}

// The third egress succeeds after two failures; the history shows that.
func TestWorksAfterFaults(t *testing.T) {
	t.Parallel()
	script, err := mockapi.ParseScript("reset,half,200")
	if err != nil {
		t.Fatal(err)
	}
	api, url := api(t, mockapi.Config{Script: script})
	r := run(t, thrice, url, skipping)
	a := r.call("GET", "/orders", "")
	r.expect(scene{
		Answer:    "200, attempts 3, egress 3",
		Attempts:  []string{"egress 1: transient connection, waits 1s", "egress 2: transient 200 connection, waits 2s", "egress 3: success 200"},
		Execution: "SUCCEEDED",
		Upstream:  from(3, "GET /orders"),
	}, mocked{api}, a)
	failed := []string{"TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskFailed", "TaskStateExited",
		"PassStateEntered", "PassStateExited", "WaitStateEntered", "WaitStateExited"}
	want := append([]string{"ExecutionStarted"}, append(failed, failed...)...)
	want = append(want, "TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskSucceeded", "TaskStateExited", "ExecutionSucceeded")
	if diff := cmp.Diff(want, r.types(a.execution)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

// A connection that an earlier request left open is reused. When it breaks,
// net/http would repeat a GET, or a request with an idempotency key, without
// counting it.
func TestReusedConnectionBreaks(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		method string
		want   scene
	}{
		{"GET", exhausted(lost, "connection", from(3, "GET /fault/empty"))},
		{"POST", rejected(lost+oneAttempt, "connection", from(1, "POST /fault/empty"))},
	} {
		t.Run(test.method, func(t *testing.T) {
			t.Parallel()
			m, url := mock(t)
			r := run(t, thrice, url, skipping)
			r.call("GET", "/orders", "")
			m.Reset()
			r.expect(test.want, m, r.call(test.method, "/fault/empty", "", "Idempotency-Key", "mine"))
		})
	}
}

// A slow answer is an answer while it comes in time.
func TestSlowDrip(t *testing.T) {
	t.Parallel()
	m, url := mock(t)
	r := run(t, thrice, url, skipping)
	a := r.call("GET", "/drip/100ms", "")
	r.expect(succeeded(200, "GET /drip/100ms"), m, a)
	if want := a.header.Get("Content-Length"); len(a.body) < 100 || want == "" {
		t.Errorf("body: got %d bytes of %s", len(a.body), want)
	}
}
