package deploy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/pattern"
)

// Drift detection is wrong about some resources that nobody has touched
// (aws-cloudformation/cloudformation-coverage-roadmap, issues 1725 of schedules,
// 956, 1605 and 2006 of event rules).
const (
	typeSchedule = "AWS::Scheduler::Schedule"
	typeRule     = "AWS::Events::Rule"
)

// unread are the properties of a rule's target that come back empty.
var unread = pattern.New(`^/Targets/[^/]+/(RetryPolicy|DeadLetterConfig)(/|$)`)

// blind are the kinds of resources that are not compared, or not all of them.
var blind = []struct{ kind, note string }{
	{typeSchedule, "note: CloudFormation cannot look at schedules in a group of their own; not compared: %s"},
	{typeRule, "note: CloudFormation does not always see the retries and the dead-letter queue of an event rule; not compared: those of %s"},
}

// trusted leaves out of the reports what is known to be wrong, with a note.
func (d *Deployment) trusted(reports []types.StackResourceDrift, found *drift) []types.StackResourceDrift {
	var kept []types.StackResourceDrift
	doubted := map[string][]string{} // by type
	for _, r := range reports {
		rest, some := believable(r)
		if some {
			kept = append(kept, rest)
		} else {
			doubted[aws.ToString(r.ResourceType)] = append(doubted[aws.ToString(r.ResourceType)], told(r.LogicalResourceId))
		}
	}
	for _, b := range blind {
		if ids := doubted[b.kind]; len(ids) > 0 {
			found.unknown = true
			d.say(b.note, strings.Join(ids, ", "))
		}
	}
	return kept
}

// believable is what a report tells for certain, if anything.
func believable(r types.StackResourceDrift) (rest types.StackResourceDrift, some bool) {
	switch aws.ToString(r.ResourceType) {
	case typeSchedule:
		return r, false
	case typeRule:
		if len(r.PropertyDifferences) == 0 {
			return r, true
		}
		r.PropertyDifferences = slices.DeleteFunc(slices.Clone(r.PropertyDifferences), func(p types.PropertyDifference) bool {
			return p.DifferenceType == types.DifferenceTypeRemove && unread.MatchString(aws.ToString(p.PropertyPath))
		})
		return r, len(r.PropertyDifferences) > 0
	}
	return r, true
}

// MistakenError is a change set that would make what is there already.
type MistakenError struct {
	Stack     string
	Schedules []string // their logical ids
}

func (e *MistakenError) Error() string {
	return fmt.Sprintf("--revert-drift does not work for the stack %s: CloudFormation looks for schedules in the default group only, takes %s for deleted, and would make what is there already; undo by hand what was changed, or deploy with --drifted",
		e.Stack, strings.Join(e.Schedules, " and "))
}

// refuseMistakes looks through a drift-aware change set for schedules that
// CloudFormation has not found.
func (d *Deployment) refuseMistakes(set *changeSet) error {
	var lost []string
	for _, c := range set.changes {
		r := c.ResourceChange
		if r != nil && aws.ToString(r.ResourceType) == typeSchedule && r.ResourceDriftStatus == types.StackResourceDriftStatusDeleted {
			lost = append(lost, told(r.LogicalResourceId))
		}
	}
	if len(lost) == 0 {
		return nil
	}
	slices.Sort(lost)
	return &MistakenError{Stack: d.Name, Schedules: lost}
}
