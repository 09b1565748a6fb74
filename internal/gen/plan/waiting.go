package plan

import (
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/spec"
)

// AlwaysAccepted reports whether the orchestrator never waits for the answer,
// because the deadline is longer than a Lambda can wait: it answers 202 with a
// place to poll.
func (p *Plan) AlwaysAccepted() bool {
	return !p.Express() && p.Deadline > contract.LambdaLimit
}

// waitFindings warns where callers are kept waiting by polling.
func waitFindings(file *spec.File, p *Plan) []spec.Finding {
	if p.Express() || p.AlwaysAccepted() || p.FunctionURL == nil {
		return nil
	}
	return []spec.Finding{file.Warning("waited-standard", "workflow.type",
		"the function URL polls a standard workflow, and AWS allows an account 15 such calls a second",
		waitedAdvice(p))}
}

// waitedAdvice sends nobody to an express workflow that ends before the deadline.
func waitedAdvice(p *Plan) string {
	const async = "let callers send Prefer: respond-async, and ignore this warning"
	if p.Deadline > spec.ExpressLimit {
		return async + "; an express workflow would end after " + Short(spec.ExpressLimit)
	}
	return "use express; or " + async
}
