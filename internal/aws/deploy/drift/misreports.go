package drift

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// Drift detection misreports some resources that nobody has changed
// (aws-cloudformation/cloudformation-coverage-roadmap, issues 1725 of schedules,
// 956, 1605 and 2006 of event rules).
const (
	typeSchedule = "AWS::Scheduler::Schedule"
	typeRule     = "AWS::Events::Rule"
)

// unread matches the properties of a rule's target that are reported as empty.
var unread = lazyregexp.New(`^/Targets/[^/]+/(RetryPolicy|DeadLetterConfig)(/|$)`)

// blind are the types of resources that are not compared completely.
var blind = []struct{ kind, note string }{
	{typeSchedule, "note: CloudFormation cannot see schedules outside of the default group; not compared: %s"},
	{typeRule, "note: CloudFormation does not always see the retries and the dead-letter queue of an event rule; not compared: those of %s"},
}

// trusted leaves out what is known to be misreported, with a note.
func (s *search) trusted(reports []types.StackResourceDrift) []types.StackResourceDrift {
	var kept []types.StackResourceDrift
	doubted := map[string][]string{} // by type
	for _, r := range reports {
		rest, some := believable(r)
		if some {
			kept = append(kept, rest)
		} else {
			doubted[aws.ToString(r.ResourceType)] = append(doubted[aws.ToString(r.ResourceType)], shown(r.LogicalResourceId))
		}
	}
	for _, b := range blind {
		if ids := doubted[b.kind]; len(ids) > 0 {
			s.Unknown = true
			s.Say(b.note, strings.Join(ids, ", "))
		}
	}
	return kept
}

// believable is the certain part of a report, if any.
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

// LostSchedules are the logical ids, sorted, of the schedules that a drift-aware change
// set treats as deleted and would create, although they may exist.
func LostSchedules(changes []types.Change) []string {
	var lost []string
	for _, c := range changes {
		r := c.ResourceChange
		if r != nil && aws.ToString(r.ResourceType) == typeSchedule && r.ResourceDriftStatus == types.StackResourceDriftStatusDeleted {
			lost = append(lost, shown(r.LogicalResourceId))
		}
	}
	slices.Sort(lost)
	return lost
}
