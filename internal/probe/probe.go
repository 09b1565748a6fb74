// Package probe asks every egress of a pool for the address that it is seen
// from, and says how many distinct ones the pool really has: AWS promises none to
// functions outside a VPC.
//
//	report, err := probe.Run(ctx, probe.Options{
//		Egresses: stack.Summary.Egresses, Invoke: probe.ThroughLambda(client), Rounds: 1,
//	})
//	fmt.Print(report.Text(80, screen.Painter(os.Stdout)))
package probe

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"

	"github.com/sfngen/sfngen/runtime/contract"
	"golang.org/x/sync/errgroup"
)

// Options are whom to ask, and how.
type Options struct {
	// Egresses are the pool's functions, by name or ARN, in its order; at least one.
	Egresses []string
	// Invoke calls a function and waits for its answer. An answer with which the
	// function has failed is a *FunctionError.
	Invoke Invoke
	// Service is the echo service to ask (see CheckService); empty: what each
	// egress has in its own configuration.
	Service string
	// Rounds is how often each egress is asked, 1..MaxRounds, one round after the
	// other. The Lambda stays warm in between, so an address seldom changes by it.
	Rounds int
	// Explain says what to do about an error of Invoke; nil: its own words do.
	Explain func(error) error
	// Promise is what the stack's network promises.
	Promise Promise
	// Local: the egresses run on this machine, where AWS promises nothing.
	Local bool
}

// Invoke calls a function with a JSON payload. Its errors need not name the
// function.
type Invoke func(ctx context.Context, function string, payload []byte) ([]byte, error)

const (
	// MaxRounds bounds what one command costs.
	MaxRounds = 100
	// mostCalls is how many egresses are invoked at the same time: a new account may
	// run 10 functions at once (Lambda quotas).
	mostCalls = 10
)

// Run asks. What a single egress fails with is in the report and hides no other
// one. Run itself fails, with an error of Invoke, when no egress could be invoked
// at all, and with ctx's when that ends; the report then has the rounds before.
func Run(ctx context.Context, o Options) (Report, error) {
	if err := o.check(); err != nil {
		return Report{}, err
	}
	payload, err := json.Marshal(contract.ProbePayload{Probe: contract.Probe{URL: o.Service}})
	if err != nil {
		return Report{}, err
	}
	t := newTally(o)
	for range o.Rounds {
		replies := askAll(ctx, o, payload)
		if ctx.Err() != nil {
			return t.report(), context.Cause(ctx)
		}
		if err := o.unreached(replies); err != nil && t.rounds == 0 {
			return t.report(), err
		}
		t.add(replies)
	}
	return t.report(), nil
}

func (o Options) check() error {
	switch {
	case len(o.Egresses) == 0:
		return errors.New("there is no egress to invoke")
	case o.Invoke == nil:
		return errors.New("Options.Invoke is missing")
	case o.Rounds < 1 || o.Rounds > MaxRounds:
		return fmt.Errorf("rounds must be between 1 and %d, got %d", MaxRounds, o.Rounds)
	}
	return CheckService(o.Service)
}

// CheckService says what is wrong with the URL of an echo service, as an egress
// would: it calls https only. Empty means that there is none, which is valid.
func CheckService(text string) error {
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return fmt.Errorf("must be an absolute https URL without user info, such as %s", contract.AddressEcho)
	}
	return nil
}

// askAll makes one round: a reply of each egress, in the pool's order.
func askAll(ctx context.Context, o Options, payload []byte) []reply {
	replies := make([]reply, len(o.Egresses))
	var calls errgroup.Group
	calls.SetLimit(mostCalls)
	for i, function := range o.Egresses {
		calls.Go(func() error {
			replies[i] = o.ask(ctx, function, payload)
			return nil // a reply has its own error
		})
	}
	_ = calls.Wait()
	return replies
}

// unreached is the first error when no Lambda at all was reached: wrong credentials
// and a missing stack are not the fault of an egress.
func (o Options) unreached(replies []reply) error {
	for _, r := range replies {
		if r.refused == nil {
			return nil
		}
	}
	return fmt.Errorf("no egress could be invoked: %s: %w", o.Egresses[0], replies[0].refused)
}
