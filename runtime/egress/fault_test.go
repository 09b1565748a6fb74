package egress

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
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
		{"silence", hang(""), contract.FaultTimeout, "timeout: no whole answer within 100ms"},
		{"silence in the body", hang("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"), contract.FaultTimeout,
			"timeout: no whole answer within 100ms"},
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
			url, calls := rawUpstream(t, test.talk)
			l := newLab(url)
			if test.fault == contract.FaultTimeout {
				l.Timeout = 100 * time.Millisecond
			}
			failed := mustFail(t, l.build(t), first("GET"))
			diff(t, "name", contract.ErrTransient, failed.name)
			diff(t, "fault", test.fault, failed.failure.Attempts[0].Fault)
			diff(t, "reason", test.reason, failed.failure.Reason)
			if failed.failure.Response != nil {
				t.Errorf("half an answer was forwarded: %+v", failed.failure.Response)
			}
			// None of these is certain, so a POST without a key is not repeated.
			// Over a connection of its own: the first one is just being closed.
			failed = mustFail(t, l.build(t), first("POST"))
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
	closed := listen(t)
	closed.Close()
	silent := listen(t) // connects, by its backlog, and never speaks TLS
	notTLS, _ := rawUpstream(t, saying(""))
	tests := []struct {
		name     string
		upstream string
		dialer   *net.Dialer
		fault    contract.Fault
		reason   string
	}{
		{"nobody listens", "http://" + closed.Addr().String(), nil, contract.FaultRefused,
			"connection refused: no server listens at " + closed.Addr().String()},
		{"no such name", "http://nowhere.example", &net.Dialer{Resolver: nameServer{}.resolver()}, contract.FaultDNS,
			"name not resolved: nowhere.example: no such host"},
		{"no name server", "http://nowhere.example", &net.Dialer{Resolver: brokenResolver()}, contract.FaultDNS,
			"name not resolved: nowhere.example: no name server"},
		{"a name server that is silent", "http://nowhere.example", &net.Dialer{Resolver: silentResolver()}, contract.FaultDNS,
			"name not resolved: nowhere.example: no answer within 100ms"},
		{"handshake without an answer", "https://" + silent.Addr().String(), nil, contract.FaultTLS,
			fmt.Sprintf("TLS handshake with %s not done within 100ms", silent.Addr())},
		{"plain HTTP where TLS should be", strings.Replace(notTLS, "http:", "https:", 1), nil, contract.FaultTLS,
			"TLS handshake failed: closed by the upstream before the whole answer"},
		{"no connection in time", "http://127.0.0.1:9", &net.Dialer{ControlContext: untilDone}, contract.FaultConnectTimeout,
			"connect timeout: no connection to 127.0.0.1:9 within 100ms"},
		{"no route", "http://127.0.0.1:9", &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(203, 0, 113, 1)}}, contract.FaultConnect,
			"no connection to 127.0.0.1:9: cannot assign requested address"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newLab(test.upstream)
			l.Dialer = test.dialer
			if strings.Contains(test.reason, "within 100ms") {
				l.Timeout = 100 * time.Millisecond
			}
			// Certain not to have reached the upstream: a POST goes again.
			failed := mustFail(t, l.build(t), first("POST"))
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

func silentResolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, _ := net.Pipe()
		return client, nil
	}}
}

func untilDone(ctx context.Context, _, _ string, _ syscall.RawConn) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestLambdasOwnTimeLimitLeavesTimeToReport(t *testing.T) {
	url, _ := rawUpstream(t, hang(""))
	lambdaEnds := time.Now().Add(time.Hour)
	ctx, cancel := context.WithDeadline(context.Background(), lambdaEnds)
	defer cancel()
	l, in := newLab(url), first("GET")
	l.Now = func() time.Time { return lambdaEnds.Add(-600 * time.Millisecond) }
	in.Execution.StartTime = l.Now().Format(time.RFC3339)
	_, failed := handleContext(t, ctx, l.build(t), in)
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
