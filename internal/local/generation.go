package local

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"sync"

	"github.com/sfngen/sfngen/internal/drain"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/local/guard"
	"github.com/sfngen/sfngen/internal/local/lambda"
	"github.com/sfngen/sfngen/internal/local/loopback"
	"github.com/sfngen/sfngen/internal/local/stepfunctions"
	"github.com/sfngen/sfngen/internal/scratch"
)

// generation is one loaded version of a stack: its Lambdas, its state machine, and
// its function URL. It knows no other one, so a request and its execution use one
// spec from start to end.
type generation struct {
	stack    *stack.Stack
	sources  loopback.Sources
	lambda   *lambda.Service
	version  *stepfunctions.Version
	api      *guard.Server // Step Functions, for this generation's orchestrator
	secrets  *secretsAPI   // nil where the spec names no credentials
	key      guard.Key     // of the egresses, where they have none for secrets
	entry    http.Handler
	origins  []string       // pages of other sites that may call it
	scratch  string         // the folder of compiled Lambdas; "" for none
	requests sync.WaitGroup // added to under Workflow.mu, while it is the current one
}

// newGeneration creates all of it, or cleans up.
func (w *Workflow) newGeneration(ctx context.Context, s *stack.Stack) (*generation, error) {
	o := w.options
	g := &generation{
		stack:   s,
		key:     guard.NewKey(),
		sources: loopback.For(ctx, s.Plan.Upstream, s.Plan.Egresses),
		lambda:  lambda.New(lambda.Options{Clock: o.Clock, Region: region(s.Plan), AccountID: account, Log: o.Log}),
	}
	if err := w.furnish(ctx, g); err != nil {
		return nil, errors.Join(err, g.end(ctx))
	}
	return g, nil
}

func (w *Workflow) furnish(ctx context.Context, g *generation) (err error) {
	machine, err := machineOf(g.stack)
	if err != nil {
		return err
	}
	machine.Invoker = invoker{g.lambda}
	if g.secrets, err = w.openSecrets(g.stack.Plan); err != nil {
		return err
	}
	if err = w.openTable(g.stack.Plan); err != nil {
		return err
	}
	if w.options.Binaries {
		if g.scratch, err = scratch.New("sfngen-lambdas-"); err != nil {
			return err
		}
	}
	if g.api, err = guard.Open("127.0.0.1:0", w.statesDoor(g)); err != nil {
		return err
	}
	functions, err := w.functions(ctx, g)
	if err != nil {
		return err
	}
	for _, f := range functions {
		if err := g.lambda.Put(f); err != nil {
			return err
		}
	}
	g.version = w.states.Put(machine)
	g.entry = w.functionURL(g)
	return nil
}

// egressToken is of the egresses' role, by which it reads secrets and the table.
func (g *generation) egressToken() string { return cmp.Or(g.secrets.sessionToken(), g.key.Secret()) }

// end waits for the generation's requests and executions, and cleans up. When ctx
// ends, it stops what still runs.
func (g *generation) end(ctx context.Context) error {
	errs := []error{drain.Wait(ctx, &g.requests)}
	if g.version != nil {
		errs = append(errs, g.version.Wait(ctx))
	}
	errs = append(errs, g.lambda.Close(ctx))
	if g.api != nil {
		errs = append(errs, g.api.Close(ctx))
	}
	errs = append(errs, g.secrets.close(ctx))
	if g.scratch != "" {
		errs = append(errs, scratch.Remove(g.scratch))
	}
	return errors.Join(errs...)
}
