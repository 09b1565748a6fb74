package deploy

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/deploy/operation"
	"github.com/sfngen/sfngen/internal/aws/live"
)

// executionState is what happened to a change set whose execution, or to a stack whose
// deletion, was not explicitly accepted.
type executionState int

const (
	executionUnknown  executionState = iota
	executionBegun                   // it is being executed, or has been
	executionPending                 // it could still be executed
	executionObsolete                // it can no longer be executed, and was not
	executionGone                    // it no longer exists, for this or another reason
)

// How often AWS is called for traces of an operation, in about 2.5 seconds: what it
// shows may lag behind what it does.
const (
	looksAfterRefusal = 2
	looksAfterSilence = 6
)

// unansweredExecution is for an ExecuteChangeSet that failed. It returns nil when the
// execution has begun anyway. Only our own token or change set can prove that: the state
// of the stack may be the work of somebody else.
func (d *Deployment) unansweredExecution(ctx context.Context, set *changeSet, w *operation.Watch, why error) error {
	after, cancel := afterwards(ctx)
	defer cancel()
	now := d.executionState(after, set, w, why)
	switch {
	case now == executionPending && set.state != waiting:
		now = d.withdraw(after, set)
	case now == executionPending && !isRefusal(why):
		now = executionUnknown // it is not ours to withdraw
	}
	switch {
	case now == executionBegun:
		w.Strict = true
		return nil
	case now == executionObsolete:
		why = fmt.Errorf("somebody else has changed the stack in the meantime; deploy again to see what remains to be done: %w",
			cloud.Explain(why))
	case now == executionUnknown && !isRefusal(why):
		return begun(PerhapsBegun, stopped(ctx, why), d.unknown("the deployment", d.Name))
	}
	return d.abandon(ctx, set, why)
}

// executionState looks for traces of the execution, more than once.
func (d *Deployment) executionState(ctx context.Context, set *changeSet, w *operation.Watch, why error) executionState {
	looks, last := looksAfterSilence, executionUnknown
	if isRefusal(why) {
		looks = looksAfterRefusal
	}
	for n := range looks {
		if n > 0 && d.Sleep(ctx, pollWait(n, 0)) != nil {
			break
		}
		heard, err := w.HasBegun(ctx)
		if heard {
			return executionBegun
		}
		last = d.executionOf(ctx, set)
		if last == executionGone {
			last = executionOfGone(why, err)
		}
		if last == executionBegun || last == executionObsolete && isRefusal(why) {
			return last
		}
	}
	return last
}

// executionOfGone: CloudFormation deletes a change set when it executes it, or another
// one of the stack. Only the events, or a refusal, show that it was not this one.
func executionOfGone(why, unread error) executionState {
	if isRefusal(why) || unread == nil {
		return executionObsolete
	}
	return executionUnknown
}

// executionOf is what the change set itself shows. One that was waiting may be executed
// by somebody else.
func (d *Deployment) executionOf(ctx context.Context, set *changeSet) executionState {
	now, err := d.Cloud.CloudFormation().DescribeChangeSet(ctx,
		&cloudformation.DescribeChangeSetInput{ChangeSetName: &set.id, StackName: &set.stackID})
	switch {
	case live.IsGone(err):
		return executionGone
	case err != nil:
		return executionUnknown
	}
	switch now.ExecutionStatus {
	case types.ExecutionStatusExecuteInProgress, types.ExecutionStatusExecuteComplete, types.ExecutionStatusExecuteFailed:
		if set.state == waiting {
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

// withdraw deletes the change set: one that could be deleted was not executed, and never
// will be.
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
