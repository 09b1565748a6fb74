// Package plan resolves a spec: for each attempt which egress it goes to, where
// each kind of failure leads and after what wait, how long it may take; and for
// the whole, how long the worst case takes and what a request costs.
//
// What comes after (asl, cfn, stack) reads the plan and decides nothing of the
// spec again.
package plan

import (
	"maps"
	"slices"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
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

// Plan is a spec resolved.
type Plan struct {
	Spec     spec.Spec
	Attempts []Attempt
	// Egresses is the size of the pool, 1..50.
	Egresses int
	// RandomStart draws the first egress for each execution; else it is always
	// the first one. A pool of one needs no drawing.
	RandomStart bool
	// Waits says whether any failure leads to a wait at all.
	Waits bool
	// ResendAmbiguous says whether a call that failed without a word of the
	// egress may simply be made again, whatever its method.
	ResendAmbiguous bool

	// EgressTimeout and OrchestratorTimeout are the Lambdas' own time limits.
	EgressTimeout       time.Duration
	OrchestratorTimeout time.Duration
	// Deadline is the state machine's time limit.
	Deadline  time.Duration
	WorstCase WorstCase
	Cost      Cost
}

// Attempt is one call of the upstream.
type Attempt struct {
	Number int // 1..50
	// Offset is added to the start to find the egress: pool[(start+Offset) mod N].
	Offset int
	// Limit is the longest that the attempt takes, start-up included: the
	// Task's TimeoutSeconds.
	Limit time.Duration
	// RateLimited and Transient say what follows each kind of failure. For the
	// last attempt both lead to the failure.
	RateLimited, Transient Step
	Policy                 contract.Policy
}

// Last reports whether no attempt follows.
func (a Attempt) Last() bool { return a.Number == a.Policy.MaxAttempts }

// StepKind says where a failure leads.
type StepKind string

const (
	AtOnce StepKind = "at once" // the next attempt, without a wait
	Wait   StepKind = "wait"    // the next attempt, after a wait
	Fail   StepKind = "fail"    // nowhere
)

// Step is what follows a failed attempt.
type Step struct {
	Kind StepKind
	// Min and Max bound the wait: from the least that jitter can draw to the
	// longest that a requested wait can make of it.
	Min, Max time.Duration
	// Backoff is the wait without a requested wait and before jitter.
	Backoff time.Duration
}

// New resolves a spec that was read without errors. The findings are about what
// only shows in the resolved plan: a deadline that cannot hold one attempt, or
// that may cut off some. With an error among them the plan is not to be used.
func New(file *spec.File) (*Plan, []spec.Finding) {
	s := file.Spec()
	p := &Plan{
		Spec:          s,
		Egresses:      s.Egress.Count,
		RandomStart:   s.Egress.Start == "random" && s.Egress.Count > 1,
		EgressTimeout: s.Retry.AttemptTimeout + reportAllowance,
	}
	p.ResendAmbiguous = p.mayResendAmbiguous()
	for k := 1; k <= s.Retry.MaxAttempts; k++ {
		a := newAttempt(s, k)
		p.Attempts = append(p.Attempts, a)
		p.Waits = p.Waits || a.RateLimited.Kind == Wait || a.Transient.Kind == Wait
	}
	p.WorstCase = worstCase(p.Attempts)
	p.Deadline = deadline(s, p.WorstCase.Total)
	p.OrchestratorTimeout = p.orchestratorTimeout()
	for i := range p.Attempts {
		p.Attempts[i].Policy.DeadlineSeconds = seconds(p.Deadline)
	}
	p.Cost = cost(p)
	return p, append(deadlineFindings(file, p), waitFindings(file, p)...)
}

func newAttempt(s spec.Spec, k int) Attempt {
	a := Attempt{
		Number: k,
		Offset: contract.EgressAfter(1, k-1, s.Egress.Count) - 1,
		Limit:  s.Retry.AttemptTimeout + startAllowance,
	}
	a.RateLimited, a.Transient = rateLimitedStep(s, k), transientStep(s, k)
	a.Policy = policy(s, a)
	return a
}

// orchestratorTimeout lets the orchestrator wait out the deadline and then
// answer; where it never waits, only start the execution.
func (p *Plan) orchestratorTimeout() time.Duration {
	if p.AlwaysAccepted() {
		return answerAllowance
	}
	return min(p.Deadline+answerAllowance, contract.LambdaLimit)
}

// deadline is the spec's own, or what the worst case takes, as far as the
// workflow's type allows it.
func deadline(s spec.Spec, worst time.Duration) time.Duration {
	switch {
	case s.Retry.Deadline > 0:
		return s.Retry.Deadline
	case s.Workflow.Type == spec.WorkflowExpress:
		return min(worst, spec.ExpressLimit)
	}
	return worst
}

// mayResendAmbiguous: a Lambda service error leaves open whether the egress ran,
// so Step Functions may repeat such a call by itself only if no caller can send
// a request that must not act twice (RFC 9110 9.2.2).
func (p *Plan) mayResendAmbiguous() bool {
	rule := p.Spec.Retry.Idempotency
	switch rule.UnsafeMethods {
	case contract.UnsafeAllow:
		return true
	case contract.UnsafeGuarded:
		return rule.Header != "" || len(p.unsafeMethods()) == 0
	}
	return len(p.unsafeMethods()) == 0
}

// unsafeMethods are those of the methods that act again when they are sent again.
func (p *Plan) unsafeMethods() []string {
	var unsafe []string
	for _, method := range []string{"POST", "PATCH"} {
		if slices.Contains(p.Methods(), method) {
			unsafe = append(unsafe, method)
		}
	}
	return unsafe
}

// Methods are all that may be sent, the callers' and the triggers', each once.
func (p *Plan) Methods() []string {
	all := slices.Clone(p.Spec.Upstream.Methods)
	for _, schedule := range p.Spec.Triggers.Schedules {
		all = append(all, schedule.Request.Method)
	}
	for _, event := range p.Spec.Triggers.Events {
		all = append(all, event.Request.Method)
	}
	return unique(all)
}

// ForwardHeaders are the headers of a request that an egress sends on: the
// callers' that the spec lets pass, and what triggers set.
func (p *Plan) ForwardHeaders() []string {
	all := p.CallerHeaders()
	for _, schedule := range p.Spec.Triggers.Schedules {
		all = append(all, slices.Sorted(maps.Keys(schedule.Request.Headers))...)
	}
	for _, event := range p.Spec.Triggers.Events {
		all = append(all, slices.Sorted(maps.Keys(event.Request.Headers))...)
	}
	return unique(all)
}

// CallerHeaders are the headers of a caller that pass: the caller's own
// idempotency key wins over ours, so it is one of them.
func (p *Plan) CallerHeaders() []string {
	all := slices.Clone(p.Spec.Upstream.ForwardHeaders)
	if key := p.Spec.Retry.Idempotency.Header; key != "" {
		all = append(all, key)
	}
	return unique(all)
}

// AddressEcho is the service that the egress's main names for probes; empty for
// the one that the runtime asks by itself.
func (p *Plan) AddressEcho() string {
	if p.Spec.Egress.AddressEcho == contract.AddressEcho {
		return ""
	}
	return p.Spec.Egress.AddressEcho
}

// unique drops what is there twice and keeps the order.
func unique(list []string) []string {
	out := []string{}
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// seconds is d in whole seconds, rounded up.
func seconds(d time.Duration) int {
	return int((d + time.Second - 1) / time.Second)
}
