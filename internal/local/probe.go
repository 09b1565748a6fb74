package local

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/local/guard"
	"github.com/sfngen/sfngen/internal/probe"
	"github.com/sfngen/sfngen/spec"
)

// Echo is a service on loopback that answers each request with its source address,
// in plain text.
type Echo struct {
	server *guard.Server
	key    guard.Key
}

// ServeEcho starts one. It runs until Close.
func ServeEcho() (*Echo, error) {
	key := guard.NewKey()
	s, err := guard.Open("127.0.0.1:0", guard.Door{
		Name: "the echo service of this run", Handler: http.HandlerFunc(echo), Key: key, Carrier: guard.InQuery(keyParameter),
	})
	if err != nil {
		return nil, fmt.Errorf("the echo service: %w", err)
	}
	return &Echo{s, key}, nil
}

// keyParameter has the key in the query, which a probe never shows.
const keyParameter = "key"

func echo(out http.ResponseWriter, in *http.Request) {
	host, _, err := net.SplitHostPort(in.RemoteAddr)
	if err != nil {
		http.Error(out, "no address", http.StatusInternalServerError)
		return
	}
	out.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(out, host+"\n") // a client that went away
}

// url is the service's, of plain http.
func (e *Echo) url() string { return "http://" + e.server.Address() }

// Configure makes a spec's egresses call this service, and sets it as their
// upstream too: the upstream decides from which addresses they call. A probe shows no
// credentials, so none have to be here.
func (e *Echo) Configure(s *spec.Spec) error {
	s.Upstream.Credentials = spec.Credentials{}
	s.Egress.AddressEcho = e.url() + "/?" + keyParameter + "=" + e.key.Secret()
	return s.OverrideUpstream(e.url())
}

// Close ends the service. The egresses must not call it any more.
func (e *Echo) Close() {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_ = e.server.Close(ctx) // what was open is closed
}

// Probe invokes the egresses of a stack. Echo.Configure was called for its spec.
// The note says why they share an address if this machine is the cause; else it is
// empty.
func Probe(ctx context.Context, s *stack.Stack, o Options, rounds int) (report probe.Report, note string, err error) {
	w, err := Start(ctx, s, o)
	if err != nil {
		return probe.Report{}, "", err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), probeGrace)
		defer cancel()
		_ = w.Close(ctx) // what did not end in time was stopped
	}()
	report, err = probe.Run(ctx, probe.Options{Egresses: w.pool(), Invoke: w.invoke, Rounds: rounds, Local: true})
	return report, w.Sources().Note, err
}

// probeGrace is how long invocations may take to end after an interrupt.
const probeGrace = 100 * time.Millisecond

// pool is the names of the egresses, in their order.
func (w *Workflow) pool() []string {
	p := w.now().stack.Plan
	var names []string
	for k := 1; k <= p.Egresses; k++ {
		names = append(names, egressName(p, k))
	}
	return names
}

// invoke calls a function of the stack without the workflow. A function error is a
// *probe.FunctionError.
func (w *Workflow) invoke(ctx context.Context, function string, payload []byte) ([]byte, error) {
	result, err := w.Lambda().Invoke(ctx, function, payload)
	switch {
	case err != nil:
		return nil, err
	case result.FunctionError != "":
		return nil, probe.ReadFunctionError(result.Payload)
	}
	return result.Payload, nil
}
