package egress

import (
	"bufio"
	"crypto/tls"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

func TestMayResend(t *testing.T) {
	tests := []struct {
		name              string
		method            string
		unsafe            contract.UnsafeMethods
		key               string
		certain, possible bool // what follows when it is certain that nothing happened, or possible
	}{
		{"GET", "GET", contract.UnsafeGuarded, "", true, true},
		{"HEAD", "HEAD", contract.UnsafeGuarded, "", true, true},
		{"PUT", "PUT", contract.UnsafeGuarded, "", true, true},
		{"DELETE", "DELETE", contract.UnsafeGuarded, "", true, true},
		{"OPTIONS", "OPTIONS", contract.UnsafeGuarded, "", true, true},
		{"TRACE", "TRACE", contract.UnsafeGuarded, "", true, true},
		{"GET, refuse is for unsafe methods", "GET", contract.UnsafeRefuse, "", true, true},
		{"POST, guarded", "POST", contract.UnsafeGuarded, "", true, false},
		{"POST, guarded with a key", "POST", contract.UnsafeGuarded, "idempotency-key", true, true},
		{"POST, allow", "POST", contract.UnsafeAllow, "", true, true},
		{"POST, refuse", "POST", contract.UnsafeRefuse, "", false, false},
		{"POST, refuse even with a key", "POST", contract.UnsafeRefuse, "idempotency-key", false, false},
		{"PATCH, guarded", "PATCH", contract.UnsafeGuarded, "", true, false},
		{"an unknown method", "PURGE", contract.UnsafeGuarded, "", true, false},
		{"methods have a case", "get", contract.UnsafeGuarded, "", true, false},
		{"no policy is guarded", "POST", "", "", true, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := attempt{Invocation: first(test.method)}
			a.Policy.UnsafeMethods, a.Policy.IdempotencyHeader = test.unsafe, test.key
			diff(t, "certain", test.certain, a.mayResend(true))
			diff(t, "possible", test.possible, a.mayResend(false))
		})
	}
}

// breaking answers each connection's first request and breaks the connection
// once it has read a second one: what a client meets that reuses it too late.
func breaking(t testing.TB) (url string, requests *atomic.Int64) {
	t.Helper()
	listener := listen(t)
	requests = new(atomic.Int64)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go answerOnce(conn, requests)
		}
	}()
	return "http://" + listener.Addr().String(), requests
}

func answerOnce(conn net.Conn, requests *atomic.Int64) {
	defer conn.Close()
	reader := bufio.NewReader(conn)
	for i := range 2 {
		req, err := http.ReadRequest(reader)
		if err != nil {
			return
		}
		io.Copy(io.Discard, req.Body)
		requests.Add(1)
		if i == 0 {
			fmt.Fprint(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
		}
	}
}

func TestNetHTTPNeverSendsAnUnsafeRequestTwice(t *testing.T) {
	tests := []struct {
		name   string
		body   string
		header string // that makes net/http think that it may
		change func(*contract.Policy)
		want   int64 // requests at the upstream, the first GET counted
	}{
		{"guarded, with a caller's key", `"x"`, "idempotency-key", nil, 2},
		{"guarded, no body", ``, "idempotency-key", nil, 2},
		{"guarded, the other key", `"x"`, "x-idempotency-key", nil, 2},
		{"guarded, no key", `"x"`, "", nil, 2},
		{"refuse", `"x"`, "idempotency-key", func(p *contract.Policy) {
			p.UnsafeMethods, p.IdempotencyHeader = contract.UnsafeRefuse, "idempotency-key"
		}, 2},
		// The policy says that a key makes it safe; then net/http may, on a
		// connection that the server was closing.
		{"guarded, with the policy's key", `"x"`, "", func(p *contract.Policy) { p.IdempotencyHeader = "idempotency-key" }, 3},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			url, requests := breaking(t)
			l := newLab(url)
			l.ForwardHeaders = []string{"idempotency-key", "x-idempotency-key"}
			e := l.build(t)
			mustSucceed(t, e, first("GET"))

			in := first("POST")
			in.Input.Request.Body = json.RawMessage(test.body)
			if test.header != "" {
				in.Input.Request.Headers = map[string]string{test.header: "k-1"}
			}
			if test.change != nil {
				test.change(&in.Policy)
			}
			_, failed := handle(t, e, in)
			diff(t, "requests", test.want, requests.Load())
			if repeated := test.want > 2; repeated == (failed != nil) {
				t.Errorf("failed: %+v", failed)
			}
		})
	}
}

// resetting is an HTTP/2 server that ends every stream with PROTOCOL_ERROR,
// which net/http takes for a reason to send the request again.
func resetting(t testing.TB, cert tls.Certificate) (url string, requests *atomic.Int64) {
	t.Helper()
	listener := tls.NewListener(listen(t), &tls.Config{Certificates: []tls.Certificate{cert}, NextProtos: []string{"h2"}})
	requests = new(atomic.Int64)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go resetStreams(conn, requests)
		}
	}()
	return "https://" + listener.Addr().String(), requests
}

func resetStreams(conn net.Conn, requests *atomic.Int64) {
	defer conn.Close()
	io.ReadFull(conn, make([]byte, len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")))
	conn.Write([]byte{0, 0, 0, 4, 0, 0, 0, 0, 0}) // empty SETTINGS
	for {
		var frame [9]byte // RFC 9113 4.1
		if _, err := io.ReadFull(conn, frame[:]); err != nil {
			return
		}
		length := binary.BigEndian.Uint32(frame[:4]) >> 8
		io.CopyN(io.Discard, conn, int64(length))
		const headers, rstStream, protocolError = 1, 3, 1
		if frame[3] == headers {
			requests.Add(1)
			reply := []byte{0, 0, 4, rstStream, 0, frame[5], frame[6], frame[7], frame[8], 0, 0, 0, protocolError}
			conn.Write(reply)
		}
	}
}

func TestNetHTTPNeverSendsAnUnsafeRequestTwiceOverHTTP2(t *testing.T) {
	cert := certificate(t, "127.0.0.1", noon.Add(-time.Minute))
	for name, body := range map[string]string{"no body": ``, "body": `"x"`} {
		t.Run(name, func(t *testing.T) {
			url, requests := resetting(t, cert)
			l := newLab(url)
			l.TLS = trusting(t, cert)
			in := first("POST")
			in.Input.Request.Body = json.RawMessage(body)
			failed := mustFail(t, l.build(t), in)
			diff(t, "requests", int64(1), requests.Load())
			diff(t, "name", contract.ErrRejected, failed.name)
			diff(t, "fault", contract.FaultConnection, failed.failure.Attempts[0].Fault)
			diff(t, "reason", "connection broke: the stream was reset by the upstream", failed.failure.Reason)
		})
	}
}
