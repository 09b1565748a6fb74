package local

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"

	"github.com/sfngen/sfngen/internal/drain"
)

// server is an HTTP server on loopback.
type server struct {
	address string
	http    *http.Server
	served  chan struct{} // closed when it has ended, so close may be called twice
}

func listen(address string, handler http.Handler) (*server, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	// net/http would answer OPTIONS * itself, but the function must.
	served := &http.Server{Handler: handler, DisableGeneralOptionsHandler: true, ErrorLog: silent}
	s := &server{address: listener.Addr().String(), http: served, served: make(chan struct{})}
	drain.Prepare(s.http)
	go func() {
		defer close(s.served)
		_ = s.http.Serve(listener) // ends with close alone, which says why
	}()
	return s, nil
}

// close waits for running requests until ctx ends.
func (s *server) close(ctx context.Context) error {
	err := s.http.Shutdown(ctx)
	if err != nil {
		s.http.Close()
	}
	<-s.served
	return err
}

// silent drops the log lines of net/http: broken connections, which clients report
// themselves.
var silent = log.New(io.Discard, "", 0)
