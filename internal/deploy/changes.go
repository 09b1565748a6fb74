package deploy

import (
	"cmp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// Action is what happens to a resource.
type Action string

// In the order in which they are told: what cannot be taken back comes first.
const (
	Delete     Action = "delete"
	Replace    Action = "replace"
	MayReplace Action = "may replace"
	Create     Action = "create"
	Update     Action = "update"
	Forget     Action = "forget" // it stays, and is no part of the stack any more
)

var actionOrder = []Action{Delete, Replace, MayReplace, Forget, Create, Update}

// Change is what a deployment does to one resource.
type Change struct {
	Action     Action     `json:"action"`
	Resource   string     `json:"resource"` // the logical id
	Type       string     `json:"type"`     // such as AWS::Lambda::Function
	Properties []Property `json:"properties,omitempty"`
	// Consequence is what callers or data feel of it; "" for nothing of note.
	Consequence string `json:"consequence,omitempty"`
	// Drift is how the resource was changed outside of CloudFormation, MODIFIED or
	// DELETED; only --revert-drift looks.
	Drift string `json:"drift,omitempty"`

	what string // in plain words
}

// Property is one that changes. The values are CloudFormation's, and "" where it
// tells none.
type Property struct {
	Name   string `json:"name"`
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// judge turns CloudFormation's changes into those that matter, sorted, and the ids
// of the resources that it only looks at again: a reference to a resource that
// changes may have changed itself (Evaluation: Dynamic), but an ARN or a name does
// not unless the resource is replaced. Without that every new version of a
// Lambda's code would seem to replace its function URL.
func judge(raw []types.Change) (changes []Change, untouched []string) {
	j := judgement{byID: map[string]*types.ResourceChange{}, known: map[string]Action{}}
	for i := range raw {
		if r := raw[i].ResourceChange; r != nil {
			j.byID[aws.ToString(r.LogicalResourceId)] = r
		}
	}
	for i := range raw {
		r := raw[i].ResourceChange
		if r == nil {
			continue
		}
		id := aws.ToString(r.LogicalResourceId)
		if action := j.action(id); action != nothing {
			changes = append(changes, j.change(id, action))
		} else {
			untouched = append(untouched, id)
		}
	}
	slices.SortStableFunc(changes, func(a, b Change) int {
		return cmp.Or(cmp.Compare(slices.Index(actionOrder, a.Action), slices.Index(actionOrder, b.Action)), cmp.Compare(a.Resource, b.Resource))
	})
	slices.Sort(untouched)
	return changes, untouched
}

const nothing Action = ""

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
	case types.ChangeActionAdd, types.ChangeActionImport:
		return Create
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
	case Replace, Create, Delete:
		return true, true
	case MayReplace:
		return true, false
	}
	return false, false
}

// harder is the action of the two that is told first.
func harder(a, b Action) Action {
	switch {
	case a == nothing:
		return b
	case b == nothing || slices.Index(actionOrder, a) < slices.Index(actionOrder, b):
		return a
	}
	return b
}

func (j *judgement) change(id string, action Action) Change {
	r := j.byID[id]
	c := Change{Action: action, Resource: id, Type: aws.ToString(r.ResourceType), what: plain(id, aws.ToString(r.ResourceType))}
	if drift := r.ResourceDriftStatus; drift == types.StackResourceDriftStatusModified || drift == types.StackResourceDriftStatusDeleted {
		c.Drift = string(drift)
	}
	for _, d := range r.Details {
		if j.effect(d) == nothing || d.Target == nil {
			continue
		}
		c.add(property(d))
	}
	c.Consequence = consequence(c)
	return c
}

// add merges what CloudFormation tells twice: as a change of the template, and as
// one of a parameter.
func (c *Change) add(p Property) {
	known := slices.ContainsFunc(c.Properties, func(other Property) bool {
		return other.Name == p.Name || strings.HasPrefix(other.Name, p.Name+"/")
	})
	if !known {
		c.Properties = append(c.Properties, p)
	}
}

// property is named by its place where CloudFormation tells that: Code/S3Key
// rather than Code.
func property(d types.ResourceChangeDetail) Property {
	name := strings.TrimPrefix(strings.TrimPrefix(aws.ToString(d.Target.Path), "/Properties"), "/")
	if name == "" {
		name = aws.ToString(d.Target.Name)
	}
	if name == "" {
		name = string(d.Target.Attribute)
	}
	return Property{Name: name, Before: aws.ToString(d.Target.BeforeValue), After: aws.ToString(d.Target.AfterValue)}
}
