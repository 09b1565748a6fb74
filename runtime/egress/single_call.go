package egress

import (
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
)

// One attempt is one call. net/http sends some requests again on its own when a
// connection breaks, uncounted and without the policy's waits:
//
//   - over HTTP/1, on a reused connection, the methods of resentByNetHTTP and
//     whatever has an idempotency key (Transport.shouldRetryRequest);
//   - over HTTP/2, any request after GOAWAY, REFUSED_STREAM or PROTOCOL_ERROR, the
//     last of which does not even say that it was not processed (golang/go#47635).
//
// The trace ends the call before that. What stays is that another connection is
// taken when nothing of the request was written.

// resentByNetHTTP are the methods of Request.isReplayable.
func resentByNetHTTP(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return true
	}
	return false
}

// hideIdempotencyKey hides these keys from net/http, which would see in them a reason
// to send a request again. It finds them by their canonical spelling, and field names
// have no case on the wire (RFC 9110 5.1).
func hideIdempotencyKey(header http.Header) {
	for _, name := range []string{"Idempotency-Key", "X-Idempotency-Key"} {
		if values, ok := header[name]; ok {
			delete(header, name)
			header[strings.ToLower(name)] = values
		}
	}
}

// wouldRepeat reports whether the connection that net/http now wants would carry the
// request a second time. Of other methods HTTP/1 repeats only what it
// knows not to have written, although it was on its way (nothingWrittenError).
func (t *trace) wouldRepeat() bool {
	return t.written && (t.http2 || t.resends)
}

// gotConn keeps a stopped request off a connection that came anyway.
// HTTP/2 writes no headers once the context has ended; HTTP/1 does not look at
// it before it writes, but this connection is the request's alone.
func (t *trace) gotConn(info httptrace.GotConnInfo) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.connected = true
	if t.repeated {
		if !isHTTP2(info.Conn) {
			info.Conn.Close()
		}
		return
	}
	t.http2 = isHTTP2(info.Conn)
	t.fresh = nil
	if c, ok := info.Conn.(*tls.Conn); ok && !info.Reused && c.ConnectionState().Version == tls.VersionTLS13 {
		t.fresh = c
	}
}

func isHTTP2(conn net.Conn) bool {
	c, ok := conn.(*tls.Conn)
	return ok && c.ConnectionState().NegotiatedProtocol == "h2"
}
