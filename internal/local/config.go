package local

import (
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/runtime/egress"
	"github.com/sfngen/sfngen/runtime/orchestrator"
)

// egressConfig is what the generated cmd/egress/main.go hands to egress.Start; a
// test compares the two.
func egressConfig(p *plan.Plan) egress.Config {
	return egress.Config{
		Upstream:       p.Spec.Upstream.URL,
		Methods:        p.Methods(),
		Headers:        p.Spec.Upstream.Headers,
		ForwardHeaders: p.ForwardHeaders(),
		AllowPrivate:   p.Spec.Upstream.AllowPrivate,
		AddressEcho:    p.AddressEcho(),
		Timeout:        p.Spec.Retry.AttemptTimeout,
	}
}

// orchestratorConfig is the same for cmd/orchestrator/main.go.
func orchestratorConfig(p *plan.Plan) orchestrator.Config {
	return orchestrator.Config{
		Methods:        p.Spec.Upstream.Methods,
		ForwardHeaders: p.CallerHeaders(),
		Workflow:       p.Spec.Workflow.Type,
		Deadline:       p.Deadline,
		CORS:           p.Spec.HasFunctionURL() && len(p.Spec.Triggers.FunctionURL.CORS.Origins) > 0,
	}
}
