// Package changes explains what a change set of CloudFormation does: which of
// its changes matter, what is drastic and what follows from it.
//
//	list, same := changes.Of(found.Changes)
//	changes.Write(os.Stdout, list, same, color.Painter(true))
package changes

import (
	"cmp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/term/color"
)

// Action is what happens to a resource.
type Action string

// The actions, as JSON has them.
const (
	Delete     Action = "delete"
	Replace    Action = "replace"
	MayReplace Action = "may replace"
	Forget     Action = "forget" // it stays, and is no part of the stack any more
	Import     Action = "import" // it was there, and is part of the stack from now on
	Create     Action = "create"
	Update     Action = "update"
)

// actions are in the order in which they are listed: what cannot be taken back comes
// first. + ~ - are as in a diff, and ± is for what is both; the word stands beside
// them where a sign would be overlooked.
var actions = []struct {
	action  Action
	sign    string
	color   color.Color
	word    string
	counted string // as in: 3 deleted
}{
	{Delete, "-", color.Red, "DELETED", "deleted"},
	{Replace, "±", color.Red, "REPLACED", "replaced"},
	{MayReplace, "±", color.Yellow, "MAY BE REPLACED", "perhaps replaced"},
	{Forget, "-", color.Yellow, "stays, but is no part of the stack any more", "left behind"},
	{Import, "+", color.Green, "was kept: taken into the stack as it is", "taken in"},
	{Create, "+", color.Green, "", "created"},
	{Update, "~", "", "", "updated"},
}

// rank is where an action stands in that order.
func rank(a Action) int {
	for i := range actions {
		if actions[i].action == a {
			return i
		}
	}
	return len(actions)
}

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
// gives none.
type Property struct {
	Name   string `json:"name"`
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// Of turns CloudFormation's changes into those that matter, sorted, and the ids of the
// resources that it only looks at again and that stay the same: a reference to a resource that
// changes may have changed itself (Evaluation: Dynamic), but an ARN or a name does
// not unless the resource is replaced. Without that every new version of a
// Lambda's code would seem to replace its function URL.
func Of(raw []types.Change) (list []Change, same []string) {
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
			list = append(list, j.change(id, action))
		} else {
			same = append(same, id)
		}
	}
	slices.SortStableFunc(list, func(a, b Change) int {
		return cmp.Or(cmp.Compare(rank(a.Action), rank(b.Action)), cmp.Compare(a.Resource, b.Resource))
	})
	slices.Sort(same)
	return list, same
}

// Deletion is the change of a resource that goes with its whole stack.
func Deletion(id, kind string) Change {
	return Change{Action: Delete, Resource: id, Type: kind, Consequence: cfn.FactsOf(id, kind).Deleted, what: InWords(id, kind)}
}

func (j *judgement) change(id string, action Action) Change {
	r := j.byID[id]
	c := Change{Action: action, Resource: id, Type: aws.ToString(r.ResourceType), what: InWords(id, aws.ToString(r.ResourceType))}
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

// add merges what CloudFormation reports twice: as a change of the template, and as
// one of a parameter.
func (c *Change) add(p Property) {
	known := slices.ContainsFunc(c.Properties, func(other Property) bool {
		return other.Name == p.Name || strings.HasPrefix(other.Name, p.Name+"/")
	})
	if !known {
		c.Properties = append(c.Properties, p)
	}
}

// property is named by its path where CloudFormation gives one: Code/S3Key
// rather than Code.
func property(d types.ResourceChangeDetail) Property {
	path := strings.TrimPrefix(strings.TrimPrefix(aws.ToString(d.Target.Path), "/Properties"), "/")
	name := cmp.Or(path, aws.ToString(d.Target.Name), string(d.Target.Attribute))
	return Property{Name: name, Before: aws.ToString(d.Target.BeforeValue), After: aws.ToString(d.Target.AfterValue)}
}
