package plan

import (
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/egress"
	"github.com/sfngen/sfngen/runtime/orchestrator"
	"github.com/sfngen/sfngen/spec"
)

// The allowances around the upstream's own time limit. An egress gives up on the
// upstream at retry.attemptTimeout and needs the rest to start, report and log.
const (
	// reportAllowance is what the Lambda's own time limit adds, so that a slow
	// upstream ends as a reported timeout and not as a killed Lambda.
	reportAllowance = 3 * time.Second
	// startAllowance is what the Task's time limit adds for a cold start and the
	// invocation itself (Go on provided.al2023: some 50 ms; Lambda's own limit
	// for the init phase is 10 s).
	startAllowance = 5 * time.Second
	// answerAllowance is what the orchestrator has beyond the deadline to answer.
	answerAllowance = 15 * time.Second
)

// orchestratorTimeout lets the orchestrator wait out the deadline and then answer;
// where it never waits, only start the execution.
func (p *Plan) orchestratorTimeout() time.Duration {
	if p.AlwaysAccepted() {
		return answerAllowance
	}
	return min(p.Deadline+answerAllowance, contract.LambdaLimit)
}

// EgressConfig is what an egress runs with, deployed and on this machine.
func (p *Plan) EgressConfig() egress.Config {
	return egress.Config{
		Upstream:       p.Upstream,
		Methods:        p.methods(),
		Headers:        p.spec.Upstream.Headers,
		Query:          p.spec.Upstream.Query,
		ForwardHeaders: p.forwardHeaders(),
		RenameHeaders:  p.spec.Upstream.RenameHeaders,
		AcceptEncoding: p.acceptEncoding(),
		AllowPrivate:   p.spec.Upstream.AllowPrivate,
		OnlyIPv6:       p.spec.Egress.Network.Type == spec.NetworkIPv6,
		CABundle:       p.caBundle,
		Coordination:   p.opener(),
		Credentials:    p.credentialSource(),
		AddressEcho:    p.addressEcho(),
		Timeout:        p.spec.Retry.AttemptTimeout,
	}
}

// acceptEncoding is empty for what the runtime does anyway.
func (p *Plan) acceptEncoding() string {
	if p.spec.Upstream.AcceptEncoding == contract.AcceptAuto {
		return ""
	}
	return p.spec.Upstream.AcceptEncoding
}

// addressEcho is empty for the service that the runtime uses anyway.
func (p *Plan) addressEcho() string {
	if p.Egress.AddressEcho == contract.AddressEcho {
		return ""
	}
	return p.Egress.AddressEcho
}

// OrchestratorConfig is what the orchestrator runs with, deployed and on this
// machine.
func (p *Plan) OrchestratorConfig() orchestrator.Config {
	return orchestrator.Config{
		Methods:         p.spec.Upstream.Methods,
		ForwardHeaders:  p.passingHeaders(),
		Workflow:        p.Workflow.Type,
		Deadline:        p.Deadline,
		RewriteLocation: p.rewriteLocation(),
		CORS:            p.hasCORS(),
		Coordination:    p.orchestratorCoordination(),
		UpstreamExposes: p.upstreamExposes(),
	}
}

// rewriteLocation is the URL below which the orchestrator rewrites Location; "" for
// none.
func (p *Plan) rewriteLocation() string {
	if p.spec.Upstream.ResponseHeaders.RewriteLocation {
		return p.Upstream
	}
	return ""
}
