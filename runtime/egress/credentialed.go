package egress

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// caller is what an egress with credentials does in another way.
type caller interface {
	isCredential(header string) bool
	HasParameter(name string) bool
	// makeCall makes the call of an attempt, or two.
	makeCall(context.Context, *Egress, attempt, time.Duration) outcome
	// prepare fetches what a call shows, within the time.
	prepare(context.Context, *Egress, time.Duration)
	// masked is an answer, Mask a text, and hide makes the words of an outcome, without the
	// credentials.
	masked(*answer) *answer
	Mask(text string) string
	hide(*outcome)
	// foreseeing fetches nothing.
	foreseeing() caller
}

// connect makes the transport of calls.
func (e *Egress) connect(cfg Config, env Environment) {
	e.anonymous = len(env.TLS.Certificates) == 0 && env.TLS.GetClientCertificate == nil
	e.transport = unpacking{newTransport(cfg, env)}
}

func (e *Egress) isCredential(header string) bool {
	return e.credentials != nil && e.credentials.isCredential(header)
}

// credentialed is the caller that shows credentials.
type credentialed struct{ Credentials }

// UseCredentials lets the egress call with the credentials that open gives. Only a
// CredentialSource calls it.
func UseCredentials(s *Setup, open Opener) error {
	e := s.egress
	if e.upstream.Scheme == "http" && !isThisMachine(e.upstream.Hostname()) {
		return fmt.Errorf("egress: Config.Upstream must be https, so that nobody on the way reads the credentials: %s", e.upstream)
	}
	dialer := boundedDialer(s.cfg, s.env)
	bare := s.env.TLS.Clone()
	bare.Certificates, bare.GetClientCertificate = nil, nil
	connections := &reconnecting{}
	opened, err := open(CredentialEnvironment{
		Egress: e.number, Getenv: s.env.Getenv, Dialer: dialer, TLS: bare, Now: e.wallClock, Log: e.log, Reconnect: connections.reconnect,
	})
	if err != nil {
		return err
	}
	e.credentials = credentialed{opened}
	if show := opened.ClientCertificate(); show != nil {
		bare = bare.Clone()
		bare.GetClientCertificate = show
		s.env.TLS = bare
		e.anonymous = false
		connections.open = func() *http.Transport { return newTransport(s.cfg, s.env) }
		connections.current = connections.open()
		e.transport = unpacking{connections}
	}
	return nil
}

// wallClock says how old a credential is: the other clock stands still while Lambda has a
// process frozen, so a value would stay young, and a token that has ended would serve.
func (e *Egress) wallClock() time.Time { return e.now().Round(0) }

// isThisMachine: what is sent there crosses no network.
func isThisMachine(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

func (c credentialed) isCredential(header string) bool { return c.HasHeader(header) }

// makeCall makes the one call. Where the API does not know who calls, it fetches again what
// the request had and, if that has changed, makes the call once more in the time that is
// left: such an API has not acted.
func (c credentialed) makeCall(ctx context.Context, e *Egress, a attempt, limit time.Duration) outcome {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var shown Presented
	add := func(ctx context.Context, req *http.Request) (missed *miss) {
		shown, missed = c.present(ctx, req)
		return missed
	}
	began := e.now()
	ans, missed := c.hiding(a)(e.call(ctx, a, limit, add))
	o := a.judge(ans, missed)
	refusal := c.refusal(o, missed)
	if refusal == "" {
		return o
	}
	renewal := c.Renew(ctx, shown)
	left := limit - e.now().Sub(began)
	o.certain = o.certain || renewal.Changed
	switch {
	case !renewal.Changed:
		o.reason += withWords(renewal.Words)
	case !a.mayResend(true):
		o.reason += "; there is " + renewal.Words + ", but " + a.unsafeReason("")
	case left <= 0 || ctx.Err() != nil:
		o.reason += "; there is " + renewal.Words + ", but no time is left to send once more"
	default:
		o = a.judge(c.hiding(a)(e.call(ctx, a, left, add)))
		o.reason += " (after " + refusal + "; sent once more with " + renewal.Words + ")"
	}
	return o
}

// refusal says how the API does not know who calls; "" where it does. A 403 is about what
// the caller may do.
func (c credentialed) refusal(o outcome, missed *miss) string {
	switch {
	case missed != nil && missed.certificate && c.ClientCertificate() != nil:
		return "a refused client certificate"
	case o.error != "" && o.answer != nil && o.answer.status == http.StatusUnauthorized:
		return "401"
	}
	return ""
}

func withWords(words string) string {
	if words == "" {
		return ""
	}
	return "; " + words
}

// prepare fetches for a request that is not sent. What is wrong the call says.
func (c credentialed) prepare(ctx context.Context, e *Egress, limit time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if req, err := http.NewRequest(http.MethodGet, e.upstream.String(), nil); err == nil {
		_, _ = c.present(ctx, req)
	}
}

// present adds the credentials to a request.
func (c credentialed) present(ctx context.Context, req *http.Request) (Presented, *miss) {
	shown, err := c.Present(ctx, req)
	if err == nil {
		return shown, nil
	}
	missed := &miss{fault: contract.FaultCredential, reason: "no credential: " + err.Error()}
	var known *CredentialError
	if errors.As(err, &known) {
		missed.again = known.Again
	}
	return nil, missed
}

// hiding masks an answer that is no success, before any words are made of it: what is cut
// from it, the report, and the log line. Of a success it masks what leads on. What the
// answer means does not change by that: see answer.unmasked.
func (c credentialed) hiding(a attempt) func(*answer, *miss) (*answer, *miss) {
	return func(ans *answer, missed *miss) (*answer, *miss) {
		switch {
		case ans == nil || missed != nil:
			return ans, missed
		case a.isSuccess(ans):
			return c.leadingOn(ans), nil
		}
		return c.masked(ans), nil
	}
}

// leadingOn masks the references of a success (RFC 9110 10.2.2 and 8.7, RFC 8288): APIs
// repeat the request's query in them, with a key that callers do not know. Who follows one
// through the function URL has the key put in again.
func (c credentialed) leadingOn(ans *answer) *answer {
	out := ans
	for _, name := range []string{"Location", "Content-Location", "Link"} {
		for i, value := range ans.header[name] {
			hidden := c.Mask(value)
			if hidden == value {
				continue
			}
			if out == ans {
				changed := *ans
				changed.header, changed.unmasked = ans.header.Clone(), ans
				out = &changed
			}
			out.header[name][i] = uriMarks(hidden)
		}
	}
	return out
}

// uriMarks escapes what Mask has put in, as a URI needs it.
func uriMarks(text string) string {
	const begin = "[credential"
	before, rest, found := strings.Cut(text, begin)
	end := strings.IndexByte(rest, ']')
	if !found || end < 0 {
		return text
	}
	return before + url.PathEscape(begin+rest[:end+1]) + uriMarks(rest[end+1:])
}

func (c credentialed) masked(ans *answer) *answer {
	out := *ans
	out.unmasked = ans.asItCame()
	out.header = make(http.Header, len(ans.header))
	for name, values := range ans.header {
		if lower := strings.ToLower(name); c.Mask(name) != name || c.Mask(lower) != lower { // as it is written later
			continue
		}
		out.header[name] = slices.Clone(values)
		for i, value := range values {
			out.header[name][i] = c.Mask(value)
		}
	}
	if coded(ans.header) || isPacked(ans.body) {
		out.body, out.partial = nil, true // nobody can look into it
		return &out
	}
	body, isWhole := c.maskedBeginning(ans.body)
	if body == string(ans.body) {
		return &out
	}
	out.body = []byte(body)
	out.header.Del("Content-Length")
	if out.partial = ans.partial || !isWhole; !out.partial {
		out.size = int64(len(body))
	}
	return &out
}

// longestForm is more than any form of a value takes, in bytes: of its 8 KiB each may be
// escaped three times.
const longestForm = 128 << 10

// maskedBeginning is what a report can carry of a body, and whether that is all of it. What
// may be the beginning of a value, as far as it was looked at, is left out.
func (c credentialed) maskedBeginning(body []byte) (text string, isWhole bool) {
	const most = contract.CauseLimit + longestForm
	if len(body) <= most {
		return c.Mask(string(body)), true
	}
	text = c.Mask(string(body[:most]))
	return text[:max(0, min(len(text)-longestForm, contract.CauseLimit))], false
}

// coded reports whether a body is packed in a way that the egress does not unpack.
func coded(header http.Header) bool {
	coding := strings.ToLower(strings.TrimSpace(strings.Join(header.Values("Content-Encoding"), ",")))
	return cmp.Or(coding, contract.AcceptIdentity) != contract.AcceptIdentity
}

// isPacked knows the beginnings of gzip and Zstandard (RFC 8878 3.1.1): some servers forget the field.
func isPacked(body []byte) bool {
	return bytes.HasPrefix(body, gzipStart) || bytes.HasPrefix(body, []byte("\x28\xb5\x2f\xfd"))
}

func (c credentialed) hide(o *outcome) {
	o.reason, o.final, o.unread = c.Mask(o.reason), c.Mask(o.final), c.Mask(o.unread)
}

func (c credentialed) foreseeing() caller { return credentialed{unfetched(c)} }

// unfetched are credentials of a call that is not made.
type unfetched struct{ Credentials }

func (unfetched) Present(context.Context, *http.Request) (Presented, error) { return nil, nil }
func (unfetched) Renew(context.Context, Presented) Renewal                  { return Renewal{} }

// reconnecting leaves its connections, also those that are in use now, to the calls that
// have them: a later call makes its own.
type reconnecting struct {
	open    func() *http.Transport
	mu      sync.Mutex
	current *http.Transport
}

func (r *reconnecting) RoundTrip(req *http.Request) (*http.Response, error) {
	r.mu.Lock()
	transport := r.current
	r.mu.Unlock()
	return transport.RoundTrip(req)
}

func (r *reconnecting) reconnect() {
	r.mu.Lock()
	old := r.current
	if old == nil { // without a client certificate no connection is anybody's
		r.mu.Unlock()
		return
	}
	r.current = r.open()
	r.mu.Unlock()
	old.CloseIdleConnections() // and those in use when they are done, as nobody else asks it for one
}
