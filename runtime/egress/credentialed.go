package egress

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// connect makes the transport, and opens the credentials.
func (e *Egress) connect(cfg Config, env Environment) error {
	swapping := &reconnecting{}
	if cfg.Credentials != nil {
		if err := e.openCredentials(cfg, env, swapping.reconnect); err != nil {
			return err
		}
		if show := e.credentials.ClientCertificate(); show != nil {
			env.TLS = env.TLS.Clone()
			env.TLS.Certificates, env.TLS.GetClientCertificate = nil, show
			swapping.open = func() *http.Transport { return newTransport(cfg, env) }
			swapping.current = swapping.open()
			e.transport = unpacking{swapping}
			return nil
		}
	}
	e.anonymous = len(env.TLS.Certificates) == 0 && env.TLS.GetClientCertificate == nil
	e.transport = unpacking{newTransport(cfg, env)}
	return nil
}

func (e *Egress) openCredentials(cfg Config, env Environment, reconnect func()) error {
	if e.upstream.Scheme == "http" && !isThisMachine(e.upstream.Hostname()) {
		return fmt.Errorf("egress: Config.Upstream must be https, so that nobody on the way reads the credentials: %s", e.upstream)
	}
	dialer := *env.Dialer
	if !cfg.AllowPrivate {
		dialer = guarded(dialer)
	}
	bare := env.TLS.Clone()
	bare.Certificates, bare.GetClientCertificate = nil, nil
	var err error
	e.credentials, err = cfg.Credentials.Open(CredentialEnvironment{
		Egress: env.Egress, Getenv: env.Getenv, Dialer: &dialer, TLS: bare, Now: env.Now, Log: env.Log, Reconnect: reconnect,
	})
	return err
}

// isThisMachine: what is sent there crosses no network.
func isThisMachine(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

func (e *Egress) isCredential(header string) bool {
	return e.credentials != nil && e.credentials.HasHeader(header)
}

// callWithCredentials makes the one call. Answered with 401 it fetches again what the
// request had and, where that has changed, makes the call once more in the time that is
// left: an API that does not know who calls has not acted.
func (e *Egress) callWithCredentials(ctx context.Context, a attempt, limit time.Duration) outcome {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var shown Presented
	add := func(ctx context.Context, req *http.Request) (missed *miss) {
		shown, missed = e.present(ctx, req)
		return missed
	}
	began := e.now()
	o := a.judge(a.masked(e.call(ctx, a, limit, add)))
	if o.error == "" || o.answer == nil || o.answer.status != http.StatusUnauthorized {
		return o
	}
	renewal := e.credentials.Renew(ctx, shown)
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
		o = a.judge(a.masked(e.call(ctx, a, left, add)))
		o.reason += " (after 401; sent once more with " + renewal.Words + ")"
	}
	return o
}

func withWords(words string) string {
	if words == "" {
		return ""
	}
	return "; " + words
}

// present adds the credentials to a request.
func (e *Egress) present(ctx context.Context, req *http.Request) (Presented, *miss) {
	shown, err := e.credentials.Present(ctx, req)
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

// hidden is a text without the credentials.
func (a attempt) hidden(text string) string {
	if a.mask == nil || text == "" {
		return text
	}
	return a.mask(text)
}

// masked hides the credentials in an answer that is no success, before anything is made of
// it: what its words are cut from, the report, and the log line have none.
func (a attempt) masked(ans *answer, missed *miss) (*answer, *miss) {
	if ans == nil || missed != nil || a.isSuccess(ans) {
		return ans, missed
	}
	return a.withoutCredentials(ans), nil
}

func (a attempt) withoutCredentials(ans *answer) *answer {
	out := *ans
	out.header = make(http.Header, len(ans.header))
	for name, values := range ans.header {
		if a.hidden(name) != name {
			continue
		}
		out.header[name] = slices.Clone(values)
		for i, value := range values {
			out.header[name][i] = a.hidden(value)
		}
	}
	if coded(ans.header) {
		out.body, out.partial = nil, true // nobody can look into it
		return &out
	}
	if body := a.hidden(string(ans.body)); body != string(ans.body) {
		out.body = []byte(body)
		out.header.Del("Content-Length")
		if !ans.partial {
			out.size = int64(len(body))
		}
	}
	return &out
}

// coded reports whether a body is packed in a way that the egress does not unpack.
func coded(header http.Header) bool {
	coding := strings.ToLower(strings.TrimSpace(strings.Join(header.Values("Content-Encoding"), ",")))
	return cmp.Or(coding, contract.AcceptIdentity) != contract.AcceptIdentity
}

// hide hides the credentials in the words of an outcome.
func (a attempt) hide(o *outcome) {
	o.reason, o.final, o.unread = a.hidden(o.reason), a.hidden(o.final), a.hidden(o.unread)
}
