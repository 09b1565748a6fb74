// Package plan resolves a spec: for each attempt which egress makes it, where
// each kind of failure leads and after what wait, how long it may take; and for
// the whole, how long the worst case takes and what a request costs.
//
// What comes after (asl, cfn, stack) reads the plan and decides nothing of the
// spec again.
package plan

import (
	"slices"
	"strings"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/spec"
)

// Plan is a spec resolved. What needs no decision is handed out as the spec has it.
type Plan struct {
	spec spec.Spec

	Name         string // the stack's
	Environment  string // of the spec; "" where it has none
	Description  string // "" for none
	Upstream     string // the API's URL
	Partition    string // of AWS: aws, aws-cn or aws-us-gov
	Architecture string // of the Lambdas: arm64 or x86_64
	Tags         map[string]string
	// The settings of the state machine and of the egress Lambdas. How large the
	// pool is and where it starts are Egresses and RandomStart.
	Workflow spec.Workflow
	Egress   spec.Egress
	// Operations are the keys, roles and alarms that the spec names. Where the egresses
	// run is Egress.Network.
	Operations spec.Operations

	Attempts []Attempt
	// Egresses is the size of the pool, 1..50.
	Egresses int
	// RandomStart picks the first egress at random for each execution; else it is
	// always the first one. In a pool of one there is nothing to pick.
	RandomStart bool
	caBundle    string // PEM
	// holdsRules: the first state holds the rules.
	holdsRules bool
	// ResendAmbiguous says whether a call that failed without a report of the
	// egress may simply be made again, whatever its method.
	ResendAmbiguous bool

	// EgressTimeout and OrchestratorTimeout are the Lambdas' own time limits.
	EgressTimeout       time.Duration
	OrchestratorTimeout time.Duration
	FunctionURL         *FunctionURL // nil: the partition has none
	Schedules           []Schedule
	Events              []Event
	// Deadline is the state machine's time limit.
	Deadline  time.Duration
	WorstCase WorstCase
	Cost      Cost
}

// Express reports whether the workflow is an express one; else it is standard.
func (p *Plan) Express() bool { return p.Workflow.Type == spec.WorkflowExpress }

// MachineType is the workflow's type as Step Functions writes it.
func (p *Plan) MachineType() string { return strings.ToUpper(p.Workflow.Type) }

// Logged reports whether the state machine logs its events.
func (p *Plan) Logged() bool { return p.Workflow.LogLevel != spec.LogOff }

// PerAddress reports whether the API's limit counts calls of a source address, and
// so of an egress; else of the credential, and so of all egresses together unless each has
// its own.
func (p *Plan) PerAddress() bool { return p.spec.Retry.RateLimit.Scope == contract.ScopeIP }

// HasTriggers reports whether anything but a caller starts the workflow.
func (p *Plan) HasTriggers() bool { return len(p.Schedules)+len(p.Events) > 0 }

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
	// OtherScope is what follows a limit whose rule has another scope than the spec's
	// limits; zero without such a rule.
	OtherScope Step
	Policy     contract.Policy
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
	// Least is the longest minWait that may count; Min has it where it always does.
	Least time.Duration
	// Mixed: the next attempt follows at once, but for a limit whose rule says that all
	// egresses share it: see Attempt.OtherScope.
	Mixed bool
	// Chosen: the table of the pool says which egress follows, and when: at once, where one
	// may go, else within Max.
	Chosen bool
	// Jittered picks the share of the backoff at random.
	Jittered bool
	// BackoffField is the field of the spec that Backoff comes from.
	BackoffField string
	// Requested is the longest requested wait that is honoured; 0 when none makes the
	// wait longer. With OnTop a random share of the backoff follows it, else the longer
	// of the two counts.
	Requested time.Duration
	OnTop     bool
}

// New resolves a spec that was read without errors. The findings are about what
// only shows in the resolved plan: a deadline that cannot hold one attempt, or
// that may cut off some. With an error among them the plan is not to be used.
func New(file *spec.File) (*Plan, []spec.Finding) {
	s := file.Spec()
	p := &Plan{
		spec: s, Name: s.Name, Environment: file.Environment(), Description: s.Description, Upstream: s.Upstream.URL,
		Partition: s.Partition, Architecture: s.Architecture, Tags: s.Tags, Workflow: s.Workflow, Egress: s.Egress,
		Operations:    s.Operations,
		Egresses:      s.Egress.Count,
		caBundle:      file.CABundle(),
		RandomStart:   s.Egress.Start == "random" && s.Egress.Count > 1,
		EgressTimeout: s.Retry.AttemptTimeout + reportAllowance + tableAllowance(s),
		FunctionURL:   functionURL(s),
		Schedules:     schedules(s),
		Events:        events(s),
	}
	p.holdsRules = len(s.Retry.Rules) > 0
	p.ResendAmbiguous = p.mayResendAmbiguous()
	for k := 1; k <= s.Retry.MaxAttempts; k++ {
		p.Attempts = append(p.Attempts, newAttempt(s, k))
	}
	p.WorstCase = p.worstCase()
	p.Deadline = deadline(s, p.WorstCase.Total)
	p.OrchestratorTimeout = p.orchestratorTimeout()
	for i := range p.Attempts {
		p.Attempts[i].Policy.DeadlineSeconds = seconds(p.Deadline)
	}
	p.Cost = cost(p)
	return p, slices.Concat(rulesFindings(file, p), deadlineFindings(file, p), limitFindings(file, p), networkFindings(file, p))
}

func newAttempt(s spec.Spec, k int) Attempt {
	a := Attempt{
		Number: k,
		Offset: contract.EgressAfter(1, k-1, s.Egress.Count) - 1,
		Limit:  s.Retry.AttemptTimeout + startAllowance + tableAllowance(s),
	}
	a.RateLimited, a.OtherScope = rateLimitedSteps(s, k)
	a.Transient = transientStep(s, k)
	a.RateLimited, a.Transient = coordinatedStep(s, a.RateLimited), coordinatedStep(s, a.Transient)
	a.Policy = policy(s, a)
	return a
}

// deadline is the spec's own, or what the worst case takes, if the
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

// seconds is d in whole seconds, rounded up.
func seconds(d time.Duration) int {
	return int((d + time.Second - 1) / time.Second)
}
