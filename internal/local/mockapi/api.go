package mockapi

import (
	"net/http"
	"sync"
)

// API is one API: its counts, its scripts' positions, and what it has seen. It
// is safe for concurrent use.
type API struct {
	cfg       Config
	env       Environment
	scripts   []PathScript // longest prefix first
	authority authority    // with TLS only

	mu      sync.Mutex
	journal journal
	clients *recent[client]
	turns   *recent[int] // how often each script was asked, by whom it counts

	telling sync.Mutex // one call of Answered at a time
}

// New checks a Config and makes the API. The error lists every field that is
// wrong, with its value and what is allowed.
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

// Handler answers as the API does, for a listener of the caller's own. There,
// Config.TLS and Config.HTTP2 have no effect, and a hang ends when its client goes.
func (a *API) Handler() http.Handler { return http.HandlerFunc(a.serve) }

// Requests gives what the API has seen, in the order in which it came: the last
// Config.Keep requests, and fewer where their headers and bodies are over 64 MiB.
// A request is there, with its outcome, before its answer is sent.
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
	a.clients = newRecent[client]()
	a.turns = newRecent[int]()
}

// Authority is the certificate, in PEM, of the authority that vouches for the
// API's own; nil without TLS. It is made anew with every API.
func (a *API) Authority() []byte { return a.authority.pem }

// Scheme is http, or https with TLS, also where no TLS is spoken in truth.
func (a *API) Scheme() string {
	if a.cfg.TLS == NoTLS {
		return "http"
	}
	return "https"
}

// serve is one request: noted and judged as it comes, answered when its body is
// read and its latency is over.
func (a *API) serve(w http.ResponseWriter, r *http.Request) {
	noted, reply := a.arrive(r)
	if err := a.readBody(noted, w, r); err != nil {
		reply = brokenBody(err)
	}
	if reply.fault != FaultDrip && a.wait(r, reply.latency) != nil {
		a.settle(noted, 0, "", "the client has gone")
		panic(http.ErrAbortHandler)
	}
	a.answer(w, r, noted, reply)
}

// arrive notes a request and decides its answer, both at once, so that the order
// of the answers is the order of the requests.
func (a *API) arrive(r *http.Request) (*Request, reply) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.journal.seen++
	noted := newRequest(r, a.journal.seen, a.env.Now())
	a.journal.add(noted)
	return noted, a.decide(noted, r.URL)
}

// settle notes what became of a request and tells it.
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
