package deploy

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/deploy/operation"
	"github.com/sfngen/sfngen/internal/aws/live"
)

// executionState is what became of a change set whose execution, or of a stack whose
// deletion, was not accepted in so many words.
type executionState int

const (
	executionUnknown  executionState = iota
	executionBegun                   // it is being executed, or has been
	executionPending                 // it could still be executed
	executionObsolete                // it cannot be executed any more, and was not
	executionGone                    // it is not there any more, for this or another reason
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
	return errors.As(err, &api) && !cloud.IsPassing(err)
}

// unanswered is for an ExecuteChangeSet that failed. There is no error when it was
// begun all the same, which only our own token or change set can prove: the state
// of the stack may be somebody else's doing.
func (d *Deployment) unanswered(ctx context.Context, set *changeSet, w *operation.Watch, why error) error {
	after, cancel := afterwards(ctx)
	defer cancel()
	now := d.executionStateOf(after, set, w, why)
	switch {
	case now == executionPending && !set.preexisting:
		now = d.withdraw(after, set)
	case now == executionPending && !refusedCall(why):
		now = executionUnknown // it is not ours to be withdrawn
	}
	switch {
	case now == executionBegun:
		w.Strict = true
		return nil
	case now == executionObsolete:
		why = fmt.Errorf("the stack was changed by somebody else meanwhile; deploy again to see what is left to do: %w", cloud.Explain(why))
	case now == executionUnknown && !refusedCall(why):
		return &LeftError{Err: stopped(ctx, why), Left: d.unknown("the deployment", d.Name)}
	}
	return d.giveUp(ctx, set, why)
}

// executionStateOf looks for traces of the execution, with some patience.
func (d *Deployment) executionStateOf(ctx context.Context, set *changeSet, w *operation.Watch, why error) executionState {
	looks, last := looksAfterSilence, executionUnknown
	if refusedCall(why) {
		looks = looksAfterRefusal
	}
	for n := range looks {
		if n > 0 && d.Sleep(ctx, pause(n, 0)) != nil {
			break
		}
		heard, err := w.HasBegun(ctx)
		if heard {
			return executionBegun
		}
		last = d.executionSeen(ctx, set)
		if last == executionGone {
			last = executionOfGone(why, err)
		}
		if last == executionBegun || last == executionObsolete && refusedCall(why) {
			return last
		}
	}
	return last
}

// executionOfGone: a change set goes when it, or another one of the stack, is executed.
// Then only the events, or a refusal, tell that it was not this one.
func executionOfGone(why, unread error) executionState {
	if refusedCall(why) || unread == nil {
		return executionObsolete
	}
	return executionUnknown
}

// executionSeen is what the change set itself tells. Somebody else may be executing one
// that waits for whoever does.
func (d *Deployment) executionSeen(ctx context.Context, set *changeSet) executionState {
	now, err := d.Cloud.CloudFormation().DescribeChangeSet(ctx, &cloudformation.DescribeChangeSetInput{ChangeSetName: &set.id, StackName: &set.stackID})
	switch {
	case live.IsGone(err):
		return executionGone
	case err != nil:
		return executionUnknown
	}
	switch now.ExecutionStatus {
	case types.ExecutionStatusExecuteInProgress, types.ExecutionStatusExecuteComplete, types.ExecutionStatusExecuteFailed:
		if set.preexisting {
			return executionGone
		}
		return executionBegun
	case types.ExecutionStatusObsolete:
		return executionObsolete
	case types.ExecutionStatusAvailable:
		return executionPending
	}
	return executionUnknown
}

// withdraw takes the change set away: what could be deleted was not executed, and
// never will be.
func (d *Deployment) withdraw(ctx context.Context, set *changeSet) executionState {
	err := d.deleteChangeSet(ctx, set, set.stackID)
	switch {
	case err == nil:
		return executionPending
	case errors.Is(err, errExecuting):
		return executionBegun
	}
	return executionUnknown
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
		return fmt.Errorf("%w: %w", errExecuting, cloud.Explain(err))
	}
	return err
}
