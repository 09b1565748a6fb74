package mockapi

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/sfngen/sfngen/internal/local/guard"
)

// Listen listens on a loopback address: 127.0.0.1:8429, [::1]:0 (any free port),
// localhost:8429. On Linux a listener on 127.0.0.1 also gets calls that come from
// 127.0.0.2 and similar.
func Listen(address string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("must be HOST:PORT such as 127.0.0.1:8429, got %q", address)
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	if ip, err := netip.ParseAddr(host); err != nil || !ip.IsLoopback() {
		return nil, notLoopback(address)
	}
	listener, err := guard.Listen(net.JoinHostPort(host, port))
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("port %s of %s is in use; end what listens there, or choose another port (0 takes any free one)", port, host)
	}
	return listener, err
}

func notLoopback(address string) error {
	return fmt.Errorf("must be a loopback address such as 127.0.0.1 or [::1], got %q: this is a test server, other machines must not reach it",
		address)
}

// grace is how long shutdown waits for answers in progress. It concerns sockets, so
// it uses the system's clock.
const grace = 3 * time.Second

// Serve serves until ctx is done, then shuts down and returns nil: delayed answers
// are sent immediately, hanging connections are closed, and what is not finished
// after three seconds is cut off. Only loopback listeners are accepted; they are
// closed in any case.
func (a *API) Serve(ctx context.Context, listeners ...net.Listener) error {
	server, err := a.server(ctx, listeners)
	if err != nil {
		for _, listener := range listeners {
			listener.Close()
		}
		return err
	}
	ended := make(chan error, len(listeners))
	var serving sync.WaitGroup
	for _, listener := range listeners {
		serving.Go(func() { ended <- a.serveOne(server, listener) })
	}
	var failed error
	select {
	case <-ctx.Done():
	case failed = <-ended:
	}
	shutdown(server)
	serving.Wait()
	return failed
}

func (a *API) serveOne(server *http.Server, listener net.Listener) error {
	if server.TLSConfig == nil {
		return server.Serve(listener)
	}
	return server.ServeTLS(listener, "", "")
}

func shutdown(server *http.Server) {
	ctx, stop := context.WithTimeout(context.Background(), grace)
	defer stop()
	if server.Shutdown(ctx) != nil {
		server.Close()
	}
}

func (a *API) server(ctx context.Context, listeners []net.Listener) (*http.Server, error) {
	if len(listeners) == 0 {
		return nil, errors.New("there is no listener to serve on")
	}
	for _, listener := range listeners {
		if at, ok := listener.Addr().(*net.TCPAddr); ok && !at.IP.IsLoopback() {
			return nil, notLoopback(at.String())
		}
	}
	secured, err := a.tlsConfig(listeners)
	if err != nil {
		return nil, err
	}
	// A request's context must outlive ctx: the request still gets its answer.
	base := context.WithValue(context.WithoutCancel(ctx), servingKey{}, ctx)
	server := guard.NewServer(listeners[0].Addr().String(), a.door())
	server.TLSConfig = secured
	server.Protocols = a.protocols()
	server.ReadHeaderTimeout = 10 * time.Second
	server.IdleTimeout = 2 * time.Minute
	server.MaxHeaderBytes = 256 << 10
	server.BaseContext = func(net.Listener) context.Context { return base }
	server.ErrorLog = log.New(brokenWriter{a.env.Broken}, "", 0)
	return server, nil
}

func (a *API) door() guard.Door {
	return guard.Door{
		Name: "this API", Handler: a.Handler(), Key: a.env.Key, Carrier: guard.InPath,
		Forwarded: true, Advice: "; an egress may, that forwards its caller's origin without the caller's user-agent",
	}
}

func (a *API) protocols() *http.Protocols {
	var spoken http.Protocols
	spoken.SetHTTP1(true)
	spoken.SetHTTP2(a.cfg.HTTP2)
	spoken.SetUnencryptedHTTP2(a.cfg.HTTP2)
	return &spoken
}

// brokenWriter passes on what net/http logs, which is failed handshakes.
type brokenWriter struct{ tell func(string) }

func (b brokenWriter) Write(line []byte) (int, error) {
	if b.tell != nil {
		b.tell(strings.TrimPrefix(strings.TrimSpace(string(line)), "http: "))
	}
	return len(line), nil
}
