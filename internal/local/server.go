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
	served  chan struct{} // closed when it has ended, so that close may come twice
}

func listen(address string, handler http.Handler) (*server, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	// net/http would answer OPTIONS * by itself: it is the function's to answer.
	served := &http.Server{Handler: handler, DisableGeneralOptionsHandler: true, ErrorLog: silent}
	s := &server{address: listener.Addr().String(), http: served, served: make(chan struct{})}
	drain.Prepare(s.http)
	go func() {
		defer close(s.served)
		_ = s.http.Serve(listener) // ends with close alone, which says why
	}()
	return s, nil
}

// close lets the requests that run end, as long as ctx does.
func (s *server) close(ctx context.Context) error {
	err := s.http.Shutdown(ctx)
	if err != nil {
		s.http.Close()
	}
	<-s.served
	return err
}

// silent drops what net/http logs by itself: broken connections of clients, which
// are theirs to tell of.
var silent = log.New(io.Discard, "", 0)
