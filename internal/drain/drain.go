// Package drain shuts an HTTP server down quickly: running requests get their
// answers, idle connections are closed.
package drain

import (
	"net"
	"net/http"
	"sync"
)

// Call Prepare before the server serves; its Shutdown then does not wait for
// connections without a request. Clients open them in advance, and net/http waits
// five seconds for a request on each.
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
