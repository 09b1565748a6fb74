package local_test

import (
	"net"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// hanging is one call that ends by its time limit.
type hanging struct {
	name   string
	spec   string // of retry, beside the time limit
	method string
	path   string
	want   scene
}

// timedOut is the scene of n attempts of at most two, each out of time.
func timedOut(n int, fault, call string) scene {
	if n == 1 {
		return rejected(outOfTime+oneAttempt, fault, from(1, call))
	}
	return scene{
		Answer:    outOfTime + ", attempts 2",
		Attempts:  []string{"egress 1: transient " + fault + ", waits 1s", "egress 2: transient " + fault},
		Execution: "FAILED Upstream.Transient",
		Upstream:  from(2, call),
	}
}

// twice has time for what comes before the hang, on a busy machine too.
func twice(more string) string {
	return base("retry: {maxAttempts: 2, attemptTimeout: 3s, backoff: {jitter: none}" + more + "}\n")
}

const (
	withKey = ", idempotency: {header: idempotency-key}"
	allow   = ", idempotency: {unsafeMethods: allow}"
	refuse  = ", idempotency: {unsafeMethods: refuse}"
)

// It is unknown what a hanging upstream did with a POST. All calls run at the same
// time, each in its own stack.
func TestHangUntilTheTimeLimit(t *testing.T) {
	t.Parallel()
	tests := []hanging{
		{"GET", "", "GET", "/fault/hang", timedOut(2, "timeout", "GET /fault/hang")},
		{"GET, in the middle of the body", "", "GET", "/fault/half-hang", timedOut(2, "200 timeout", "GET /fault/half-hang")},
		{"GET, a drip that is too slow", "", "GET", "/drip/5s", timedOut(2, "200 timeout", "GET /drip/5s")},
		{"PUT", "", "PUT", "/fault/hang", timedOut(2, "timeout", "PUT /fault/hang")},
		{"POST guarded", "", "POST", "/fault/hang", timedOut(1, "timeout", "POST /fault/hang")},
		{"POST guarded, in the middle of the body", "", "POST", "/fault/half-hang", timedOut(1, "200 timeout", "POST /fault/half-hang")},
		{"POST guarded with a key", withKey, "POST", "/fault/hang", timedOut(2, "timeout", "POST /fault/hang")},
		{"POST allowed", allow, "POST", "/fault/hang", timedOut(2, "timeout", "POST /fault/hang")},
		{"POST refused", refuse, "POST", "/fault/hang", timedOut(1, "timeout", "POST /fault/hang")},
		{"GET, timeouts not retryable", ", retryableErrors: [connection]", "GET", "/fault/hang", timedOut(1, "timeout", "GET /fault/hang")},
	}
	ends := make([]func(), len(tests))
	for i, test := range tests {
		m, url := mock(t)
		r := run(t, twice(test.spec), url, skipping)
		end := r.begin(test.method, test.path, "")
		ends[i] = func() {
			if diff := cmp.Diff(test.want, r.scene(m, end())); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.name, diff)
			}
		}
	}
	for _, end := range ends {
		end()
	}
}

// A hanging handshake has not sent anything: a POST is sent again.
func TestHangInTheHandshake(t *testing.T) {
	t.Parallel()
	w, address := onSocket(t, func(c net.Conn) {
		for { // until the client goes
			if _, err := c.Read(make([]byte, 1024)); err != nil {
				return
			}
		}
	})
	r := run(t, twice(""), "https://"+address, skipping)
	r.expect(scene{
		Answer:    unreachable + ", attempts 2",
		Attempts:  []string{"egress 1: transient tls, waits 1s", "egress 2: transient tls"},
		Execution: "FAILED Upstream.Transient",
		Upstream:  []string{"127.0.0.101", "127.0.0.102"},
	}, knocks{w}, r.call("POST", "/orders", ""))
}
