package several

import (
	"context"
	"errors"
	"slices"

	"github.com/sfngen/sfngen/internal/aws/deploy"
)

// Result is how it ended for one stack, in words.
type Result string

const (
	Deployed    Result = "deployed"
	Unchanged   Result = "no changes"
	WouldChange Result = "would change"     // of a dry run
	Waits       Result = "change set waits" // of one that is not executed
	Continues   Result = "still deploying"  // in AWS: sfngen watches it no more
	Unknown     Result = "not known"        // AWS has not said whether it has begun
	Failed      Result = "failed"
	NotDeployed Result = "not deployed" // as it was before
)

// Results are all of them, what is done first.
var Results = []Result{Deployed, Unchanged, WouldChange, Waits, Continues, Unknown, Failed, NotDeployed}

// resultOf is that of a turn that ended with an error. An interrupt is no failure of the
// stack's: either nothing has begun, or CloudFormation goes on.
func resultOf(err error) Result {
	var remains *deploy.RemainsError
	if errors.As(err, &remains) {
		switch remains.Begun {
		case deploy.Begun:
			return Continues
		case deploy.PerhapsBegun:
			return Unknown
		}
	}
	if errors.Is(err, context.Canceled) {
		return NotDeployed
	}
	return Failed
}

// Of are the stacks with a result, in their order.
func (s *Stacks) Of(results ...Result) (list []*Stack) {
	for _, one := range s.List {
		if slices.Contains(results, one.Result) {
			list = append(list, one)
		}
	}
	return list
}

// NotDone are those that are not as they should be now.
func (s *Stacks) NotDone() []*Stack { return s.Of(Continues, Unknown, Failed, NotDeployed) }

// IsRefused reports whether all that is not done is so because CloudFormation or the user
// refused it: no other trouble has come in between.
func (s *Stacks) IsRefused(ctx context.Context) bool {
	if ctx.Err() != nil {
		return false
	}
	for _, one := range s.Of(Continues, Unknown, Failed) {
		if k := deploy.KindOf(one.Err); k != deploy.Refused && k != deploy.Failed {
			return false
		}
	}
	for _, one := range s.Of(NotDeployed) {
		if one.Err != nil && !errors.Is(one.Err, errOther) && deploy.KindOf(one.Err) != deploy.Declined {
			return false // nobody could be asked
		}
	}
	return true
}
