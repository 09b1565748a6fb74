package local

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/netip"
	"strconv"

	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/gen/asl"
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/local/engine"
	"github.com/sfngen/sfngen/internal/local/lambda"
	"github.com/sfngen/sfngen/internal/local/stepfunctions"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/coordination"
	"github.com/sfngen/sfngen/runtime/egress"
	"github.com/sfngen/sfngen/runtime/orchestrator"
	"github.com/sfngen/sfngen/spec"
)

// account is an ID that AWS never assigns, so a local ARN is recognisable.
const account = "000000000000"

// region is one that the stack's partition has.
func region(p *plan.Plan) string {
	switch p.Partition {
	case "aws-cn":
		return "cn-north-1"
	case spec.PartitionGovCloud:
		return "us-gov-west-1"
	}
	return "us-east-1"
}

func arn(p *plan.Plan, service, resource string) string {
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s", p.Partition, service, region(p), account, resource)
}

func machineARN(p *plan.Plan) string { return arn(p, "states", "stateMachine:"+p.Name) }

// The functions have the names of the template.
func egressName(p *plan.Plan, k int) string { return contract.EgressName(p.Name, k) }
func orchestratorName(p *plan.Plan) string  { return contract.OrchestratorName(p.Name) }

// machineOf is the generated definition with its placeholders replaced, as
// CloudFormation does.
func machineOf(s *stack.Stack) (stepfunctions.StateMachine, error) {
	p := s.Plan
	substitutions := map[string]string{asl.InvokePlaceholder: asl.InvokeARN(p.Partition)}
	for k := 1; k <= p.Egresses; k++ {
		substitutions[asl.EgressPlaceholder(k)] = arn(p, "lambda", "function:"+egressName(p, k))
	}
	definition, err := engine.Load(s.File(stack.MachineFile), substitutions)
	if err != nil {
		return stepfunctions.StateMachine{}, fmt.Errorf("%s: %w", stack.MachineFile, err)
	}
	kind := stepfunctions.Standard
	if p.Express() {
		kind = stepfunctions.Express
	}
	return stepfunctions.StateMachine{
		ARN: machineARN(p), Name: p.Name, Type: kind, Definition: definition,
		RoleARN: fmt.Sprintf("arn:%s:iam::%s:role/%s-state-machine", p.Partition, account, p.Name),
	}, nil
}

// functions are the stack's Lambdas with the template's settings.
func (w *Workflow) functions(ctx context.Context, g *generation) ([]lambda.Function, error) {
	p := g.stack.Plan
	code, err := w.code(ctx, g)
	if err != nil {
		return nil, err
	}
	list := []lambda.Function{{
		Name: orchestratorName(p), ARN: arn(p, "lambda", "function:"+orchestratorName(p)),
		Timeout: p.OrchestratorTimeout, MemoryMB: p.Operations.OrchestratorMemory, Code: code.orchestrator,
		ReservedConcurrency: p.OrchestratorConcurrency(),
		Environment:         w.orchestratorVariables(g),
		SessionToken:        w.key.Secret(), // of its role: it alone calls Step Functions
		Clock:               clock.System{}, // it waits for real events, not for skipped time
	}}
	for k := 1; k <= p.Egresses; k++ {
		list = append(list, lambda.Function{
			Name: egressName(p, k), ARN: arn(p, "lambda", "function:"+egressName(p, k)),
			Timeout: p.EgressTimeout, MemoryMB: p.Egress.Memory, Code: code.egress,
			ReservedConcurrency: p.Egress.Concurrency,
			Environment:         w.egressVariables(k, g),
			SessionToken:        g.egressToken(),
		})
	}
	return list, nil
}

func (w *Workflow) orchestratorVariables(g *generation) map[string]string {
	variables := map[string]string{
		contract.EnvStateMachine: machineARN(g.stack.Plan),
		"AWS_ENDPOINT_URL_SFN":   "http://" + g.api.Address(),
	}
	w.table.addVariables(g.stack.Plan, w.key.Secret(), variables)
	return variables
}

func (w *Workflow) egressVariables(k int, g *generation) map[string]string {
	variables := map[string]string{contract.EnvEgress: strconv.Itoa(k)}
	g.secrets.addVariables(variables)
	w.table.addVariables(g.stack.Plan, g.egressToken(), variables)
	if source := g.sources.Of(k); source.IsValid() {
		variables[contract.EnvSource] = source.String()
	} else if g.stack.Plan.EgressConfig().OnlyIPv6 {
		variables[contract.EnvSource] = netip.IPv6Unspecified().String()
	}
	if w.options.CACert != "" {
		variables["SSL_CERT_FILE"] = w.options.CACert // crypto/x509 reads it
	}
	return variables
}

// code is what the two kinds of Lambda run.
type code struct{ orchestrator, egress lambda.Code }

func (w *Workflow) code(ctx context.Context, g *generation) (code, error) {
	if w.options.Binaries {
		return compile(ctx, g.stack, g.scratch)
	}
	p := g.stack.Plan
	return code{
		orchestrator: lambda.InProcess(func(env func(string) string) (lambda.Handler, error) {
			return w.newOrchestrator(p.OrchestratorConfig(), env)
		}),
		egress: lambda.InProcess(func(env func(string) string) (lambda.Handler, error) {
			return w.newEgress(p.EgressConfig(), env)
		}),
	}, nil
}

func (w *Workflow) newOrchestrator(cfg orchestrator.Config, getenv func(string) string) (lambda.Handler, error) {
	env, err := orchestrator.FromVariables(getenv)
	if err != nil {
		return nil, err
	}
	if cfg.Coordination != nil {
		known := *cfg.Coordination
		known.Open = w.onClock(known.Open)
		cfg.Coordination = &known
	}
	env.Log = contract.NewLogger(w.options.Log)
	o, err := orchestrator.New(cfg, env)
	if err != nil {
		return nil, err
	}
	return lambda.HandlerOf(o.Handle), nil
}

// onClock lets a pool count by the clock of the executions, whatever its Lambda goes by.
func (w *Workflow) onClock(open coordination.Opener) coordination.Opener {
	if open == nil {
		return nil
	}
	return func(env coordination.Environment) (coordination.Pool, error) {
		env.Now, env.Random = w.options.Clock.Now, w.options.Random
		return open(env)
	}
}

func (w *Workflow) newEgress(cfg egress.Config, getenv func(string) string) (lambda.Handler, error) {
	env, err := egress.FromVariables(getenv)
	if err != nil {
		return nil, err
	}
	env.TLS = &tls.Config{RootCAs: w.options.RootCAs}
	env.Now, env.Sleep = w.options.Clock.Now, w.options.Clock.Sleep
	env.Random = w.options.Random
	env.Log = contract.NewLogger(w.options.Log)
	cfg.Coordination = w.onClock(cfg.Coordination)
	cfg.OnlyIPv6 = false // this machine has both
	e, err := egress.New(cfg, env)
	if err != nil {
		return nil, err
	}
	return lambda.HandlerOf(e.Handle), nil
}
