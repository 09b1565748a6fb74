// Package egress is the Lambda that calls the upstream: one HTTP call for each
// invocation, as a transparent proxy, and one report of how it went.
//
// An invocation is one attempt of an execution. Its result is a
// contract.Success; its failure is an error under one of contract's names, whose
// message is a contract.Failure. The names lead the state machine on, the
// message carries what the next attempt and the caller need:
//
//	read the invocation   attempt.go   which attempts came before, by whom
//	refuse to start       refuse.go    no time left, still blocked, unsafe after a crash
//	call                  call.go      URL, headers, body; the answer or a fault; once (once.go)
//	judge                 judge.go     success, rate-limited, transient or rejected
//	decide                next.go      does another attempt follow, after which wait
//	report                report.go    what fits into AWS's limits, one log line
//
// Beside attempts, an egress answers probes, which ask for its address (probe.go).
//
// A generated main is a Config and Start.
package egress

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// Config is what a spec says about the upstream; it is the same for every
// egress of a stack.
type Config struct {
	// Upstream is an absolute http or https URL without user info, query or
	// fragment. A request's path is appended to its path.
	Upstream string
	// Methods are all that may be sent, in upper case: the spec's
	// upstream.methods and those of its triggers; at least one. An invocation
	// with another one is refused. The orchestrator refuses it before, but not
	// every execution is started by it, and the definition repeats a call whose
	// end is not known only because no method here makes that unsafe.
	Methods []string
	// Headers go out with every call and override the caller's. The fields that
	// frame a message or name its host cannot be set (see New).
	Headers map[string]string
	// ForwardHeaders are the caller's header fields that pass.
	ForwardHeaders []string
	// AllowPrivate lets the egress dial addresses that are not public.
	AllowPrivate bool
	// AddressEcho is an absolute http or https URL of a service that answers with
	// the caller's address, for probes; empty: contract.AddressEcho.
	AddressEcho string
	// Timeout is the time limit of one call, from the lookup of the name to the
	// last byte of the body; more than 0. A call also ends with its execution.
	Timeout time.Duration
}

// Environment is what an Egress takes from the world around it.
type Environment struct {
	// Egress is the number of this Lambda in the pool, 1..50.
	Egress int
	// Dialer makes the connections; nil stands for the zero Dialer. A LocalAddr
	// or Resolver of its own is kept, and so is a Control; addresses are checked
	// in any case (Config.AllowPrivate).
	Dialer *net.Dialer
	// TLS is the client's TLS configuration; nil for Go's own.
	TLS *tls.Config
	// Now is the clock.
	Now func() time.Time
	// Random draws uniformly from [0, 1).
	Random func() float64
	// Logger receives one record for each attempt and each probe.
	Logger *slog.Logger
}

// Egress calls one upstream. It is safe for concurrent use.
type Egress struct {
	number    int
	upstream  *url.URL
	methods   []string
	headers   http.Header
	forward   map[string]bool // lower case
	timeout   time.Duration
	transport http.RoundTripper
	prober    prober
	now       func() time.Time
	random    func() float64
	log       *slog.Logger
}

// New returns an Egress, or an error that names the field of cfg or env that
// cannot be right. It opens no connection.
func New(cfg Config, env Environment) (*Egress, error) {
	upstream, err := parseUpstream(cfg.Upstream)
	if err != nil {
		return nil, err
	}
	methods, err := sendableMethods(cfg.Methods)
	if err != nil {
		return nil, err
	}
	headers, err := fixedHeaders(cfg.Headers)
	if err != nil {
		return nil, err
	}
	if cfg.Timeout <= 0 {
		return nil, fmt.Errorf("egress: Config.Timeout must be more than 0, got %s", cfg.Timeout)
	}
	if err := env.check(); err != nil {
		return nil, err
	}
	probes, err := newProber(cfg, env)
	if err != nil {
		return nil, err
	}
	return &Egress{
		number:    env.Egress,
		upstream:  upstream,
		methods:   methods,
		headers:   headers,
		forward:   lowerSet(cfg.ForwardHeaders),
		timeout:   cfg.Timeout,
		transport: newTransport(cfg, env),
		prober:    probes,
		now:       env.Now,
		random:    env.Random,
		log:       env.Logger,
	}, nil
}

func (env Environment) check() error {
	switch {
	case env.Egress < 1 || env.Egress > 50:
		return fmt.Errorf("egress: the number of an egress is 1 to 50, got %d", env.Egress)
	case env.Now == nil, env.Random == nil, env.Logger == nil:
		return fmt.Errorf("egress: Environment needs Now, Random and Logger")
	}
	return nil
}

// Handle makes one attempt.
//
// The error, if any, is a messages.InvokeResponse_Error by value. Lambda takes
// the name that Step Functions' catchers see from that type only, and only when
// nothing wraps it (aws-lambda-go, lambda/errors.go).
func (e *Egress) Handle(ctx context.Context, in contract.Invocation) (contract.Success, error) {
	began := e.now()
	a, o := e.run(ctx, in)
	o.record.DurationMs = e.now().Sub(began).Milliseconds()
	success, err := report(a, &o)
	e.logAttempt(ctx, a, o)
	return success, err
}

// run takes an invocation to its outcome.
func (e *Egress) run(ctx context.Context, in contract.Invocation) (attempt, outcome) {
	a, err := readAttempt(in, e.number)
	if err != nil {
		return a, a.never(contract.FaultInvalidRequest, err.Error())
	}
	o, refused := e.refuse(a)
	if !refused {
		o = a.judge(e.call(ctx, a))
	}
	e.decide(a, &o)
	return a, o
}
