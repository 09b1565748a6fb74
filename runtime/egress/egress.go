// Package egress is the Lambda that calls the upstream: one HTTP call for each
// invocation, as a transparent proxy, and one report of how it went. Only where the API
// does not know a credential, and there is a newer one, does it call twice.
//
// An invocation is one attempt of an execution. Its result is a
// contract.Success; its failure is an error under one of contract's names, whose
// message is a contract.Failure. The name chooses the next state, the message carries
// what the next attempt and the caller need:
//
//	read the invocation   attempt.go    which attempts came before, by which egress
//	refuse to start       refusal.go    no time left, still blocked, unsafe after a crash
//	                      memory.go     what other executions were told, by this process
//	take the turn         turn.go       in an execution that knows of others: go, or hand over
//	                      choose.go     by the table, or by what the process knows
//	call                  call.go       URL, headers, body; the answer or a fault; once (single_call.go)
//	                      credentialed.go  what shows the API who calls; a second call with a new one
//	                      handshake.go  a TLS handshake that fails after it seemed done
//	judge                 judgement.go  success, rate-limited, transient or rejected
//	decide                decision.go   does another attempt follow, after which wait
//	                      next.go       who makes it, in an execution that knows of others
//	report                report.go     what fits into AWS's limits, one log line
//
// An egress also answers probes, which find out its address (probe.go). What it would make
// of an answer it says without a call (foresee.go).
//
// A generated main is a Config, Handler and lambda.Start.
package egress

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/coordination"
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
	// Query goes out with every call, after the request's own: names and values as
	// plain text. Of the request's, the parameters of these names do not pass.
	Query map[string]string
	// ForwardHeaders are the caller's header fields that pass.
	ForwardHeaders []string
	// RenameHeaders are header fields of the caller that pass under another name, and
	// only so: the caller's name to the upstream's. Such a field wins over one that has
	// the upstream's name already.
	RenameHeaders map[string]string
	// AcceptEncoding is contract.AcceptAuto, which "" means too, or AcceptIdentity.
	AcceptEncoding string
	// AllowPrivate lets the egress dial addresses that are not public.
	AllowPrivate bool
	// OnlyIPv6 is for an egress in a network without a way to IPv4: it asks for AAAA
	// records alone, and an IPv4 address is an error in words. AWS itself is called by
	// what its names have.
	OnlyIPv6 bool
	// Credentials are what the upstream wants to see of this egress; nil for none.
	Credentials CredentialSource
	// CABundle is PEM with the certificates of the authorities whose signature the
	// upstream's certificate must have, in place of the system's; "": the system's. It
	// is for the upstream alone: a probe goes by the system's.
	CABundle string
	// Coordination opens what the executions of the stack know of each other; nil: an
	// egress knows what its own process was told. Package coordination/dynamodb has one.
	Coordination coordination.Opener
	// AddressEcho is an absolute http or https URL of a service that answers with
	// the caller's address, for probes; empty: contract.AddressEcho.
	AddressEcho string
	// Timeout is the time limit of one call, from the lookup of the name to the
	// last byte of the body; more than 0. A call also ends with its execution.
	Timeout time.Duration
}

// Environment is all that an egress reaches outside itself. Egress must be set;
// each other field has a default.
type Environment struct {
	// Egress is the number of this Lambda in the pool, 1 to contract.MaxEgresses.
	Egress int
	// Dialer makes the connections; nil: the zero Dialer. Its LocalAddr, Resolver
	// and Control are kept; addresses are checked in any case (Config.AllowPrivate).
	Dialer *net.Dialer
	TLS    *tls.Config         // the client's TLS configuration; nil: Go's own
	Now    func() time.Time    // nil: time.Now
	Random func() float64      // uniform in [0, 1), for jitter; nil: math/rand/v2
	Getenv func(string) string // variables, for Config.Credentials and Coordination; nil: there are none
	// Sleep returns after the time, or earlier with ctx's error, as contract.Clock's; nil:
	// the machine's.
	Sleep func(context.Context, time.Duration) error
	Log   *slog.Logger // one record per attempt and probe; nil: JSON lines on stdout
}

// Egress calls one upstream. It is safe for concurrent use.
type Egress struct {
	number    int
	upstream  *url.URL
	methods   []string
	headers   http.Header
	query     fixedQuery
	forward   map[string]bool   // lower case
	rename    map[string]string // lower case
	coding    string            // what Accept-Encoding says
	timeout   time.Duration
	transport http.RoundTripper
	anonymous bool // no client certificate
	// credentials are what goes out with every call; nil for none.
	credentials caller
	prober      prober
	memory      *memory
	pool        *pool // nil: there is no table
	sleep       func(context.Context, time.Duration) error
	now         func() time.Time
	random      func() float64
	log         *slog.Logger
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
	rename, err := renames(cfg.RenameHeaders, headers)
	if err != nil {
		return nil, err
	}
	roots, err := rootsOf(cfg.CABundle)
	if err != nil {
		return nil, err
	}
	coding, err := codingOf(cfg.AcceptEncoding)
	if err != nil {
		return nil, err
	}
	if cfg.Timeout <= 0 {
		return nil, fmt.Errorf("egress: Config.Timeout must be more than 0, got %s", cfg.Timeout)
	}
	if env.Egress < 1 || env.Egress > contract.MaxEgresses {
		return nil, fmt.Errorf("egress: Environment.Egress must be 1 to %d, got %d", contract.MaxEgresses, env.Egress)
	}
	env = env.withDefaults()
	probes, err := newProber(cfg, env)
	if err != nil {
		return nil, err
	}
	e := &Egress{
		number:   env.Egress,
		upstream: upstream,
		methods:  methods,
		headers:  headers,
		query:    newFixedQuery(cfg.Query),
		forward:  lowerSet(cfg.ForwardHeaders),
		rename:   rename,
		coding:   coding,
		timeout:  cfg.Timeout,
		prober:   probes,
		memory:   newMemory(),
		sleep:    env.Sleep,
		now:      env.Now,
		random:   env.Random,
		log:      env.Log,
	}
	if e.pool, err = openPool(cfg, env); err != nil {
		return nil, err
	}
	env = env.trusting(roots)
	e.connect(cfg, env)
	if cfg.Credentials == nil {
		return e, nil
	}
	if err := cfg.Credentials.Use(&Setup{e, cfg, env}); err != nil {
		return nil, err
	}
	return e, nil
}

func (env Environment) withDefaults() Environment {
	env.Dialer = cmp.Or(env.Dialer, &net.Dialer{})
	env.TLS = cmp.Or(env.TLS, &tls.Config{})
	if env.Now == nil {
		env.Now = time.Now
	}
	if env.Sleep == nil {
		env.Sleep = contract.SystemClock{}.Sleep
	}
	if env.Random == nil {
		env.Random = rand.Float64
	}
	if env.Getenv == nil {
		env.Getenv = func(string) string { return "" }
	}
	if env.Log == nil {
		env.Log = contract.NewLogger(os.Stdout)
	}
	return env
}

// trusting goes by these authorities alone, unless they are nil.
func (env Environment) trusting(roots *x509.CertPool) Environment {
	if roots != nil {
		env.TLS = env.TLS.Clone()
		env.TLS.RootCAs = roots
	}
	return env
}

// makeAttempt makes one attempt.
//
// The error, if any, is a messages.InvokeResponse_Error by value. Lambda takes
// the name that Step Functions' catchers see from that type only, and only when
// nothing wraps it (aws-lambda-go, lambda/errors.go).
func (e *Egress) makeAttempt(ctx context.Context, in contract.Invocation) (contract.Success, error) {
	began := e.now()
	a, o := e.run(ctx, in)
	o.record.DurationMs = max(e.now().Sub(began)-a.slept, 0).Milliseconds()
	success, err := report(a, &o, e.now())
	e.logAttempt(ctx, a, o)
	return success, err
}

// run takes an invocation to its outcome.
func (e *Egress) run(ctx context.Context, in contract.Invocation) (attempt, outcome) {
	a, err := readAttempt(in, e.number)
	a.by = e.credentials
	if refusal := in.Policy.VersionRefusal(); refusal != "" { // before err: a newer contract may have other rules
		return a, a.never(contract.FaultNewerContract, refusal)
	}
	if err != nil {
		return a, a.never(contract.FaultInvalidRequest, err.Error())
	}
	o, refused := e.refuse(a)
	if !refused && a.isCoordinated() {
		o, refused = e.takeTurn(ctx, &a)
	}
	if !refused {
		o = e.makeCall(ctx, a)
		e.noteSignature(a, &o)
	}
	e.decide(ctx, a, &o)
	if a.by != nil {
		a.by.hide(&o)
	}
	return a, o
}
