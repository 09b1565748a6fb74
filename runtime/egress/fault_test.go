package egress

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// rawUpstream hands each connection to talk after its request's header was
// read, and closes it then.
func rawUpstream(t testing.TB, talk func(net.Conn)) (url string, calls *atomic.Int64) {
	t.Helper()
	listener := listen(t)
	calls = new(atomic.Int64)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				if _, err := http.ReadRequest(bufio.NewReader(conn)); err != nil {
					return
				}
				calls.Add(1)
				talk(conn)
			}()
		}
	}()
	return "http://" + listener.Addr().String(), calls
}

func listen(t testing.TB) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return listener
}

// refusing is an address where nothing listens, or can listen until the test ends: it is
// the near end of a connection.
func refusing(t testing.TB) string {
	t.Helper()
	conn, err := net.Dial("tcp", listen(t).Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn.LocalAddr().String()
}

// saying is a connection that says text and ends; reset breaks it.
func saying(text string) func(net.Conn) {
	return func(c net.Conn) { fmt.Fprint(c, text) }
}

func reset(text string) func(net.Conn) {
	return func(c net.Conn) {
		fmt.Fprint(c, text)
		c.(*net.TCPConn).SetLinger(0)
	}
}

// hang keeps the connection until the client gives up.
func hang(text string) func(net.Conn) {
	return func(c net.Conn) {
		fmt.Fprint(c, text)
		c.Read(make([]byte, 1))
	}
}

// ending is the time of a call: over when a test says so, and not after a time that a busy
// machine may take for what comes before.
type ending struct {
	context.Context
	end  func()
	over chan struct{}
}

func newEnding(t testing.TB) ending {
	over := make(chan struct{})
	return ending{t.Context(), sync.OnceFunc(func() { close(over) }), over}
}

func (e ending) Done() <-chan struct{} { return e.over }

func (e ending) Err() error {
	select {
	case <-e.over:
		return context.DeadlineExceeded
	default:
		return nil
	}
}

// fails makes an attempt that fails in its time.
func (e ending) fails(t testing.TB, of *Egress, in contract.Invocation) *reported {
	t.Helper()
	success, failed := handleContext(t, e, of, in)
	if failed == nil {
		t.Fatalf("got a success, want a failure: %+v", success)
	}
	return failed
}

// endsWith is a transport that ends the time once there is an answer, of which the body
// may be to come.
type endsWith struct {
	next http.RoundTripper
	end  func()
}

func (e endsWith) RoundTrip(req *http.Request) (*http.Response, error) {
	defer e.end()
	return e.next.RoundTrip(req)
}

func TestFaultsOnceConnected(t *testing.T) {
	tests := []struct {
		name   string
		talk   func(net.Conn)
		fault  contract.Fault
		reason string
	}{
		{"closed without an answer", saying(""), contract.FaultConnection, "connection broke: closed by the upstream before the whole answer"},
		{"reset before the answer", reset(""), contract.FaultConnection, "connection broke: connection reset by peer"},
		{"closed in the header", saying("HTTP/1.1 200 OK\r\nX-A: 1\r\n"), contract.FaultConnection,
			"connection broke: closed by the upstream before the whole answer"},
		{"half a body", saying("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"), contract.FaultConnection,
			"connection broke: closed by the upstream before the whole answer"},
		{"half a chunk", saying("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\nhalf"), contract.FaultConnection,
			"connection broke: closed by the upstream before the whole answer"},
		{"silence", hang(""), contract.FaultTimeout, "timeout: no whole answer within 10s"},
		{"silence in the body", hang("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"), contract.FaultTimeout,
			"timeout: no whole answer within 10s"},
		{"not HTTP", saying("220 mail.example \"secret\" ready\r\n\r\n"), contract.FaultProtocol, "not HTTP: malformed HTTP status code"},
		{"bad chunk", saying("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), contract.FaultProtocol,
			"not HTTP: invalid byte in chunk length"},
		{"bad gzip", saying("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b!!"), contract.FaultCoding,
			"the gzip of the answer is cut off; with upstream.acceptEncoding: identity none is requested"},
		{"status out of range", saying("HTTP/1.1 999 Denied\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"), contract.FaultProtocol,
			"not HTTP: status 999"},
		{"an upgrade that nobody asked for", hang("HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"), contract.FaultProtocol,
			"not HTTP: status 101"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var calls atomic.Int64
			makes := func(method string) *reported {
				ctx := newEnding(t)
				url, _ := rawUpstream(t, func(c net.Conn) {
					calls.Add(1)
					if test.name == "silence" {
						ctx.end()
					}
					test.talk(c)
				})
				e := newLab(url).build(t)
				if test.fault == contract.FaultTimeout {
					e.transport = endsWith{e.transport, ctx.end}
				}
				return ctx.fails(t, e, first(method))
			}
			failed := makes("GET")
			diff(t, "name", contract.ErrTransient, failed.name)
			diff(t, "fault", test.fault, failed.failure.Attempts[0].Fault)
			diff(t, "reason", test.reason, failed.failure.Reason)
			if failed.failure.Response != nil {
				t.Errorf("half an answer was forwarded: %+v", failed.failure.Response)
			}
			// None of these is certain, so a POST without a key is not repeated.
			failed = makes("POST")
			diff(t, "name for POST", contract.ErrRejected, failed.name)
			diff(t, "final for POST", "POST is not sent again, because the upstream may have acted on it; retry.idempotency.header makes that safe",
				failed.failure.Final)
			diff(t, "calls", int64(2), calls.Load())
		})
	}
}

// A status that is known says what is to be done, even when the body breaks off.
func TestAFailureWhoseBodyBreaksOffIsJudgedByItsStatus(t *testing.T) {
	url, _ := rawUpstream(t, saying("HTTP/1.1 404 Not Found\r\nContent-Length: 10\r\n\r\ngr\xc3"))
	failed := mustFail(t, newLab(url).build(t), first("GET"))
	diff(t, "name", contract.ErrRejected, failed.name)
	diff(t, "reason", "404 Not Found (its body broke off)", failed.failure.Reason)
	want := &contract.Response{StatusCode: 404, Body: "gr", CutFrom: 10}
	diff(t, "response", want, failed.failure.Response)

	url, _ = rawUpstream(t, reset("HTTP/1.1 429 Slow Down\r\nRetry-After: 7\r\nContent-Length: 10\r\n\r\nhalf"))
	failed = mustFail(t, newLab(url).build(t), first("POST"))
	diff(t, "name", contract.ErrRateLimited, failed.name)
	diff(t, "retryAt", "2026-03-01T12:00:07Z", failed.failure.Attempts[0].RetryAt)
}

func TestFaultsBeforeSending(t *testing.T) {
	closed := refusing(t)
	looking, dialing, shaking := newEnding(t), newEnding(t), newEnding(t)
	silent := listen(t) // takes the first byte of TLS, and never says any
	go func() {
		conn, err := silent.Accept()
		if err != nil {
			return
		}
		conn.Read(make([]byte, 1))
		shaking.end()
		io.Copy(io.Discard, conn)
	}()
	notTLS, _ := rawUpstream(t, saying(""))
	tests := []struct {
		name     string
		upstream string
		dialer   *net.Dialer
		fault    contract.Fault
		reason   string
	}{
		{"nobody listens", "http://" + closed, nil, contract.FaultRefused,
			"connection refused: no server listens at " + closed},
		{"no such name", "http://nowhere.example", &net.Dialer{Resolver: nameServer{}.resolver()}, contract.FaultDNS,
			"name not resolved: nowhere.example: no such host"},
		{"no name server", "http://nowhere.example", &net.Dialer{Resolver: brokenResolver()}, contract.FaultDNS,
			"name not resolved: nowhere.example: no name server"},
		{"a name server that is silent", "http://nowhere.example", &net.Dialer{Resolver: silentResolver(looking.end)}, contract.FaultDNS,
			"name not resolved: nowhere.example: no answer within 10s"},
		{"handshake without an answer", "https://" + silent.Addr().String(), nil, contract.FaultTLS,
			fmt.Sprintf("TLS handshake with %s not done within 10s", silent.Addr())},
		{"plain HTTP where TLS should be", strings.Replace(notTLS, "http:", "https:", 1), nil, contract.FaultTLS,
			"TLS handshake failed: closed by the upstream before the whole answer"},
		{"no connection in time", "http://127.0.0.1:9", &net.Dialer{ControlContext: untilDone(dialing.end)}, contract.FaultConnectTimeout,
			"connect timeout: no connection to 127.0.0.1:9 within 10s"},
		{"no route", "http://127.0.0.1:9", &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(203, 0, 113, 1)}}, contract.FaultConnect,
			"no connection to 127.0.0.1:9: cannot assign requested address"},
	}
	ends := map[string]ending{
		"a name server that is silent": looking, "handshake without an answer": shaking, "no connection in time": dialing,
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newLab(test.upstream)
			l.Dialer = test.dialer
			ctx, ok := ends[test.name]
			if !ok {
				ctx = newEnding(t)
			}
			// Certain not to have reached the upstream: a POST goes again.
			failed := ctx.fails(t, l.build(t), first("POST"))
			diff(t, "name", contract.ErrTransient, failed.name)
			diff(t, "fault", test.fault, failed.failure.Attempts[0].Fault)
			diff(t, "reason", test.reason, failed.failure.Reason)
			diff(t, "wait", 1, failed.failure.WaitSeconds)
		})
	}
}

func brokenResolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, fmt.Errorf("no name server")
	}}
}

// silentResolver has a name server that does not answer, and tells when it is asked.
func silentResolver(asked func()) *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		asked()
		client, _ := net.Pipe()
		return client, nil
	}}
}

// untilDone makes a dial last as long as there is time, and tells when it begins.
func untilDone(began func()) func(context.Context, string, string, syscall.RawConn) error {
	return func(ctx context.Context, _, _ string, _ syscall.RawConn) error {
		began()
		<-ctx.Done()
		return ctx.Err()
	}
}

// mute is a transport that connects at once, and never answers.
type mute struct{}

func (mute) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	httptrace.ContextClientTrace(ctx).GotConn(httptrace.GotConnInfo{})
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestLambdasOwnTimeLimitLeavesTimeToReport(t *testing.T) {
	lambdaEnds := time.Now().Add(time.Hour)
	ctx, cancel := context.WithDeadline(context.Background(), lambdaEnds)
	defer cancel()
	l, in := newLab("http://127.0.0.1:9"), first("GET")
	l.Now = func() time.Time { return lambdaEnds.Add(-600 * time.Millisecond) }
	in.Execution.StartTime = l.Now().Format(time.RFC3339)
	e := l.build(t)
	e.transport = mute{}
	_, failed := handleContext(t, ctx, e, in)
	if failed == nil {
		t.Fatal("no failure")
	}
	diff(t, "fault", contract.FaultTimeout, failed.failure.Attempts[0].Fault)
	diff(t, "reason", "timeout: no whole answer within 100ms", failed.failure.Reason)
}

func TestErrorsThatTheSpecDoesNotRetry(t *testing.T) {
	url, _ := rawUpstream(t, reset(""))
	in := first("GET")
	in.Policy.Transient.Errors = []string{contract.ErrorTimeout}
	failed := mustFail(t, newLab(url).build(t), in)
	diff(t, "name", contract.ErrRejected, failed.name)
	diff(t, "final", "connection is not in retry.retryableErrors", failed.failure.Final)
}
