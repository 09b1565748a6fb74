package deploy

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/deploy/operation"
	"github.com/sfngen/sfngen/internal/aws/live"
)

// execute runs the change set and follows it to its end.
func (d *Deployment) execute(ctx context.Context, outcome Outcome, set *changeSet) (Outcome, error) {
	set, err := d.leaveNetwork(ctx, set)
	if err != nil {
		return outcome, err
	}
	w := d.watch(ctx, set.stackID, set.beforeExecution(), len(outcome.Changes))
	if w.Token = set.name; set.state == waiting { // which somebody else may execute as well
		w.Token = d.token()
	}
	if now, err := live.Describe(ctx, d.Cloud.CloudFormation(), set.stackID); err == nil {
		w.Before = now // others may have deployed since it was admitted
	}
	if err := d.beginExecution(ctx, set, w); err != nil {
		return outcome, err
	}
	now, err := w.Run(ctx)
	switch {
	case errors.Is(err, operation.ErrNeverBegan):
		return outcome, begun(PerhapsBegun, err, d.unknown("the deployment", d.Name))
	case err != nil:
		return outcome, begun(Begun, stopped(ctx, err), d.deploymentContinues(set))
	}
	outcome.read(now)
	switch now.StackStatus {
	case types.StackStatusCreateComplete, types.StackStatusUpdateComplete:
		d.say("deployed %s in %s", d.Name, age(w.Elapsed()))
		d.sayKept(ctx)
		return outcome, nil
	}
	failure := d.failure("deploying", d.Name, now, w.Events())
	outcome.Reason = failure.Why
	if set.left {
		failure.Details = append(failure.Details, functionsLeft)
	}
	return outcome, failure
}

// beforeExecution is the stack's state before. A new one has come with the change set.
func (set *changeSet) beforeExecution() types.Stack {
	if set.createsStack() {
		return types.Stack{StackId: &set.stackID, StackStatus: types.StackStatusReviewInProgress}
	}
	return set.before
}

// beginExecution executes the change set: from here on the work is CloudFormation's.
func (d *Deployment) beginExecution(ctx context.Context, set *changeSet, w *operation.Watch) error {
	if ctx.Err() != nil {
		return d.abandon(ctx, set, ctx.Err())
	}
	stop := d.onInterrupt(ctx, func() {
		d.say("interrupted: checking whether the deployment has started (Ctrl-C again leaves that open)")
	})
	defer stop()
	whole, cancel := finishing(ctx)
	defer cancel()
	_, err := d.Cloud.CloudFormation().ExecuteChangeSet(whole, &cloudformation.ExecuteChangeSetInput{
		ChangeSetName: &set.id, StackName: &set.stackID, ClientRequestToken: &w.Token,
		DisableRollback: aws.Bool(false), // what fails is rolled back; the documented default is true
	})
	if err = checkAnswer("executing the change set", err, false); err != nil {
		return d.unansweredExecution(ctx, set, w, err)
	}
	return nil
}

// deploymentContinues is for a user who stops watching: that does not stop the work,
// which is CloudFormation's.
func (d *Deployment) deploymentContinues(set *changeSet) string {
	text := "the deployment continues in AWS: " + d.awsCommand("describe-stack-events", d.Name) + " shows it, and " +
		cited(d.deployCommand()) + " once more says how far it is"
	if set.kind == types.ChangeSetTypeCreate {
		return text
	}
	return text + "; " + d.awsCommand("cancel-update-stack", d.Name) + " stops it and rolls it back"
}
