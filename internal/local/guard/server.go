package guard

import (
	"context"
	"io"
	"log"
	"net/http"
)

// Server is an open door.
type Server struct {
	address string
	http    *http.Server
	served  chan struct{} // closed when it has ended, so Close may be called twice
}

// Open listens on an address and serves a door until Close.
func Open(address string, d Door) (*Server, error) {
	listener, err := Listen(address)
	if err != nil {
		return nil, err
	}
	s := &Server{address: listener.Addr().String(), served: make(chan struct{})}
	s.http = NewServer(s.address, d)
	go func() {
		defer close(s.served)
		_ = s.http.Serve(listener) // ends with Close alone, which says why
	}()
	return s, nil
}

// Address is HOST:PORT.
func (s *Server) Address() string { return s.address }

// Close waits for running requests until ctx ends, and then cuts them off.
func (s *Server) Close(ctx context.Context) error {
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
