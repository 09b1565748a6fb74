package deploy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/deploy/operation"
	"github.com/sfngen/sfngen/internal/aws/live"
)

// errNoChanges is what CloudFormation reports when there is nothing to change.
var errNoChanges = errors.New("no changes")

// meansNoChanges looks for CloudFormation's words for it: in a failed change set, or as
// an error of CreateChangeSet.
func meansNoChanges(reason string) bool {
	return slices.ContainsFunc([]string{
		"The submitted information didn't contain changes", "No updates are to be performed", "There are no changes",
	}, func(words string) bool { return strings.Contains(reason, words) })
}

// createChangeSet requests one and waits until it says what it would do. When it ends
// early, deleteChangeSet cleans up.
func (d *Deployment) createChangeSet(ctx context.Context, set *changeSet, input *cloudformation.CreateChangeSetInput) error {
	stop := d.onInterrupt(ctx, d.announceDeletion(set))
	defer stop()
	whole, cancel := finishing(ctx)
	defer cancel()
	out, err := d.Cloud.CloudFormation().CreateChangeSet(whole, input)
	var api smithy.APIError
	if errors.As(err, &api) && meansNoChanges(api.ErrorMessage()) {
		return errNoChanges
	}
	if err = checkAnswer("creating a change set of the stack "+d.Name, err, err == nil && out.Id == nil); err != nil {
		return err
	}
	set.state, set.id, set.stackID = creating, aws.ToString(out.Id), aws.ToString(out.StackId)
	now, err := d.awaitChangeSet(ctx, set)
	switch {
	case live.IsGone(err):
		return fmt.Errorf("the change set is gone: somebody else has deployed %s in the meantime, or has deleted it; "+
			"deploy again to see what remains to be done: %w",
			d.Name, err)
	case err != nil:
		return err
	case now.Status != types.ChangeSetStatusCreateComplete && meansNoChanges(aws.ToString(now.StatusReason)):
		return errNoChanges
	case now.Status != types.ChangeSetStatusCreateComplete:
		return d.refused(aws.ToString(now.StatusReason), d.validations(ctx, set))
	}
	set.state = created
	set.changes, err = d.allChanges(ctx, set, now)
	return err
}

// awaitChangeSet waits until the change set is created, or has failed.
func (d *Deployment) awaitChangeSet(ctx context.Context, set *changeSet) (now *cloudformation.DescribeChangeSetOutput, err error) {
	client := d.Cloud.CloudFormation()
	err = d.poll(ctx, "waiting for the change set", func() (bool, error) {
		now, err = client.DescribeChangeSet(ctx, &cloudformation.DescribeChangeSetInput{
			ChangeSetName: &set.id, StackName: &set.stackID, IncludePropertyValues: aws.Bool(true),
		})
		if err = checkAnswer(readingChangeSet, err, err == nil && now.Status == ""); err != nil {
			return false, err
		}
		set.drift = now.StackDriftStatus
		return now.Status != types.ChangeSetStatusCreatePending && now.Status != types.ChangeSetStatusCreateInProgress, nil
	})
	return now, err
}

// refused is about a change set that CloudFormation could not create.
func (d *Deployment) refused(reason string, validations []string) error {
	return &Error{
		Kind: Refused, Stack: d.Name,
		Message: cloud.Message{What: "CloudFormation refuses this deployment of " + d.Name, Why: operation.Readable(reason)},
		Details: indented(validations), Next: operation.Advise(reason + strings.Join(validations, " ")),
	}
}
