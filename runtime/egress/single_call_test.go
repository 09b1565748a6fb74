package egress

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/sfngen/sfngen/runtime/contract"
)

// breaking answers each connection's first request and lets the connection go
// once it has read a second one: what a client meets that reuses it too late.
func breaking(t testing.TB, letGo func(net.Conn)) (url string, requests *atomic.Int64) {
	t.Helper()
	listener := listen(t)
	requests = new(atomic.Int64)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go answerOnce(conn, requests, letGo)
		}
	}()
	return "http://" + listener.Addr().String(), requests
}

func answerOnce(conn net.Conn, requests *atomic.Int64, letGo func(net.Conn)) {
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
			continue
		}
		letGo(conn)
	}
}

// leaveAConnection makes calls until one has left its connection for the next. net/http
// closes a connection whose writer comes to its end 50 ms after the answer, as on a busy
// machine.
func leaveAConnection(t *testing.T, e *Egress) {
	t.Helper()
	for left := false; !left; {
		ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{PutIdleConn: func(err error) { left = err == nil }})
		if _, failed := handleContext(t, ctx, e, first("GET")); failed != nil {
			t.Fatalf("%+v", failed)
		}
	}
}

func TestOneAttemptIsOneCall(t *testing.T) {
	tests := []struct {
		name   string
		method string
		body   string
		header string // that makes net/http think that it may send it again
		change func(*contract.Policy)
	}{
		{name: "GET", method: "GET"},
		{name: "HEAD", method: "HEAD"},
		{name: "OPTIONS", method: "OPTIONS"},
		{name: "TRACE", method: "TRACE"},
		{name: "PUT", method: "PUT", body: `"x"`},
		{name: "PUT with a key", method: "PUT", body: `"x"`, header: "idempotency-key"},
		{name: "DELETE", method: "DELETE"},
		{name: "POST", method: "POST", body: `"x"`},
		{name: "POST with a caller's key", method: "POST", body: `"x"`, header: "idempotency-key"},
		{name: "POST with a caller's key, no body", method: "POST", header: "idempotency-key"},
		{name: "POST with the other key", method: "POST", body: `"x"`, header: "x-idempotency-key"},
		{name: "POST with the policy's key", method: "POST", body: `"x"`,
			change: func(p *contract.Policy) { p.IdempotencyHeader = "idempotency-key" }},
		{name: "POST, allow", method: "POST", header: "idempotency-key",
			change: func(p *contract.Policy) { p.UnsafeMethods = contract.UnsafeAllow }},
		{name: "POST, refuse", method: "POST", body: `"x"`, header: "idempotency-key", change: func(p *contract.Policy) {
			p.UnsafeMethods, p.IdempotencyHeader = contract.UnsafeRefuse, "idempotency-key"
		}},
	}
	for how, letGo := range map[string]func(net.Conn){"closed": saying(""), "reset": reset(""),
		"closed within the answer": saying("HTTP/1.1 200 OK\r\nX-A: 1\r\n")} {
		for _, test := range tests {
			t.Run(test.name+", "+how, func(t *testing.T) {
				url, requests := breaking(t, letGo)
				l := newLab(url)
				l.ForwardHeaders = []string{"idempotency-key", "x-idempotency-key"}
				e := l.build(t)
				leaveAConnection(t, e)
				before := requests.Load()

				in := first(test.method)
				in.Input.Request.Body = json.RawMessage(test.body)
				if test.header != "" {
					in.Input.Request.Headers = map[string]string{test.header: "k-1"}
				}
				if test.change != nil {
					test.change(&in.Policy)
				}
				failed := mustFail(t, e, in)
				diff(t, "requests", int64(1), requests.Load()-before)
				diff(t, "fault", contract.FaultConnection, failed.failure.Attempts[0].Fault)
			})
		}
	}
}

// When another connection waits, net/http may hand it out although the call has
// ended, and HTTP/1 would write to it at once.
func TestAStoppedCallGetsNoConnection(t *testing.T) {
	stopped := false
	call := &trace{resends: true, stop: func() { stopped = true }}
	first, _ := net.Pipe()
	call.getConn("")
	call.gotConn(httptrace.GotConnInfo{Conn: first})
	call.set(&call.written, true)
	second, _ := net.Pipe()
	call.getConn("")
	call.gotConn(httptrace.GotConnInfo{Conn: second})
	diff(t, "stopped", true, stopped)
	diff(t, "the first is net/http's", nil, first.SetDeadline(time.Time{}), cmpopts.EquateErrors())
	diff(t, "the second is closed", io.ErrClosedPipe, second.SetDeadline(time.Time{}), cmpopts.EquateErrors())
	diff(t, "fault", contract.FaultConnection, call.miss(context.Canceled).fault)
}

// The frames of HTTP/2 that the servers below speak (RFC 9113 6).
const (
	frameHeaders   = 1
	frameRSTStream = 3
	frameGoAway    = 7
)

// speaking is an HTTP/2 server that answers each request's header with frames
// of its own.
func speaking(t testing.TB, cert tls.Certificate, answer func(listener net.Listener, stream []byte) []byte,
) (url string, requests *atomic.Int64) {
	t.Helper()
	listener := tls.NewListener(listen(t), &tls.Config{Certificates: []tls.Certificate{cert}, NextProtos: []string{"h2"}})
	requests = new(atomic.Int64)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go speak(conn, requests, func(stream []byte) []byte { return answer(listener, stream) })
		}
	}()
	return "https://" + listener.Addr().String(), requests
}

func speak(conn net.Conn, requests *atomic.Int64, answer func(stream []byte) []byte) {
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
		if frame[3] == frameHeaders {
			requests.Add(1)
			conn.Write(answer(frame[5:9]))
		}
	}
}

// resetting ends the stream with an error that net/http takes for a reason to
// send the request again.
func resetting(code byte) func(net.Listener, []byte) []byte {
	return func(_ net.Listener, stream []byte) []byte {
		return append(append([]byte{0, 0, 4, frameRSTStream, 0}, stream...), 0, 0, 0, code)
	}
}

// leaving says that no stream was looked at, and that nobody is here any more.
func leaving(listener net.Listener, _ []byte) []byte {
	listener.Close()
	return []byte{0, 0, 8, frameGoAway, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
}

func TestOneAttemptIsOneCallOverHTTP2(t *testing.T) {
	cert := certificate(t, "127.0.0.1", noon.Add(-time.Minute))
	const protocolError, refusedStream = 1, 7
	answers := map[string]func(net.Listener, []byte) []byte{
		"PROTOCOL_ERROR": resetting(protocolError),
		"REFUSED_STREAM": resetting(refusedStream),
		"GOAWAY":         leaving,
	}
	tests := []struct {
		name, method, body, key, want string
	}{
		{"GET", "GET", ``, "", contract.ErrTransient},
		{"PUT", "PUT", `"x"`, "", contract.ErrTransient},
		{"POST", "POST", `"x"`, "", contract.ErrRejected},
		{"POST without a body", "POST", ``, "", contract.ErrRejected},
		{"POST with the policy's key", "POST", `"x"`, "idempotency-key", contract.ErrTransient},
	}
	for how, answer := range answers {
		for _, test := range tests {
			t.Run(test.name+", "+how, func(t *testing.T) {
				url, requests := speaking(t, cert, answer)
				l, in := newLab(url), first(test.method)
				l.TLS = trusting(t, cert)
				in.Input.Request.Body, in.Policy.IdempotencyHeader = json.RawMessage(test.body), test.key
				failed := mustFail(t, l.build(t), in)
				diff(t, "requests", int64(1), requests.Load())
				diff(t, "name", test.want, failed.name)
				diff(t, "fault", contract.FaultConnection, failed.failure.Attempts[0].Fault)
				diff(t, "reason", "connection broke: the stream was reset by the upstream", failed.failure.Reason)
			})
		}
	}
}
