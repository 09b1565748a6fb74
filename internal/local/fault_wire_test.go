package local_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// wire is an upstream on raw sockets. It sends what net/http would not, and keeps
// the requests unchanged.
type wire struct {
	mu       sync.Mutex
	accepted []net.Conn
	requests []request
}

// request is one as it came off the wire.
type request struct {
	from   string // the source address
	line   string // such as GET /orders HTTP/1.1
	header http.Header
	host   string
	body   string
}

// onWire answers with talk, one request for each connection.
func onWire(t *testing.T, talk func(net.Conn, request)) (*wire, string) {
	t.Helper()
	w := &wire{}
	address := w.listen(t, func(conn net.Conn) {
		if q, err := read(conn); err == nil {
			w.keep(q)
			talk(conn, q)
		}
	})
	return w, "http://" + address
}

// onSocket hands over each connection before anything was read.
func onSocket(t *testing.T, talk func(net.Conn)) (*wire, string) {
	t.Helper()
	w := &wire{}
	return w, w.listen(t, talk)
}

func (w *wire) listen(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			w.mu.Lock()
			w.accepted = append(w.accepted, conn)
			w.mu.Unlock()
			serving.Go(func() { defer conn.Close(); serve(conn) })
		}
	})
	t.Cleanup(func() { listener.Close(); w.hangUp(); serving.Wait() })
	return listener.Addr().String()
}

// hangUp ends the connections that a client still holds.
func (w *wire) hangUp() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, conn := range w.accepted {
		conn.Close()
	}
}

// source is the address that a connection comes from.
func source(conn net.Conn) string { return conn.RemoteAddr().(*net.TCPAddr).IP.String() }

func read(conn net.Conn) (request, error) {
	var sent bytes.Buffer
	r, err := http.ReadRequest(bufio.NewReader(io.TeeReader(conn, &sent)))
	if err != nil {
		return request{}, err
	}
	body, err := io.ReadAll(r.Body)
	line, _, _ := strings.Cut(sent.String(), "\r\n")
	return request{source(conn), line, r.Header, r.Host, string(body)}, err
}

func (w *wire) keep(q request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.requests = append(w.requests, q)
}

func (w *wire) all() []request {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]request(nil), w.requests...)
}

// heard are the requests.
func (w *wire) heard() []string {
	var all []string
	for _, q := range w.all() {
		all = append(all, q.from+" "+strings.TrimSuffix(q.line, " HTTP/1.1"))
	}
	return all
}

// knocks are the source addresses of connections without a request.
type knocks struct{ *wire }

func (k knocks) heard() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	var all []string
	for _, conn := range k.accepted {
		all = append(all, source(conn))
	}
	return all
}

// only is the one request that was heard.
func (w *wire) only(t *testing.T) request {
	t.Helper()
	all := w.all()
	if len(all) != 1 {
		t.Fatalf("requests: got %d, want 1: %v", len(all), all)
	}
	return all[0]
}

// saying is an upstream that sends the text to every request and closes.
func saying(text string) func(net.Conn, request) {
	return func(c net.Conn, _ request) { io.WriteString(c, text) }
}

// resetting breaks the connection after the text.
func resetting(text string) func(net.Conn, request) {
	return func(c net.Conn, _ request) {
		io.WriteString(c, text)
		c.(*net.TCPConn).SetLinger(0)
	}
}

// http11 is an answer on the wire; fields are whole lines.
func http11(status, body string, fields ...string) string {
	head := append([]string{"HTTP/1.1 " + status, "Connection: close", fmt.Sprint("Content-Length: ", len(body))}, fields...)
	return strings.Join(head, "\r\n") + "\r\n\r\n" + body
}

// raw sends unchanged bytes to the function URL and reads the answer. A client of
// net/http would correct them.
func (r *rig) raw(sent string) answer {
	r.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(r.workflow.URL(), "http://"))
	if err != nil {
		r.t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(hang))
	go io.WriteString(conn, sent) // it may be answered before it is read whole
	method, _, _ := strings.Cut(sent, " ")
	resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(body), resp.Header.Get("X-Sfngen-Execution")}
}
