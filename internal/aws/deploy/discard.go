package deploy

import (
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

// discard takes away the change set, and the empty stack if it made one and nobody
// has begun something else with it. It also works when the answer to the creation
// was lost.
func (d *Deployment) discard(ctx context.Context, set *changeSet) error {
	client := d.Cloud.CloudFormation()
	stack := set.stackID
	if stack == "" {
		stack = d.Name
	}
	err := d.deleteChangeSet(ctx, set, stack)
	switch set.absent = live.IsGone(err); {
	case err == nil || set.absent:
	case set.id == "": // nobody knows whether it is there
		return err
	case set.creates:
		return fmt.Errorf("the change set %s and the empty stack %s (REVIEW_IN_PROGRESS) are still there; %s removes both: %w", set.name, d.Name, d.again("destroy", d.Name), cloud.Explain(err))
	default:
		return fmt.Errorf("the change set %s is still there; %s removes it: %w", set.name, d.command("delete-change-set --change-set-name "+set.name, d.Name), cloud.Explain(err))
	}
	if !set.creates {
		return nil
	}
	set.emptied, err = d.discardStack(ctx, client, set, stack)
	if err != nil && !live.IsGone(err) {
		return fmt.Errorf("the empty stack %s (REVIEW_IN_PROGRESS) is still there; %s removes it: %w", d.Name, d.again("destroy", d.Name), cloud.Explain(err))
	}
	return nil
}

// discardStack deletes a stack that has nothing, not even other change sets. It is
// not gone when somebody else has begun something with it.
func (d *Deployment) discardStack(ctx context.Context, client *cloudformation.Client, set *changeSet, stack string) (gone bool, err error) {
	found, err := live.Describe(ctx, client, stack)
	switch {
	case errors.Is(err, live.ErrNone):
		return true, nil
	case err != nil || found.StackStatus != types.StackStatusReviewInProgress:
		return false, err
	}
	listed, err := d.changeSets(ctx, aws.ToString(found.StackId))
	if err != nil {
		return false, err
	}
	for _, other := range listed {
		if aws.ToString(other.ChangeSetId) != set.id && aws.ToString(other.ChangeSetName) != set.name { // which may still be listed
			return false, nil
		}
	}
	// A change set that somebody executes meanwhile is not listed any more: then the
	// stack is not empty any more, either.
	if found, err = live.Describe(ctx, client, aws.ToString(found.StackId)); err != nil || found.StackStatus != types.StackStatusReviewInProgress {
		return errors.Is(err, live.ErrNone), err
	}
	if _, err = client.DeleteStack(ctx, &cloudformation.DeleteStackInput{StackName: found.StackId}); err != nil {
		return false, err
	}
	gone = d.isDeleted(ctx, client, aws.ToString(found.StackId))
	set.lingers = !gone
	return gone, nil
}

// isDeleted waits a little for the end of a deletion: until then no stack of this
// name can be deployed.
func (d *Deployment) isDeleted(ctx context.Context, client *cloudformation.Client, id string) bool {
	for began := d.Now(); ; {
		found, err := live.Describe(ctx, client, id)
		if errors.Is(err, live.ErrNone) || err == nil && found.StackStatus == types.StackStatusDeleteComplete {
			return true
		}
		if d.Now().Sub(began) >= grace || d.Sleep(ctx, firstPause) != nil {
			return false
		}
	}
}

// lingering tells of an empty stack that is still being deleted.
func (d *Deployment) lingering() string {
	return "the empty stack that it made is still being deleted: " + d.command("wait stack-delete-complete", d.Name) + " waits for it"
}

// retryPending asks again while the change set is still being made: until then
// CloudFormation does not delete it.
func (d *Deployment) retryPending(ctx context.Context, call func() error) error {
	for {
		err := call()
		var pending *types.InvalidChangeSetStatusException
		if !errors.As(err, &pending) {
			return err
		}
		if d.Sleep(ctx, time.Second) != nil {
			return err
		}
	}
}
