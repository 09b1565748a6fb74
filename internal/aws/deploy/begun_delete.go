package deploy

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/sfngen/sfngen/internal/aws/deploy/operation"
)

// begin asks for the deletion: from here on the work is CloudFormation's.
func (d *Destruction) begin(ctx context.Context, w *operation.Watch) error {
	if ctx.Err() != nil {
		return &LeftError{Err: ctx.Err(), Left: "nothing was changed"}
	}
	stop := d.onInterrupt(ctx, func() {
		d.say("interrupted: looking whether the deletion has begun (Ctrl-C again leaves that open)")
	})
	defer stop()
	whole, cancel := finishing(ctx)
	defer cancel()
	_, err := d.Cloud.CloudFormation().DeleteStack(whole, &cloudformation.DeleteStackInput{StackName: &w.StackID, ClientRequestToken: &w.Token})
	if err = checkAnswer("deleting the stack "+d.Name, err, false); err != nil {
		return d.unanswered(ctx, w, err)
	}
	return nil
}

// unanswered is for a DeleteStack that failed. There is no error when the deletion
// was begun all the same, by whomever: it is what was asked for.
func (d *Destruction) unanswered(ctx context.Context, w *operation.Watch, why error) error {
	if refusedCall(why) {
		return &LeftError{Err: why, Left: "nothing was changed"}
	}
	after, cancel := afterwards(ctx)
	defer cancel()
	now := executionUnknown
	for n := 0; n < looksAfterSilence && now != executionBegun; n++ {
		if n > 0 && d.Sleep(after, pause(n, 0)) != nil {
			break
		}
		now = deletionState(after, w)
	}
	left := d.unknown("the deletion", d.Name)
	switch {
	case now == executionBegun:
		return nil
	case now == executionPending && wasAnswered(why):
		left = "nothing was changed"
	case now == executionPending: // the request may still be on its way
		left = "nothing has changed so far; " + d.command("describe-stack-events", d.Name) + " shows whether that stays so"
	}
	return &LeftError{Err: stopped(ctx, why), Left: left}
}

// wasAnswered is for an error that somebody has sent: the call is not on its way
// any more.
func wasAnswered(err error) bool {
	var answer *smithyhttp.ResponseError
	return errors.As(err, &answer) && answer.HTTPStatusCode() != 0
}

// deletionState looks once whether it has begun.
func deletionState(ctx context.Context, w *operation.Watch) executionState {
	if heard, err := w.HasBegun(ctx); heard && err == nil {
		return executionBegun
	}
	now, err := w.Look(ctx)
	switch {
	case err != nil:
		return executionUnknown
	case now.StackStatus == types.StackStatusDeleteInProgress || now.StackStatus == types.StackStatusDeleteComplete:
		w.Token = "" // whoever has begun it
		return executionBegun
	}
	return executionPending
}
