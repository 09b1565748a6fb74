package plan

import "github.com/sfngen/sfngen/runtime/contract"

// AlwaysAccepted reports whether the orchestrator never waits for the answer,
// because the deadline is longer than a Lambda can wait: it answers 202 with a
// place to poll.
func (p *Plan) AlwaysAccepted() bool {
	return !p.Express() && p.Deadline > contract.LambdaLimit
}

// CallersWait says how callers come to the answer of a standard workflow: AWS tells the
// end of such an execution to nobody, and has one bucket of calls that ask for it (Step
// Functions quotas, DescribeExecution). "" for an express workflow.
func (p *Plan) CallersWait() string {
	switch {
	case p.Express():
		return ""
	case p.AlwaysAccepted():
		return "callers get 202 and a Location to poll: the deadline is longer than a Lambda can wait"
	}
	return "callers wait while the orchestrator polls, which AWS allows an account 10 to 15 times a second; " +
		"with Prefer: respond-async they do not"
}
