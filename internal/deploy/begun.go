package deploy

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"
)

// fate is what became of a change set whose execution was not accepted in so many
// words.
type fate int

const (
	fateUnknown  fate = iota
	fateBegun         // it is being executed, or has been
	fateWaits         // it could still be executed
	fateObsolete      // it cannot be executed any more, and was not
	fateGone          // it is not there any more, for this or another reason
)

// How often AWS is asked for traces of an operation, some 2.5 seconds in all:
// what it tells may lag behind what it does.
const (
	looksAfterRefusal = 2
	looksAfterSilence = 6
)

// refusedCall is an answer of AWS's: the call has done nothing. Any other error
// leaves open whether it has.
func refusedCall(err error) bool {
	var api smithy.APIError
	return errors.As(err, &api) && !passes(err)
}

// unanswered is for an ExecuteChangeSet that failed. There is no error when it was
// begun all the same, which only our own token or change set can prove: the state
// of the stack may be somebody else's doing.
func (d *Deployment) unanswered(ctx context.Context, set *changeSet, w *watch, why error) error {
	after, cancel := afterwards(ctx)
	defer cancel()
	now := d.fateOf(after, set, w, why)
	switch {
	case now == fateWaits && !set.waits:
		now = d.withdraw(after, set)
	case now == fateWaits && !refusedCall(why):
		now = fateUnknown // it is not ours to be withdrawn
	}
	switch {
	case now == fateBegun:
		w.strict = true
		return nil
	case now == fateObsolete:
		why = fmt.Errorf("the stack was changed by somebody else meanwhile; deploy again to see what is left to do: %w", why)
	case now == fateUnknown && !refusedCall(why):
		return &LeftError{Err: stopped(ctx, why), Left: d.unknown("the deployment", d.Name)}
	}
	return d.giveUp(ctx, set, why)
}

// fateOf looks for traces of the execution, with some patience.
func (d *Deployment) fateOf(ctx context.Context, set *changeSet, w *watch, why error) fate {
	looks, last := looksAfterSilence, fateUnknown
	if refusedCall(why) {
		looks = looksAfterRefusal
	}
	for n := range looks {
		if n > 0 && d.Sleep(ctx, pause(n, 0)) != nil {
			break
		}
		heard, err := w.hearsOwn(ctx)
		if heard {
			return fateBegun
		}
		last = d.fateSeen(ctx, set)
		if last == fateGone {
			last = fateOfGone(why, err)
		}
		if last == fateBegun || last == fateObsolete && refusedCall(why) {
			return last
		}
	}
	return last
}

// fateOfGone: a change set goes when it, or another one of the stack, is executed.
// Then only the events, or a refusal, tell that it was not this one.
func fateOfGone(why, unread error) fate {
	if refusedCall(why) || unread == nil {
		return fateObsolete
	}
	return fateUnknown
}

// fateSeen is what the change set itself tells. Somebody else may be executing one
// that waits for whoever does.
func (d *Deployment) fateSeen(ctx context.Context, set *changeSet) fate {
	now, err := d.Cloud.CloudFormation().DescribeChangeSet(ctx, &cloudformation.DescribeChangeSetInput{ChangeSetName: &set.id, StackName: &set.stackID})
	switch {
	case isGone(err):
		return fateGone
	case err != nil:
		return fateUnknown
	}
	switch now.ExecutionStatus {
	case types.ExecutionStatusExecuteInProgress, types.ExecutionStatusExecuteComplete, types.ExecutionStatusExecuteFailed:
		if set.waits {
			return fateGone
		}
		return fateBegun
	case types.ExecutionStatusObsolete:
		return fateObsolete
	case types.ExecutionStatusAvailable:
		return fateWaits
	}
	return fateUnknown
}

// withdraw takes the change set away: what could be deleted was not executed, and
// never will be.
func (d *Deployment) withdraw(ctx context.Context, set *changeSet) fate {
	err := d.deleteChangeSet(ctx, set, set.stackID)
	switch {
	case err == nil:
		return fateWaits
	case errors.Is(err, errExecuting):
		return fateBegun
	}
	return fateUnknown
}

// errExecuting is a change set that is complete and cannot be deleted: it is being
// executed (CloudFormation API Reference, DeleteChangeSet).
var errExecuting = errors.New("the change set is being executed")

// deleteChangeSet tells one that is executed from one that is still being made,
// which is waited for.
func (d *Deployment) deleteChangeSet(ctx context.Context, set *changeSet, stack string) error {
	remove := func() error {
		_, err := d.Cloud.CloudFormation().DeleteChangeSet(ctx, &cloudformation.DeleteChangeSetInput{ChangeSetName: &set.name, StackName: &stack})
		return err
	}
	if !set.made {
		return d.retryPending(ctx, remove)
	}
	err := remove()
	if errors.As(err, new(*types.InvalidChangeSetStatusException)) {
		return fmt.Errorf("%w: %w", errExecuting, err)
	}
	return err
}
