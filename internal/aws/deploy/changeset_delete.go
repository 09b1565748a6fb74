package deploy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/live"
)

// errExecuting is a change set that is created and cannot be deleted: it is being
// executed (CloudFormation API Reference, DeleteChangeSet).
var errExecuting = errors.New("the change set is being executed")

// deleteSoon is deleteWithStack, which an interrupt does not stop.
func (d *Deployment) deleteSoon(ctx context.Context, set *changeSet) error {
	stop := d.onInterrupt(ctx, d.announceDeletion(set))
	defer stop()
	after, cancel := afterwards(ctx)
	defer cancel()
	return d.deleteWithStack(after, set)
}

// announceDeletion speaks once, whether the interrupt comes before the change set is
// deleted or while it is.
func (d *Deployment) announceDeletion(set *changeSet) func() {
	return func() {
		set.announced.Do(func() { d.say("interrupted: deleting the change set %s (Ctrl-C again keeps it)", set.name) })
	}
}

// deleteWithStack deletes the change set, and the empty stack if it created one and
// nobody has begun something else with it. It also works when the answer to the creation
// was lost.
func (d *Deployment) deleteWithStack(ctx context.Context, set *changeSet) error {
	stack := cmp.Or(set.stackID, d.Name)
	err := d.deleteChangeSet(ctx, set, stack)
	gone := live.IsGone(err)
	switch {
	case gone && set.id == "":
		set.state = absent
	case gone || err == nil:
		set.state = deleted
	case set.id == "": // whether it exists is unknown
		return err
	case set.createsStack():
		return fmt.Errorf("the change set %s and the empty stack %s (REVIEW_IN_PROGRESS) still exist; %s deletes both: %w",
			set.name, d.Name, d.sfngenCommand("destroy", d.Name), cloud.Explain(err))
	default:
		return fmt.Errorf("the change set %s still exists; %s deletes it: %w",
			set.name, d.awsCommand("delete-change-set --change-set-name "+set.name, d.Name), cloud.Explain(err))
	}
	if !set.createsStack() {
		return nil
	}
	state, err := d.deleteEmptyStack(ctx, set, stack)
	if err != nil && !live.IsGone(err) {
		return fmt.Errorf("the empty stack %s (REVIEW_IN_PROGRESS) still exists; %s deletes it: %w",
			d.Name, d.sfngenCommand("destroy", d.Name), cloud.Explain(err))
	}
	if set.state == deleted {
		set.state = state
	}
	return nil
}

// deleteChangeSet distinguishes one that is executed from one that is still being
// created, for which it waits.
func (d *Deployment) deleteChangeSet(ctx context.Context, set *changeSet, stack string) error {
	call := func() error {
		_, err := d.Cloud.CloudFormation().DeleteChangeSet(ctx, &cloudformation.DeleteChangeSetInput{ChangeSetName: &set.name, StackName: &stack})
		return err
	}
	if set.state != created {
		return d.retryWhileCreating(ctx, call)
	}
	err := call()
	if errors.As(err, new(*types.InvalidChangeSetStatusException)) {
		return fmt.Errorf("%w: %w", errExecuting, cloud.Explain(err))
	}
	return err
}

// retryWhileCreating calls again while the change set is still being created: before
// that, CloudFormation does not delete it.
func (d *Deployment) retryWhileCreating(ctx context.Context, call func() error) error {
	for {
		err := call()
		if !errors.As(err, new(*types.InvalidChangeSetStatusException)) || d.Sleep(ctx, time.Second) != nil {
			return err
		}
	}
}

// deleteEmptyStack deletes a stack that has nothing, not even other change sets, and
// returns the state of the change set that created it. The stack stays when somebody
// else has begun something with it.
func (d *Deployment) deleteEmptyStack(ctx context.Context, set *changeSet, stack string) (changeSetState, error) {
	client := d.Cloud.CloudFormation()
	found, err := live.Describe(ctx, client, stack)
	if err != nil || found.StackStatus != types.StackStatusReviewInProgress {
		return withoutStack(err)
	}
	listed, err := d.changeSets(ctx, aws.ToString(found.StackId))
	if err != nil {
		return deleted, err
	}
	for _, other := range listed {
		if aws.ToString(other.ChangeSetId) != set.id && aws.ToString(other.ChangeSetName) != set.name { // which may still be listed
			return deleted, nil
		}
	}
	// A change set that somebody executes in the meantime is no longer listed: then the
	// stack is no longer empty, either.
	found, err = live.Describe(ctx, client, aws.ToString(found.StackId))
	if err != nil || found.StackStatus != types.StackStatusReviewInProgress {
		return withoutStack(err)
	}
	if _, err = client.DeleteStack(ctx, &cloudformation.DeleteStackInput{StackName: found.StackId}); err != nil {
		return deleted, err
	}
	return d.awaitStackDeletion(ctx, client, aws.ToString(found.StackId)), nil
}

// withoutStack is the state after a look at a stack that is not there to be deleted.
func withoutStack(err error) (changeSetState, error) {
	if errors.Is(err, live.ErrNone) {
		return deletedWithStack, nil
	}
	return deleted, err
}

// awaitStackDeletion waits a little for the end of a deletion: before that no stack of
// this name can be deployed.
func (d *Deployment) awaitStackDeletion(ctx context.Context, client *cloudformation.Client, id string) changeSetState {
	for began := d.Now(); ; {
		found, err := live.Describe(ctx, client, id)
		if errors.Is(err, live.ErrNone) || err == nil && found.StackStatus == types.StackStatusDeleteComplete {
			return deletedWithStack
		}
		if d.Now().Sub(began) >= grace || d.Sleep(ctx, firstWait) != nil {
			return deletedStackDeleting
		}
	}
}

// stackStillDeleting is about an empty stack that is still being deleted.
func (d *Deployment) stackStillDeleting() string {
	return "the empty stack that it created is still being deleted: " + d.awsCommand("wait stack-delete-complete", d.Name) + " waits for it"
}
