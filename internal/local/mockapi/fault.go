package mockapi

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Fault is a broken answer.
type Fault string

const (
	FaultReset     Fault = "reset"      // the connection is reset (RST) before the answer
	FaultEmpty     Fault = "empty"      // the connection is closed normally before the answer
	FaultHang      Fault = "hang"       // silence until the client disconnects
	FaultHalf      Fault = "half"       // half a body, then closed
	FaultHalfReset Fault = "half-reset" // half a body, then reset
	FaultHalfHang  Fault = "half-hang"  // half a body, then silence until the client disconnects
	FaultDrip      Fault = "drip"       // the whole answer in ten parts over its latency, or over ten seconds
	FaultMalformed Fault = "malformed"  // no HTTP
	FaultBadChunk  Fault = "bad-chunk"  // a chunk without a length
	FaultBadGzip   Fault = "bad-gzip"   // begins as gzip, and breaks
)

var faults = []Fault{FaultReset, FaultEmpty, FaultHang, FaultHalf, FaultHalfReset, FaultHalfHang,
	FaultDrip, FaultMalformed, FaultBadChunk, FaultBadGzip}

// raw is what a fault writes to the connection and net/http would not.
var raw = map[Fault]string{
	FaultMalformed: "220 mail.example ready\r\n\r\n",
	FaultBadChunk:  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
	FaultBadGzip:   "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 8\r\n\r\n\x1f\x8b\x08\x00gzip",
}

// breakOff ends the connection without an answer. With HTTP/2 it ends only the
// stream: RST_STREAM for every fault.
func breakOff(w http.ResponseWriter, r *http.Request, fault Fault) {
	switch fault {
	case FaultHang:
		awaitEnd(r)
	case FaultReset, FaultMalformed, FaultBadChunk, FaultBadGzip:
		hijack(w, raw[fault], fault == FaultReset)
	}
	panic(http.ErrAbortHandler)
}

// hijack writes to the raw connection, then ends it: normally, or with a reset. It
// does nothing where a connection cannot be hijacked, as in HTTP/2.
func hijack(w http.ResponseWriter, say string, reset bool) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	fmt.Fprint(conn, say)
	if reset {
		closeWithReset(conn)
	}
}

// closeWithReset ends a connection with RST. With TLS it closes the socket below:
// closing the TLS connection would send an alert first.
func closeWithReset(conn net.Conn) {
	if secured, ok := conn.(*tls.Conn); ok {
		conn = secured.NetConn()
	}
	if socket, ok := conn.(*net.TCPConn); ok {
		socket.SetLinger(0)
	}
	conn.Close()
}

// awaitEnd returns when the client has disconnected, or when the server ends.
func awaitEnd(r *http.Request) {
	ctx, stop := untilServerEnds(r)
	defer stop()
	<-ctx.Done()
}

// sendHalf announces a body and sends half of it.
func sendHalf(w http.ResponseWriter, r *http.Request, fault Fault, body []byte) {
	w.Write(body[:len(body)/2])
	http.NewResponseController(w).Flush()
	switch fault {
	case FaultHalfHang:
		awaitEnd(r)
	case FaultHalfReset:
		hijack(w, "", true)
	}
	panic(http.ErrAbortHandler)
}

const (
	dripParts = 10
	dripTime  = 10 * time.Second
)

// drip sends a body in ten parts over a time.
func (a *API) drip(w http.ResponseWriter, r *http.Request, body []byte, over time.Duration) {
	for part := range dripParts {
		if a.wait(r, over/dripParts) != nil {
			panic(http.ErrAbortHandler)
		}
		w.Write(body[len(body)*part/dripParts : len(body)*(part+1)/dripParts])
		http.NewResponseController(w).Flush()
	}
}
