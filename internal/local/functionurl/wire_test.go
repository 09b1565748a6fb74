package functionurl_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/local/functionurl"
	"github.com/sfngen/sfngen/internal/local/lambda"
)

// function is a fake of the one behind the URL: it keeps the last event.
type function struct {
	result lambda.Result
	err    error
	events []json.RawMessage
}

func (f *function) invoke(_ context.Context, _ string, payload []byte) (lambda.Result, error) {
	f.events = append(f.events, payload)
	return f.result, f.err
}

func answering(payload string) *function {
	return &function{result: lambda.Result{Payload: []byte(payload)}}
}

// options are the same in every test.
func (f *function) options() functionurl.Options {
	return functionurl.Options{
		Function: "subject", Invoke: f.invoke,
		Now:       func() time.Time { return time.Date(2026, 11, 23, 11, 0, 0, 42e6, time.FixedZone("CET", 3600)) },
		RequestID: func() string { return "id-1" },
		Domain:    "abc.lambda-url.eu-west-1.on.aws",
	}
}

// listen serves the function URL on loopback.
func listen(t *testing.T, o functionurl.Options) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(functionurl.New(o))
	t.Cleanup(server.Close)
	return server
}

// exchange sends bytes as they are and reads one response.
func exchange(t *testing.T, server *httptest.Server, request string) (*http.Response, string) {
	t.Helper()
	conn := dial(t, server)
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	method, _, _ := strings.Cut(request, " ")
	return readResponse(t, bufio.NewReader(conn), method)
}

func dial(t *testing.T, server *httptest.Server) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func readResponse(t *testing.T, from *bufio.Reader, method string) (*http.Response, string) {
	t.Helper()
	response, err := http.ReadResponse(from, &http.Request{Method: method})
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

// last decodes the last event.
func (f *function) last(t *testing.T, into any) {
	t.Helper()
	if len(f.events) == 0 {
		t.Fatal("the function was not invoked")
	}
	if err := json.NewDecoder(bytes.NewReader(f.events[len(f.events)-1])).Decode(into); err != nil {
		t.Fatal(err)
	}
}
