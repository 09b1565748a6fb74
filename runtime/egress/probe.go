package egress

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// Limits of a probe: a user waits for it, and an address is short.
const (
	probeLimit = 10 * time.Second
	echoLimit  = 4 << 10 // bytes
)

// prober finds out the address that an egress is seen from, by one GET of a
// service that answers with it.
//
// A service that an invocation names is called at public addresses alone, whatever
// Config.AllowPrivate says about the upstream, and a result has nothing of its answer
// but an address: no probe reads what is inside a network.
type prober struct {
	own       *url.URL          // Config.AddressEcho
	transport http.RoundTripper // to own, as Config.AllowPrivate has it
	public    http.RoundTripper // to a service that an invocation names
	limit     time.Duration
}

func newProber(cfg Config, env Environment) (prober, error) {
	own, err := parseEcho(cfg.AddressEcho)
	if err != nil {
		return prober{}, err
	}
	p := prober{own: own, transport: newProbeTransport(cfg, env), limit: min(cfg.Timeout, probeLimit)}
	cfg.AllowPrivate = false
	p.public = newProbeTransport(cfg, env)
	return p, nil
}

// newProbeTransport keeps no connection: an old one could show an old address.
func newProbeTransport(cfg Config, env Environment) *http.Transport {
	t := newTransport(cfg, env)
	t.DisableKeepAlives = true
	return t
}

// parseEcho reads Config.AddressEcho, which may be http where sfngen itself runs
// the service.
func parseEcho(text string) (*url.URL, error) {
	u, err := url.Parse(cmp.Or(text, contract.AddressEcho))
	switch {
	case err != nil:
		return nil, fmt.Errorf("egress: Config.AddressEcho: %w", err)
	case u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "", u.User != nil:
		return nil, fmt.Errorf("egress: Config.AddressEcho must be an absolute http or https URL without user info, got %s", u.Redacted())
	}
	return u, nil
}

// Handle is the handler of the Lambda. It makes an attempt, or a probe, which always
// has a contract.ProbeResult and no error; a ping's is empty, and in no log.
func (e *Egress) Handle(ctx context.Context, in contract.Payload) (any, error) {
	if in.Probe == nil || in.Attempt != 0 {
		return e.makeAttempt(ctx, in.Invocation)
	}
	if in.Probe.Ping {
		return contract.ProbeResult{Probe: contract.Probed{Egress: e.number}}, nil
	}
	return contract.ProbeResult{Probe: e.probe(ctx, *in.Probe)}, nil
}

func (e *Egress) probe(ctx context.Context, in contract.Probe) contract.Probed {
	began := e.now()
	out := contract.Probed{Egress: e.number}
	service, transport, missed := e.prober.service(in)
	if missed == nil {
		out.Service = withoutQuery(service)
		out.Address, missed = e.readFrom(ctx, service, transport)
	}
	if missed != nil {
		out.Fault, out.Reason = missed.fault, cutText(missed.reason, reasonLimit)
	}
	out.DurationMs = e.now().Sub(began).Milliseconds()
	e.logProbe(ctx, out)
	return out
}

// service is the service of a probe, and the transport to it.
func (p prober) service(in contract.Probe) (*url.URL, http.RoundTripper, *miss) {
	if in.URL == "" {
		return p.own, p.transport, nil
	}
	u, err := url.Parse(in.URL)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return nil, nil, &miss{fault: contract.FaultInvalidRequest,
			reason: "probe.url: must be an absolute https URL without user info, such as " + contract.AddressEcho}
	}
	return u, p.public, nil
}

// withoutQuery is a service's URL without the part that may hold a key.
func withoutQuery(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}).String()
}

// readFrom makes the one GET. A redirect is an answer like any other.
func (e *Egress) readFrom(ctx context.Context, service *url.URL, transport http.RoundTripper) (netip.Addr, *miss) {
	limit := e.probeTime(ctx)
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, service.String(), nil)
	if err != nil {
		return netip.Addr{}, &miss{fault: contract.FaultInvalidRequest, reason: "probe.url: cannot be called"}
	}
	req.Header.Set("Accept", "text/plain, application/json")
	req.Header.Set("User-Agent", userAgent)
	t := &trace{limit: limit.Round(time.Millisecond), address: service.Host, resends: true, stop: cancel}
	resp, err := transport.RoundTrip(req.WithContext(t.attach(ctx)))
	if err != nil {
		return netip.Addr{}, t.probeMiss(err)
	}
	defer resp.Body.Close()
	return t.readEcho(resp)
}

// probeTime is the time limit of a probe, less what its report needs.
func (e *Egress) probeTime(ctx context.Context) time.Duration {
	limit := e.prober.limit
	if deadline, ok := ctx.Deadline(); ok {
		limit = min(limit, deadline.Sub(e.now())-reportTime)
	}
	return max(0, limit)
}

// probeMiss leaves out the advice about the upstream, which was not called.
func (t *trace) probeMiss(err error) *miss {
	var blocked *blockedError
	var family *familyError
	switch {
	case errors.As(err, &family):
		return family.miss(": only a service with IPv6 shows its address")
	case errors.As(err, &blocked):
		return &miss{fault: contract.FaultBlockedAddress, reason: fmt.Sprintf(
			"%s leads to %s, which is %s: only a service at a public address shows the public address of an egress",
			t.address, blocked.address, blocked.kind)}
	}
	return t.miss(err)
}

func (t *trace) readEcho(resp *http.Response) (netip.Addr, *miss) {
	switch {
	case resp.StatusCode >= 300 && resp.StatusCode <= 399:
		return noAddress("the service redirects (status %d), which an egress does not follow", resp.StatusCode)
	case resp.StatusCode != http.StatusOK:
		return noAddress("the service answers with status %d", resp.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, echoLimit+1))
	if err != nil {
		return netip.Addr{}, t.miss(err)
	}
	if len(body) > echoLimit {
		return noAddress("the service answers with more than %d bytes, which is no address", echoLimit)
	}
	if address, ok := readAddress(body); ok {
		return address, nil
	}
	return noAddress("the service answers with neither an address nor JSON that has one under %s", strings.Join(echoMembers, ", "))
}

func noAddress(format string, args ...any) (netip.Addr, *miss) {
	return netip.Addr{}, &miss{fault: contract.FaultNoAddress, reason: fmt.Sprintf(format, args...)}
}

// logProbe: a failed probe is no failed request, so no ERROR.
func (e *Egress) logProbe(ctx context.Context, p contract.Probed) {
	level := slog.LevelInfo
	attributes := []slog.Attr{slog.Int("egress", e.number), slog.String("service", p.Service), slog.Int64("durationMs", p.DurationMs)}
	if p.Fault == "" {
		attributes = append(attributes, slog.String("address", p.Address.String()))
	} else {
		level = slog.LevelWarn
		attributes = append(attributes, slog.String("fault", string(p.Fault)), slog.String("reason", p.Reason))
	}
	e.log.LogAttrs(ctx, level, "probe", attributes...)
}
