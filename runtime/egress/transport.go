package egress

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"
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

// boundedDialer connects to what a spec names. A dial outlives the request that began it,
// hence its own time limit; it is longer, so that a request always fails by its own.
func boundedDialer(cfg Config, env Environment) *Dialer {
	dialer := *env.Dialer
	dialer.Timeout = cmp.Or(dialer.Timeout, cfg.Timeout+time.Second)
	if !cfg.AllowPrivate {
		dialer = guarded(dialer)
	}
	return &Dialer{Dialer: dialer, onlyIPv6: cfg.OnlyIPv6}
}

// newTransport makes the one transport that all invocations share. It has no
// proxy.
func newTransport(cfg Config, env Environment) *http.Transport {
	dialer := boundedDialer(cfg, env)
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

// codingGzip is the one coding that is unpacked; x-gzip is the same (RFC 9110 8.4.1.3).
const codingGzip = "gzip"

// mayBeGzip: a part of a packed body cannot be unpacked, and an answer to HEAD has none.
func mayBeGzip(method string, header http.Header) bool {
	return method != http.MethodHead && header.Get("Range") == ""
}

// unpacking unpacks the gzip that a request asks for. net/http's own does not look
// whether a body that is called gzip is, and takes what follows a packed body for
// damage.
type unpacking struct{ next http.RoundTripper }

func (u unpacking) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := u.next.RoundTrip(req)
	if err == nil && req.Header.Get("Accept-Encoding") == codingGzip && isGzip(resp.Header) {
		unpack(resp)
	}
	return resp, err
}

// isGzip reports whether a body was packed once, and in no other way.
func isGzip(header http.Header) bool {
	packed := 0
	for coding := range strings.SplitSeq(strings.Join(header.Values("Content-Encoding"), ","), ",") {
		switch strings.ToLower(strings.TrimSpace(coding)) {
		case "", "identity":
		case codingGzip, "x-gzip":
			packed++
		default:
			return false
		}
	}
	return packed == 1
}

// gzipStart begins every member of a gzip stream, and no text (RFC 1952 2.3.1).
var gzipStart = []byte{0x1f, 0x8b}

// unpack replaces the body by the one that was packed. One that is no gzip stays as it
// is: some servers write the field before they decide, and some proxies unpack without
// removing it. Either way the field no longer holds.
func unpack(resp *http.Response) {
	from := &source{Reader: resp.Body}
	packed := bufio.NewReader(from)
	resp.Header.Del("Content-Encoding")
	if start := peek(packed); len(start) == 0 || !bytes.HasPrefix(gzipStart, start) {
		resp.Body = struct {
			io.Reader
			io.Closer
		}{packed, resp.Body}
		return
	}
	resp.Header.Del("Content-Length")
	resp.ContentLength, resp.Uncompressed = -1, true
	resp.Body = &gunzip{Closer: resp.Body, from: from, packed: packed}
}

// peek waits for the first two bytes, or the end. They stay to be read, and so does an
// error.
func peek(r *bufio.Reader) []byte {
	start, _ := r.Peek(len(gzipStart))
	return start
}

// source remembers how a packed body ended.
type source struct {
	io.Reader
	end error // nil before the end
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if err != nil {
		s.end = err
	}
	return n, err
}

// gunzip is an unpacked body, of one member or several. What follows the last one is
// padding, which other clients ignore too.
type gunzip struct {
	io.Closer
	from   *source
	packed *bufio.Reader // from
	member *gzip.Reader  // nil before the first one
}

func (g *gunzip) Read(p []byte) (n int, err error) {
	if g.member == nil {
		g.member, err = gzip.NewReader(g.packed)
		if err != nil {
			return 0, g.failed(err)
		}
		g.member.Multistream(false)
	}
	n, err = g.member.Read(p)
	if err == io.EOF && bytes.Equal(peek(g.packed), gzipStart) {
		err = g.member.Reset(g.packed)
		g.member.Multistream(false)
	}
	return n, g.failed(err)
}

// failed is the error of reading a member: the connection's own comes first.
func (g *gunzip) failed(err error) error {
	switch {
	case err == nil:
		return nil
	case g.from.end != nil && g.from.end != io.EOF:
		return g.from.end
	case err == io.EOF && g.member != nil:
		return err
	case errors.Is(err, io.ErrUnexpectedEOF), err == io.EOF:
		return &gzipError{"cut off"}
	}
	return &gzipError{"broken"}
}

// gzipError reports a body that begins as gzip and does not end as it.
type gzipError struct{ how string }

// howBroken says what became of a body whose reading has failed; "" without an error.
func howBroken(err error) string {
	var gzip *gzipError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &gzip):
		return "the gzip of its body is " + gzip.how
	}
	return "its body broke off"
}

func (e *gzipError) Error() string {
	return "the gzip of the answer is " + e.how + "; with upstream.acceptEncoding: identity none is requested"
}
