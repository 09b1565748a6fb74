package local_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/runtime/contract"
)

// A body that is too large for a workflow is never cut: a success with half a body
// would look complete.
func TestHugeBody(t *testing.T) {
	t.Parallel()
	m, url := mock(t)
	for _, test := range []struct{ name, method, path, detail string }{
		{"10 MB", "GET", "/bytes/10000000", "has 10000000 bytes"},
		{"10 MB in chunks", "GET", "/chunked/10000000", "too large for the workflow"},
		{"10 MB for a POST", "POST", "/bytes/10000000", "has acted on the request"},
	} {
		t.Run(test.name, func(t *testing.T) {
			m.Reset()
			r := run(t, thrice, url, skipping)
			a := r.call(test.method, test.path, "")
			r.expect(rejected("502 response-too-large, attempts 1", "200 response-too-large", from(1, test.method+" "+test.path)), m, a)
			if p := r.problem(a); !strings.Contains(p.Detail, test.detail) {
				t.Errorf("detail: got %q, want %q in it", p.Detail, test.detail)
			}
		})
	}
}

// The body of a last failure is cut, and its full size reported.
func TestHugeBodyOfAFailure(t *testing.T) {
	t.Parallel()
	body := strings.Repeat("0123456789", 1_000_000)
	w, url := onWire(t, saying(http11("400 Bad Request", body, "Content-Type: text/plain")))
	r := run(t, thrice, url, skipping)
	a := r.call("GET", "/orders", "")
	r.expect(rejected("400, attempts 1, egress 1", "400", from(1, "GET /orders")), w, a)
	if got := a.header.Get("X-Sfngen-Truncated"); got != "10000000" {
		t.Errorf("x-sfngen-truncated: got %q", got)
	}
	if len(a.body) < 16_000 || !strings.HasPrefix(body, a.body) {
		t.Errorf("body: got %d bytes, want the beginning of it, as far as a Cause can hold it", len(a.body))
	}
}

// sized answers GET /N with N times what.
func sized(t *testing.T, what string) (*wire, string) {
	t.Helper()
	return onWire(t, func(c net.Conn, q request) {
		var n int
		if _, err := fmt.Sscanf(q.line, "GET /%d", &n); err != nil {
			t.Errorf("request line %q: %v", q.line, err)
		}
		saying(http11("200 OK", strings.Repeat(what, n), "X-Size: "+fmt.Sprintf("%08d", n)))(c, q)
	})
}

// What counts is the answer as JSON in the workflow (contract.SuccessLimit): a
// byte of the body can be up to six there.
func TestBodyAroundTheSuccessLimit(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, what string
		size       int // of what, as JSON
	}{
		{"text", "a", 1},
		{"markup", "<", 1},
		{"quotes", `"`, 2},
		{"line ends", "\n", 2},
		{"control characters", "\x01", 6},
		{"two-byte characters", "é", 2},
		{"four-byte characters", "😀", 4},
		{"line separators", "\u2028", 6},
		{"binary", "\xff\xff\xff", 4},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w, url := sized(t, test.what)
			r := run(t, thrice, url, skipping)
			room := contract.SuccessLimit - overhead(t, r, test.what, test.size)
			fits := (room - 5) / test.size // a duration may have five more digits
			a := r.call("GET", fmt.Sprint("/", fits), "")
			if a.status != 200 || a.body != strings.Repeat(test.what, fits) || r.ending(a) != "SUCCEEDED" {
				t.Errorf("body of %d bytes: got %s with %d bytes, %s; want it whole", fits*len(test.what), r.told(a), len(a.body), r.ending(a))
			}
			over := room/test.size + 1
			a = r.call("GET", fmt.Sprint("/", over), "")
			if got := r.told(a); got != "502 response-too-large, attempts 1" || r.ending(a) != "FAILED Upstream.Rejected" {
				t.Errorf("body of %d bytes: got %s, %s; want it refused", over*len(test.what), got, r.ending(a))
			}
			want := fmt.Sprintf("has %d bytes", over*len(test.what))
			if p := r.problem(a); !strings.Contains(p.Detail, want) {
				t.Errorf("detail: got %q, want %q in it", p.Detail, want)
			}
			if calls := w.heard(); len(calls) != 3 {
				t.Errorf("upstream: got %q, want one call for each of three requests", calls)
			}
		})
	}
}

// overhead is what is around the body in a success, with a duration of one digit
// and a content-length of at most one digit less than around the limit.
func overhead(t *testing.T, r *rig, what string, size int) int {
	t.Helper()
	n := 120_000 / max(size, len(what))
	a := r.call("GET", fmt.Sprint("/", n), "")
	var output contract.Success
	if err := json.Unmarshal(r.result(a.execution).Output.JSON(), &output); err != nil {
		t.Fatal(err)
	}
	output.Attempts[0].DurationMs = 0
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(output); err != nil {
		t.Fatal(err)
	}
	return text.Len() - 1 - n*size // without Encode's line end
}
