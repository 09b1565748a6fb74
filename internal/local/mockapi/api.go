package mockapi

import (
	"net/http"
	"sync"
	"time"
)

// API is one API: its counts, the positions in its scripts, and the requests that
// it received. It is safe for concurrent use.
type API struct {
	cfg       Config
	env       Environment
	scripts   []PathScript // longest prefix first
	authority authority    // with TLS only

	mu      sync.Mutex
	journal journal
	clients []*recent[client]    // of each limit
	named   []int                // how many clients of each limit have a name
	tokens  map[string]time.Time // of the token endpoint, until when
	turns   *recent[int]         // how often each script was used, by the key that it counts

	telling sync.Mutex // one call of Answered at a time
}

// New checks a Config and creates the API. The error lists every wrong field with
// its value and what is allowed.
func New(cfg Config, env Environment) (*API, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	if err := env.validate(); err != nil {
		return nil, err
	}
	api := &API{cfg: cfg, env: env, scripts: scriptsOf(cfg)}
	if cfg.TLS != NoTLS {
		var err error
		if api.authority, err = newAuthority(env.Now()); err != nil {
			return nil, err
		}
	}
	api.Reset()
	return api, nil
}

// Handler answers as the API does, for the caller's own listener. Config.TLS and
// Config.HTTP2 then have no effect, and a hang ends when its client disconnects.
func (a *API) Handler() http.Handler { return http.HandlerFunc(a.serve) }

// Requests returns the requests that the API received, in order: the last
// Config.Keep ones, or fewer if their headers and bodies exceed 64 MiB. A request
// is listed with its outcome before its answer is sent.
func (a *API) Requests() []Request {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.journal.all()
}

// Reset forgets all requests, counts, bans and positions in scripts.
func (a *API) Reset() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.journal = journal{keep: a.cfg.Keep}
	a.clients, a.tokens = nil, map[string]time.Time{}
	a.named = make([]int, len(a.cfg.Limits))
	for range a.cfg.Limits {
		a.clients = append(a.clients, newRecent[client]())
	}
	a.turns = newRecent[int]()
}

// Authority returns the CA certificate, in PEM, that signed the API's certificate;
// nil without TLS. Every API has a new one.
func (a *API) Authority() []byte { return a.authority.pem }

// Scheme is http, or https with TLS, even with TLSNotSpoken.
func (a *API) Scheme() string {
	if a.cfg.TLS == NoTLS {
		return "http"
	}
	return "https"
}

// serve handles one request: it records it and decides its answer on arrival, and
// answers when the body is read and the latency is over.
func (a *API) serve(w http.ResponseWriter, r *http.Request) {
	noted, reply := a.arrive(r)
	if err := a.readBody(noted, w, r); err != nil {
		reply = brokenBody(err)
	} else if reply.isToken {
		reply = a.token(noted).complete(noted)
	}
	if reply.fault != FaultDrip && a.wait(r, reply.latency) != nil {
		a.settle(noted, 0, "", "the client has gone")
		panic(http.ErrAbortHandler)
	}
	a.answer(w, r, noted, reply)
}

// arrive records a request and decides its answer in one step, so the decisions
// have the order of the requests.
func (a *API) arrive(r *http.Request) (*Request, reply) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.journal.seen++
	noted := newRequest(r, a.journal.seen, a.env.Now())
	a.journal.add(noted)
	return noted, a.decide(noted, r.URL)
}

// settle records the outcome of a request and reports it.
func (a *API) settle(noted *Request, status int, fault Fault, why string) {
	a.mu.Lock()
	noted.Status, noted.Fault, noted.Why = status, fault, why
	settled := *noted
	a.mu.Unlock()
	if a.env.Answered != nil {
		a.telling.Lock()
		defer a.telling.Unlock()
		a.env.Answered(settled)
	}
}
