package plan

import "github.com/sfngen/sfngen/spec"

// AlwaysAccepted reports whether the orchestrator never waits for the answer,
// because the deadline is longer than a Lambda can wait: it answers 202 with a
// place to poll.
func (p *Plan) AlwaysAccepted() bool {
	return p.Spec.Workflow.Type == spec.WorkflowStandard && p.Deadline > lambdaLimit
}
