package egress

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// In TLS 1.3 the client may send its request before the server has looked at the client's
// certificate (RFC 8446 2, 4.4.2). So a server that wants one, or does not like it,
// says so only on the first read, or while the request is still being written. It has
// not read the request: it reads none before its handshake is complete (RFC 8446 2).
// A later request for a certificate (RFC 8446 4.6.2) is not made of a client that does
// not offer to answer it, and crypto/tls does not.

// certificateAlerts are about the other side's certificate (RFC 8446 6.2): a server
// sends them only in a handshake in which it has asked for one.
var certificateAlerts = []tls.AlertError{
	42,  // bad_certificate
	43,  // unsupported_certificate
	44,  // certificate_revoked
	45,  // certificate_expired
	46,  // certificate_unknown
	48,  // unknown_ca
	116, // certificate_required
}

// handshakeAlerts are the others that only a handshake can cause (RFC 8446 6.2).
// illegal_parameter, decode_error and internal_error can come later too.
var handshakeAlerts = []tls.AlertError{
	40,  // handshake_failure
	49,  // access_denied
	51,  // decrypt_error: a signature or Finished that is wrong, never a record
	70,  // protocol_version
	71,  // insufficient_security
	109, // missing_extension
	110, // unsupported_extension
	112, // unrecognized_name
	115, // unknown_psk_identity
	120, // no_application_protocol
}

// wantsCertificate is what a server that asks for a certificate of the client sends
// where it gets none; TLS 1.2 has no alert of its own for that.
func wantsCertificate(alert string, asked bool) bool {
	return isAlert(alert, certificateAlerts) || asked && isAlert(alert, []tls.AlertError{40, 49})
}

func isAlert(text string, known []tls.AlertError) bool {
	return slices.ContainsFunc(known, func(alert tls.AlertError) bool { return alert.Error() == text })
}

// remoteAlert is the text of the alert that the server has sent; "" for none. The type
// that crypto/tls has for it is not exported; tls.AlertError has its words.
func remoteAlert(err error) string {
	var remote *net.OpError
	if errors.As(err, &remote) && remote.Op == "remote error" {
		return remote.Err.Error()
	}
	return ""
}

// lateAlert is the alert of a handshake that failed after the connection was taken for
// good; "" where it did not. A connection that has broken keeps the alert that it has
// read, also where a write failed first and net/http reports that.
func (t *trace) lateAlert(err error) string {
	if t.fresh == nil || t.answered || strings.Contains(err.Error(), "stream error: ") {
		return ""
	}
	alert := remoteAlert(err)
	if alert == "" && isBroken(err) {
		t.fresh.SetReadDeadline(time.Unix(1, 0)) // it does not wait for more
		_, kept := t.fresh.Read(make([]byte, 1))
		alert = remoteAlert(kept)
	}
	if isAlert(alert, certificateAlerts) || isAlert(alert, handshakeAlerts) {
		return alert
	}
	return ""
}

// failedHandshake says what the server's alert means. Nobody has read the request.
func (t *trace) failedHandshake(text string) *miss {
	alert := strings.TrimPrefix(text, "remote error: ")
	if t.anonymous && wantsCertificate(alert, t.asked) {
		return &miss{
			fault:  contract.FaultTLS,
			reason: "TLS handshake failed: the API wants a client certificate (" + alert + "): it has not seen the request",
			final:  "the API wants a client certificate, and the egress has none",
		}
	}
	return &miss{fault: contract.FaultTLS, reason: "TLS handshake failed: " + text, certificate: isAlert(alert, certificateAlerts)}
}

type traceKey struct{}

// noticeRequests makes a client without a certificate notice in the call's trace that
// the server asks for one.
func noticeRequests(config *tls.Config) {
	if len(config.Certificates) > 0 || config.GetClientCertificate != nil {
		return
	}
	config.GetClientCertificate = func(asked *tls.CertificateRequestInfo) (*tls.Certificate, error) {
		if t, ok := asked.Context().Value(traceKey{}).(*trace); ok {
			t.set(&t.asked, true)
		}
		return new(tls.Certificate), nil // which sends none
	}
}

// hearing is a connection that takes in what the other side has said before it closed,
// before it reports that a write failed: else net/http would close it unheard.
type hearing struct {
	net.Conn
	reading sync.Mutex // held by the Read that is under way
	left    []byte     // what was there when a write failed
}

type dial func(ctx context.Context, network, address string) (net.Conn, error)

func hearingDial(next dial) dial {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := next(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &hearing{Conn: conn}, nil
	}
}

// Read gives what is left also after the connection was closed.
func (c *hearing) Read(p []byte) (int, error) {
	c.reading.Lock()
	defer c.reading.Unlock()
	if len(c.left) > 0 {
		n := copy(p, c.left)
		c.left = c.left[n:]
		return n, nil
	}
	return c.Conn.Read(p)
}

// Write listens only where the kernel says that the other side has gone: then no Read
// waits for more.
func (c *hearing) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	if errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) {
		c.reading.Lock()
		defer c.reading.Unlock()
		const enough = 64 << 10 // an alert has a few bytes
		said, _ := io.ReadAll(io.LimitReader(c.Conn, enough))
		c.left = append(c.left, said...)
	}
	return n, err
}
