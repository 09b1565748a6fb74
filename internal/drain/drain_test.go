package drain_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/drain"
)

// A connection without a request holds nothing up; one with a request does.
func TestShutdownWaitsForRequestsOnly(t *testing.T) {
	arrived, release := make(chan struct{}), make(chan struct{})
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(arrived)
		<-release
		w.WriteHeader(http.StatusNoContent)
	})}
	drain.Prepare(server)
	opened := make(chan net.Conn, 4)
	follow := server.ConnState
	server.ConnState = func(conn net.Conn, state http.ConnState) {
		follow(conn, state)
		if state == http.StateNew {
			opened <- conn
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()

	idle, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	<-opened
	status := make(chan int, 1)
	go func() {
		resp, err := http.Get("http://" + listener.Addr().String())
		if err != nil {
			t.Error(err)
			status <- 0
			return
		}
		resp.Body.Close()
		status <- resp.StatusCode
	}()
	<-arrived
	// net/http on its own closes such a connection when it is 5 s old, in a Shutdown that
	// waits. This one does not wait.
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := server.Shutdown(over); !errors.Is(err, context.Canceled) {
		t.Fatalf("Shutdown: %v, want that its context has ended", err)
	}
	if err := idle.SetReadDeadline(time.Now().Add(time.Minute)); err != nil { // longer than a busy machine takes
		t.Fatal(err)
	}
	var timeout net.Error
	if _, err := idle.Read(make([]byte, 1)); err == nil || errors.As(err, &timeout) && timeout.Timeout() {
		t.Errorf("the connection without a request is still open: %v", err)
	}
	shut := make(chan error, 1)
	go func() { shut <- server.Shutdown(context.Background()) }()
	select {
	case err := <-shut:
		t.Fatalf("Shutdown returned %v while a request ran", err)
	default:
	}
	close(release)
	if got := <-status; got != http.StatusNoContent {
		t.Errorf("the request that ran got %d, want 204", got)
	}
	if err := <-shut; err != nil {
		t.Error(err)
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		t.Error(err)
	}
}
