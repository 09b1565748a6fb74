// Package drain ends an HTTP server in order and without delay: running requests
// are answered, idle connections are closed.
package drain

import (
	"net"
	"net/http"
	"sync"
)

// Prepare is to be called before the server serves; its Shutdown then does not
// wait for connections that no request has come on yet. Clients open them ahead,
// and net/http waits five seconds for a request on each.
func Prepare(server *http.Server) {
	var unused sync.Map // net.Conn
	server.ConnState = func(conn net.Conn, state http.ConnState) {
		if state == http.StateNew {
			unused.Store(conn, nil)
		} else {
			unused.Delete(conn)
		}
	}
	server.RegisterOnShutdown(func() {
		unused.Range(func(conn, _ any) bool {
			conn.(net.Conn).Close()
			return true
		})
	})
}
