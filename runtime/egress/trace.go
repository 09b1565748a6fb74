package egress

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httptrace"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// trace follows one call, to say afterwards how far it came. The dial runs in a
// goroutine of the transport that may outlive the call.
type trace struct {
	limit   time.Duration
	address string
	resends bool               // net/http would send the request twice over HTTP/1
	stop    context.CancelFunc // ends the call

	mu        sync.Mutex
	looking   bool // for the name's addresses
	shaking   bool // hands, for TLS
	connected bool // there is a connection: the request may be sent
	http2     bool // it is one of HTTP/2
	written   bool // the request's header is
	repeated  bool // net/http was about to send it again
	answered  bool // the first byte of an answer has come
	asked     bool // the server has asked for a client certificate
	anonymous bool // there is none to send
	// fresh is the connection, if it is one of TLS 1.3 that has carried nothing before.
	fresh *tls.Conn
}

func (t *trace) attach(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(context.WithValue(ctx, traceKey{}, t), &httptrace.ClientTrace{
		GetConn:           t.getConn,
		GotConn:           t.gotConn,
		DNSStart:          func(httptrace.DNSStartInfo) { t.set(&t.looking, true) },
		DNSDone:           func(done httptrace.DNSDoneInfo) { t.set(&t.looking, done.Err != nil) },
		TLSHandshakeStart: func() { t.set(&t.shaking, true) },
		WroteHeaders:      func() { t.set(&t.written, true) },

		GotFirstResponseByte: func() { t.set(&t.answered, true) },
	})
}

// getConn starts again: net/http takes another connection when the first one turns
// out to be dead before anything was written. When the request may have been sent,
// that ends the call instead (see single_call.go).
func (t *trace) getConn(string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.wouldRepeat() {
		t.repeated = true
		t.stop()
		return
	}
	t.looking, t.shaking, t.connected = false, false, false
}

func (t *trace) set(field *bool, value bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	*field = value
}

// miss names the fault of a call that failed with err, before or within the
// answer.
func (t *trace) miss(err error) *miss {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.connected {
		return t.missBeforeSending(err)
	}
	var gzip *gzipError
	alert := t.lateAlert(err)
	switch {
	case errors.As(err, &gzip):
		return &miss{fault: contract.FaultCoding, reason: gzip.Error()}
	case alert != "":
		return t.failedHandshake("remote error: " + alert)
	case t.repeated && t.http2:
		return &miss{fault: contract.FaultConnection, reason: "connection broke: the stream was reset by the upstream"}
	case t.repeated:
		return &miss{fault: contract.FaultConnection, reason: "connection broke: closed by the upstream before the answer"}
	case isTimeout(err):
		return &miss{fault: contract.FaultTimeout, reason: fmt.Sprintf("timeout: no whole answer within %s", t.limit)}
	case isHeaderTooLarge(err):
		return &miss{fault: contract.FaultProtocol, reason: fmt.Sprintf("the answer's header is larger than %d MiB", headerLimit>>20)}
	case isBroken(err):
		return &miss{fault: contract.FaultConnection, reason: "connection broke: " + plain(err)}
	}
	return &miss{fault: contract.FaultProtocol, reason: "not HTTP: " + plain(err)}
}

// missBeforeSending is for a call that never had a connection to send on.
func (t *trace) missBeforeSending(err error) *miss {
	var blocked *blockedError
	var family *familyError
	var dns *net.DNSError
	switch {
	case errors.As(err, &family):
		return family.miss("; egress.network.type: nat in the spec calls by IPv4")
	case errors.As(err, &blocked):
		return &miss{fault: contract.FaultBlockedAddress, reason: blocked.Error()}
	case errors.As(err, &dns):
		return &miss{fault: contract.FaultDNS, reason: fmt.Sprintf("name not resolved: %s: %s", dns.Name, dns.Err)}
	case errors.Is(err, syscall.ECONNREFUSED):
		return &miss{fault: contract.FaultRefused, reason: "connection refused: no server listens at " + addressOf(err, t.address)}
	case isTimeout(err) && t.looking:
		return &miss{fault: contract.FaultDNS, reason: fmt.Sprintf("name not resolved: %s: no answer within %s", t.address, t.limit)}
	case isTimeout(err) && t.shaking:
		return &miss{fault: contract.FaultTLS, reason: fmt.Sprintf("TLS handshake with %s not done within %s", t.address, t.limit)}
	case isTimeout(err):
		return &miss{fault: contract.FaultConnectTimeout,
			reason: fmt.Sprintf("connect timeout: no connection to %s within %s", t.address, t.limit)}
	case t.shaking:
		return t.failedHandshake(plain(err))
	}
	return &miss{fault: contract.FaultConnect, reason: fmt.Sprintf("no connection to %s: %s", t.address, plain(err))}
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}

// isBroken distinguishes a lost connection from an answer that is not HTTP. Errors that
// net/http does not export are recognised by their text.
func isBroken(err error) bool {
	var network *net.OpError
	for _, known := range []error{io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, context.Canceled, syscall.ECONNRESET, syscall.EPIPE} {
		if errors.Is(err, known) {
			return true
		}
	}
	text := err.Error()
	return errors.As(err, &network) ||
		strings.Contains(text, "server closed idle connection") ||
		strings.Contains(text, "http2: ") ||
		strings.Contains(text, "stream error: ")
}

// isHeaderTooLarge recognises net/http's refusals of a header above headerLimit, which it
// does not export.
func isHeaderTooLarge(err error) bool {
	text := err.Error()
	return strings.Contains(text, "server response headers exceeded") || strings.Contains(text, "response header list larger than")
}

// addressOf is the address that was dialled, which says more than the name.
func addressOf(err error, fallback string) string {
	var network *net.OpError
	if errors.As(err, &network) && network.Addr != nil {
		return network.Addr.String()
	}
	return fallback
}

// plain is an error's text without what it quotes: that comes from the upstream
// or from the request's URL, and neither belongs in a log.
func plain(err error) string {
	var number syscall.Errno
	switch {
	case errors.As(err, &number):
		return number.Error()
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "closed by the upstream before the whole answer"
	}
	text, _, _ := strings.Cut(err.Error(), `"`)
	return strings.TrimRight(strings.TrimPrefix(text, "net/http: HTTP/1.x transport connection broken: "), " :")
}
