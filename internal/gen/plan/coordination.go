package plan

import (
	"maps"
	"slices"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
	runtime "github.com/sfngen/sfngen/runtime/coordination"
	"github.com/sfngen/sfngen/runtime/coordination/dynamodb"
	"github.com/sfngen/sfngen/runtime/orchestrator"
	"github.com/sfngen/sfngen/spec"
)

// coordinatedAllowance is what an attempt of a coordinated execution has beyond others: 2 s
// for the table of the pool to answer (coordination.Limit), and 1.2 s asleep, because the
// waits of a definition are whole seconds; rounded up to whole ones.
const coordinatedAllowance = 4 * time.Second

// tableAllowance is coordinatedAllowance where the spec coordinates.
func tableAllowance(s spec.Spec) time.Duration {
	if !s.Egress.Coordinates() {
		return 0
	}
	return coordinatedAllowance
}

// Coordinates reports whether the executions of the stack know of each other: a table has
// what each was told, and who calls next is what the input and each report say.
func (p *Plan) Coordinates() bool { return p.Egress.Coordinates() }

// firstWait is the longest wait before the first attempt: for a cool-down that another
// execution was told of, or for a slot. Without coordination there is none.
func (p *Plan) firstWait() time.Duration {
	if !p.Coordinates() {
		return 0
	}
	return p.spec.Retry.RateLimit.MaxWait + p.firstJitter()
}

// firstJitter is the most of a random share on top of a cool-down before the first attempt,
// so that those that waited for it do not all come at once.
func (p *Plan) firstJitter() time.Duration {
	from := p.spec.Retry.LimitBackoff()
	if from.Jitter != jitterFull {
		return 0
	}
	return backoff(from, 1)
}

// coordinatedStep is a step where executions know of each other: also the egress that would
// follow at once may have to wait, for what another execution was told or for its slot.
func coordinatedStep(s spec.Spec, step Step) Step {
	longest := s.Retry.RateLimit.MaxWait
	if !s.Egress.Coordinates() || step.Kind == Fail || longest == 0 {
		return step
	}
	step.Chosen = true
	if step.Max < longest {
		step.Max, step.Requested, step.OnTop = longest, longest, false
	}
	if step.Kind == AtOnce {
		step.Kind, step.BackoffField = Wait, "retry.rateLimit.maxWait"
	}
	return step
}

// TableName is the name of the table of the pool; "" where there is none.
func (p *Plan) TableName() string {
	if !p.Coordinates() {
		return ""
	}
	return contract.TableName(p.Name)
}

// coordination is what the definition says of it; nil where each execution is alone.
func coordination(s spec.Spec) *contract.Coordination {
	if !s.Egress.Coordinates() {
		return nil
	}
	return &contract.Coordination{Limits: keptLimits(s.Upstream.Limits)}
}

// keptLimits are limits as the runtime has them, nil for none.
func keptLimits(limits []spec.Limit) []contract.Limit {
	var kept []contract.Limit
	for _, l := range limits {
		k := contract.Limit{Requests: l.Requests, WindowSeconds: seconds(l.Window), Per: l.Per}
		if l.Burst != nil {
			k.Burst = *l.Burst
		}
		kept = append(kept, k)
	}
	return kept
}

// opener opens the table of the pool; nil where there is none.
func (p *Plan) opener() runtime.Opener {
	if !p.Coordinates() {
		return nil
	}
	return dynamodb.Open
}

// orchestratorCoordination is what an orchestrator has to know to choose who makes the
// first attempt; nil where the definition draws it.
func (p *Plan) orchestratorCoordination() *orchestrator.Coordination {
	if !p.Coordinates() {
		return nil
	}
	return &orchestrator.Coordination{
		Open:           dynamodb.Open,
		Egresses:       p.Egresses,
		Limits:         keptLimits(p.orchestratorLimits()),
		OwnCredentials: p.OwnCredentials(),
		InOrder:        p.Egress.Start == "first",
		MaxWait:        p.spec.Retry.RateLimit.MaxWait,
		AttemptLimit:   p.Attempts[0].Limit,
		Jitter:         p.firstJitter(),
	}
}

// OrchestratorBooks reports whether the orchestrator books slots of the first attempt.
func (p *Plan) OrchestratorBooks() bool { return p.Coordinates() && len(p.orchestratorLimits()) > 0 }

// orchestratorLimits are those that are the same for all callers. What the API counts per
// credential is that only where the spec itself shows one: else a caller may bring one, in
// a header that passes or in the query, and the egress alone knows which.
func (p *Plan) orchestratorLimits() []spec.Limit {
	return slices.DeleteFunc(slices.Clone(p.spec.Upstream.Limits), func(l spec.Limit) bool {
		return l.Per == contract.ScopeCredential && !p.showsCredential()
	})
}

// showsCredential reports whether the spec itself says what the API knows callers by.
func (p *Plan) showsCredential() bool {
	fixed := slices.Concat(slices.Collect(maps.Keys(p.spec.Upstream.Headers)), slices.Collect(maps.Keys(p.spec.Upstream.Query)))
	return p.HasCredentials() || slices.ContainsFunc(fixed, contract.NamesCredential)
}
