package changes

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

const nothing Action = ""

// judgement decides, resource by resource, what really happens.
type judgement struct {
	byID  map[string]*types.ResourceChange
	known map[string]Action
}

// action decides what really happens to a resource.
func (j *judgement) action(id string) Action {
	if action, done := j.known[id]; done {
		return action
	}
	j.known[id] = nothing // a circle decides nothing
	j.known[id] = j.decide(j.byID[id])
	return j.known[id]
}

func (j *judgement) decide(r *types.ResourceChange) Action {
	switch r.Action {
	case types.ChangeActionAdd:
		return Create
	case types.ChangeActionImport:
		return Import
	case types.ChangeActionRemove:
		if r.PolicyAction == types.PolicyActionRetain {
			return Forget
		}
		return Delete
	case types.ChangeActionModify:
		return j.modification(r)
	case types.ChangeActionSyncWithActual:
		return nothing
	}
	return MayReplace // Dynamic: CloudFormation does not know
}

func (j *judgement) modification(r *types.ResourceChange) Action {
	if len(r.Details) == 0 || r.Replacement == types.ReplacementTrue {
		return byReplacement(r.Replacement)
	}
	worst := nothing
	for _, d := range r.Details {
		worst = harder(worst, j.effect(d))
	}
	return worst
}

func byReplacement(r types.Replacement) Action {
	switch r {
	case types.ReplacementTrue:
		return Replace
	case types.ReplacementConditional:
		return MayReplace
	}
	return Update
}

// effect is what one detail does to its resource.
func (j *judgement) effect(d types.ResourceChangeDetail) Action {
	if d.Target != nil && d.Target.AttributeChangeType == types.AttributeChangeTypeSyncWithActual {
		return nothing // only CloudFormation's own records change
	}
	certain, needs := true, types.RequiresRecreationNever
	if d.Evaluation == types.EvaluationTypeDynamic {
		var follows bool
		if follows, certain = j.follows(aws.ToString(d.CausingEntity)); !follows {
			return nothing
		}
	}
	if d.Target != nil {
		needs = d.Target.RequiresRecreation
	}
	switch {
	case needs == types.RequiresRecreationAlways && certain:
		return Replace
	case needs == types.RequiresRecreationAlways || needs == types.RequiresRecreationConditionally:
		return MayReplace
	}
	return Update
}

// follows reports whether a reference to cause, such as Egress1.Arn, can have
// another value afterwards, and whether it is certain to. What is not known of it
// can.
func (j *judgement) follows(cause string) (follows, certain bool) {
	id, attribute, _ := strings.Cut(cause, ".")
	if _, changes := j.byID[id]; !changes || attribute != "" && attribute != "Arn" && attribute != "Name" {
		return true, false
	}
	switch j.action(id) {
	case Replace, Create, Import, Delete:
		return true, true
	case MayReplace:
		return true, false
	}
	return false, false
}

// harder is the action of the two that is listed first.
func harder(a, b Action) Action {
	switch {
	case a == nothing:
		return b
	case b == nothing || rank(a) < rank(b):
		return a
	}
	return b
}
