package mockapi

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
)

func dial(t testing.TB, url string) *net.TCPConn {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn.(*net.TCPConn)
}

// The bytes on the wire, and how the connection ends.
func TestFaultsOnTheWire(t *testing.T) {
	tests := []struct {
		fault Fault
		begin string // of what is read
		half  bool
		end   error
	}{
		{FaultReset, "", false, syscall.ECONNRESET},
		{FaultEmpty, "", false, nil},
		{FaultHalf, "HTTP/1.1 200 OK\r\n", true, nil},
		{FaultHalfReset, "HTTP/1.1 200 OK\r\n", true, syscall.ECONNRESET},
		{FaultMalformed, "220 mail.example ready\r\n\r\n", false, nil},
		{FaultBadChunk, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", false, nil},
		{FaultBadGzip, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 8\r\n\r\n\x1f\x8b\x08\x00gzip", false, nil},
	}
	for _, test := range tests {
		t.Run(string(test.fault), func(t *testing.T) {
			api := mustNew(t, Config{}, newWorld().environment())
			conn := dial(t, start(t, api))
			io.WriteString(conn, "POST /fault/"+string(test.fault)+" HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello")
			got, err := io.ReadAll(conn)
			if !errors.Is(err, test.end) {
				t.Errorf("ended with %v, want %v", err, test.end)
			}
			if !strings.HasPrefix(string(got), test.begin) || test.begin == "" && len(got) > 0 {
				t.Errorf("read %q, want %q", got, test.begin)
			}
			if test.half {
				expectHalf(t, string(got))
			}
			seen := api.Requests()[0]
			diff(t, "fault", test.fault, seen.Fault)
			diff(t, "body", "hello", string(seen.Body))
		})
	}
}

// expectHalf checks an answer that has less than it announces.
func expectHalf(t *testing.T, answer string) {
	t.Helper()
	response, err := http.ReadResponse(bufio.NewReader(strings.NewReader(answer)), nil)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if err != io.ErrUnexpectedEOF || int64(len(body)) != response.ContentLength/2 {
		t.Errorf("%d of %d bytes, then %v, want half of them", len(body), response.ContentLength, err)
	}
}

// A hang lasts until the client disconnects; the server then forgets it.
func TestHangUntilTheClientGoes(t *testing.T) {
	for _, fault := range []Fault{FaultHang, FaultHalfHang} {
		t.Run(string(fault), func(t *testing.T) {
			env := newWorld().environment()
			hanging := make(chan Request, 2)
			env.Answered = func(r Request) { hanging <- r }
			api := mustNew(t, Config{Script: Script{Steps: []Step{{Fault: fault}, {Code: 200}}}}, env)
			ctx, leave := context.WithCancel(t.Context())
			served := make(chan any, 1)
			url := startHandler(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				defer func() {
					if ended := recover(); ended != nil {
						served <- ended
					}
				}()
				api.Handler().ServeHTTP(w, r)
			}))
			go func() {
				diff(t, "seen", fault, (<-hanging).Fault)
				diff(t, "another request meanwhile", "200", outcome(from(t, "127.0.0.1"), url))
				diff(t, "handlers that have ended without an answer", 0, len(served))
				leave()
			}()
			r, err := http.NewRequestWithContext(ctx, "GET", url, nil)
			if err != nil {
				t.Fatal(err)
			}
			response, err := from(t, "127.0.0.1").Do(r)
			if err == nil {
				_, err = io.ReadAll(response.Body)
				response.Body.Close()
			}
			if !errors.Is(err, context.Canceled) {
				t.Errorf("ended with %v, want the client's own end", err)
			}
			if ended := <-served; ended != http.ErrAbortHandler {
				t.Errorf("the handler ended with %v, want that it gives no answer", ended)
			}
		})
	}
}

// A client that disconnects during the latency is recorded as gone.
func TestClientGoneDuringLatency(t *testing.T) {
	world := newWorld()
	world.frozen = true
	env := world.environment()
	noted := make(chan Request, 1)
	env.Answered = func(r Request) { noted <- r }
	url := start(t, mustNew(t, Config{}, env))
	ctx, leave := context.WithCancel(t.Context())
	go func() {
		<-world.asleep
		leave()
	}()
	r, err := http.NewRequestWithContext(ctx, "GET", url+"/delay/1m", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := from(t, "127.0.0.1").Do(r); !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v, want the client's own end", err)
	}
	seen := <-noted
	diff(t, "status", 0, seen.Status)
	diff(t, "why", "the client has gone", seen.Why)
}
