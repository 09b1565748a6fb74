package egress

import (
	"cmp"
	"net/http"
	"time"
)

const (
	// idleLimit ends the reuse of a connection before common servers do (Node
	// and Apache close after 5 s), so that few requests meet one that is just
	// being closed: a request that may not be sent twice would fail there. The
	// transport compares it with the wall clock, so it also holds across the
	// time that Lambda keeps the process frozen.
	idleLimit = 4 * time.Second
	// headerLimit ends the reading of a header, 1xx answers and trailers included; over
	// HTTP/2 each field counts 32 bytes more (RFC 9113 10.5.1). What passes is far less
	// (contract.HeaderBytesLimit), but up to here the status is known and decides.
	headerLimit = 2 << 20
)

// newTransport makes the one transport that all invocations share. It has no
// proxy. A dial outlives the request that began it, hence its own time limit;
// it is longer, so that a request always fails by its own.
func newTransport(cfg Config, env Environment) *http.Transport {
	dialer := *env.Dialer
	dialer.Timeout = cmp.Or(dialer.Timeout, cfg.Timeout+time.Second)
	if !cfg.AllowPrivate {
		dialer = guarded(dialer)
	}
	secure := env.TLS.Clone()
	noticeRequests(secure)
	return &http.Transport{
		DialContext:            hearingDial(dialer.DialContext),
		TLSClientConfig:        secure,
		TLSHandshakeTimeout:    cfg.Timeout + time.Second,
		ForceAttemptHTTP2:      true, // a dialer of our own would switch it off
		MaxIdleConnsPerHost:    16,
		IdleConnTimeout:        idleLimit,
		MaxResponseHeaderBytes: headerLimit,
	}
}
