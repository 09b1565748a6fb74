package deploy

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/deploy/operation"
)

// beginDeletion deletes the stack: from here on the work is CloudFormation's.
func (d *Destruction) beginDeletion(ctx context.Context, w *operation.Watch) error {
	if ctx.Err() != nil {
		return d.nothingDeleted(ctx.Err())
	}
	stop := d.onInterrupt(ctx, func() {
		d.say("interrupted: checking whether the deletion has started (Ctrl-C again leaves that open)")
	})
	defer stop()
	whole, cancel := finishing(ctx)
	defer cancel()
	_, err := d.Cloud.CloudFormation().DeleteStack(whole, &cloudformation.DeleteStackInput{
		StackName: &w.StackID, ClientRequestToken: &w.Token,
	})
	if err = checkAnswer("deleting the stack "+d.Name, err, false); err != nil {
		return d.unansweredDeletion(ctx, w, err)
	}
	return nil
}

// unansweredDeletion is for a DeleteStack that failed. It returns nil when the deletion
// has begun anyway, no matter who began it: that is what was wanted.
func (d *Destruction) unansweredDeletion(ctx context.Context, w *operation.Watch, why error) error {
	if isRefusal(why) {
		return d.nothingDeleted(why)
	}
	after, cancel := afterwards(ctx)
	defer cancel()
	now := executionUnknown
	for n := 0; n < looksAfterSilence && now != executionBegun; n++ {
		if n > 0 && d.Sleep(after, pollWait(n, 0)) != nil {
			break
		}
		now = deletionState(after, w)
	}
	remains := d.unknown("the deletion", d.Name)
	switch {
	case now == executionBegun:
		return nil
	case now == executionPending && wasAnswered(why):
		remains = "nothing was changed"
	case now == executionPending: // the request may still be in progress
		remains = "nothing has changed so far; " + d.awsCommand("describe-stack-events", d.Name) + " shows whether that stays so"
	}
	return remaining(stopped(ctx, why), remains)
}

// deletionState checks once whether it has begun.
func deletionState(ctx context.Context, w *operation.Watch) executionState {
	if heard, err := w.HasBegun(ctx); heard && err == nil {
		return executionBegun
	}
	now, err := w.Look(ctx)
	switch {
	case err != nil:
		return executionUnknown
	case now.StackStatus == types.StackStatusDeleteInProgress || now.StackStatus == types.StackStatusDeleteComplete:
		w.Token = "" // no matter who has begun it
		return executionBegun
	}
	return executionPending
}
