package deploy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"

	"github.com/sfngen/sfngen/internal/cloud"
	"github.com/sfngen/sfngen/internal/deployed"
	"github.com/sfngen/sfngen/internal/printable"
)

// changeSet is one of CloudFormation's: what a deployment would do.
type changeSet struct {
	name, id, stackID string
	kind              types.ChangeSetType
	creates           bool    // it makes the stack, too, with nothing else in it
	left              remains // what is in S3 because of it
	waits             bool    // since before this deployment, which only executes it
	made              bool    // completely: what does not let it be deleted is its execution
	emptied           bool    // the stack that it made is gone again
	lingers           bool    // it is still being deleted
	told              bool    // that an interrupt removes it
	changes           []types.Change
	drift             types.StackDriftStatus // that it has found; only a drift-aware one looks
}

// RefusedError is a change set that CloudFormation could not make.
type RefusedError struct {
	Stack, Reason string
	Details       []string // what CloudFormation's validations say, one line each
}

func (e *RefusedError) Error() string {
	text := "CloudFormation refuses this deployment of " + e.Stack + ": " + readable(e.Reason)
	for _, d := range e.Details {
		text += "\n  " + d
	}
	if hint := advise(e.Reason + strings.Join(e.Details, " ")); hint != "" {
		text += "\n" + hint
	}
	return text
}

// errNoChanges is CloudFormation's way to say that all is as it should be.
var errNoChanges = errors.New("no changes")

// noChanges are its words for it: in a failed change set, or as an error of
// CreateChangeSet.
var noChanges = []string{
	"The submitted information didn't contain changes",
	"No updates are to be performed",
	"There are no changes",
}

func meansNoChanges(reason string) bool {
	for _, words := range noChanges {
		if strings.Contains(reason, words) {
			return true
		}
	}
	return false
}

// createChangeSet asks for one and waits until it tells what it would do. Whatever
// ends it early leaves what discard takes away.
func (d *Deployment) createChangeSet(ctx context.Context, set *changeSet, input *cloudformation.CreateChangeSetInput) error {
	client := d.Cloud.CloudFormation()
	stop := d.onInterrupt(ctx, d.removing(set))
	defer stop()
	whole, cancel := finishing(ctx)
	defer cancel()
	out, err := client.CreateChangeSet(whole, input)
	var api smithy.APIError
	if errors.As(err, &api) && meansNoChanges(api.ErrorMessage()) {
		return errNoChanges
	}
	if err = checkAnswer("making a change set of the stack "+d.Name, err, err == nil && out.Id == nil); err != nil {
		return err
	}
	set.id, set.stackID = aws.ToString(out.Id), aws.ToString(out.StackId)
	var now *cloudformation.DescribeChangeSetOutput
	err = d.poll(ctx, "waiting for the change set", func() (bool, error) {
		now, err = client.DescribeChangeSet(ctx, &cloudformation.DescribeChangeSetInput{
			ChangeSetName: out.Id, StackName: out.StackId, IncludePropertyValues: aws.Bool(true),
		})
		err = checkAnswer("reading the change set", err, err == nil && now.Status == "")
		if err == nil {
			set.drift = now.StackDriftStatus
		}
		return err == nil && now.Status != types.ChangeSetStatusCreatePending && now.Status != types.ChangeSetStatusCreateInProgress, err
	})
	switch {
	case err != nil:
		return err
	case now.Status != types.ChangeSetStatusCreateComplete && meansNoChanges(aws.ToString(now.StatusReason)):
		return errNoChanges
	case now.Status != types.ChangeSetStatusCreateComplete:
		return &RefusedError{Stack: d.Name, Reason: aws.ToString(now.StatusReason), Details: d.validations(ctx, set)}
	}
	set.made = true
	set.changes, err = d.allChanges(ctx, now)
	return err
}

// allChanges reads the pages after the first one.
func (d *Deployment) allChanges(ctx context.Context, page *cloudformation.DescribeChangeSetOutput) ([]types.Change, error) {
	changes := page.Changes
	for page.NextToken != nil {
		var err error
		page, err = d.Cloud.CloudFormation().DescribeChangeSet(ctx, &cloudformation.DescribeChangeSetInput{
			ChangeSetName: page.ChangeSetId, StackName: page.StackId, IncludePropertyValues: aws.Bool(true), NextToken: page.NextToken,
		})
		if err != nil {
			return nil, fmt.Errorf("reading the change set: %w", err)
		}
		changes = append(changes, page.Changes...)
	}
	return changes, nil
}

// validations are what CloudFormation, or a Hook of the account's, found before
// anything was deployed; a failed change set only says that there is something
// (CloudFormation User Guide, "Validate stack deployments"). Who may not read them
// does without, and is told so.
func (d *Deployment) validations(ctx context.Context, set *changeSet) []string {
	var lines []string
	client, in := d.Cloud.CloudFormation(), &cloudformation.DescribeEventsInput{
		ChangeSetName: &set.id, StackName: &set.stackID, Filters: &types.EventFilter{FailedEvents: aws.Bool(true)},
	}
	pages := cloud.Pages(func(token *string) (*cloudformation.DescribeEventsOutput, *string, error) {
		in.NextToken = token
		page, err := client.DescribeEvents(ctx, in)
		if err != nil {
			return nil, nil, err
		}
		return page, page.NextToken, nil
	})
	for page, err := range pages {
		if err != nil {
			if ctx.Err() == nil {
				d.say("note: CloudFormation's details of that cannot be read: %v", cloud.Explain(err))
			}
			return lines
		}
		for _, e := range page.OperationEvents {
			if line := validation(e); line != "" {
				lines = append(lines, line)
			}
		}
	}
	return lines
}

// validation is what one event says is wrong; "" when it says nothing.
func validation(e types.OperationEvent) string {
	reason := cmp.Or(aws.ToString(e.ValidationStatusReason), aws.ToString(e.HookStatusReason), aws.ToString(e.ResourceStatusReason))
	if reason == "" {
		return ""
	}
	id := told(e.LogicalResourceId)
	text := fmt.Sprintf("%s (%s): %s", id, plain(id, aws.ToString(e.ResourceType)), printable.Line(reason))
	if hook := told(e.HookType); hook != "" {
		text += " (the Hook " + hook + ")"
	}
	return text
}

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
	if err != nil && !isGone(err) {
		return fmt.Errorf("the change set %s is still there: %w", set.name, err)
	}
	if !set.creates {
		return nil
	}
	set.emptied, err = d.discardStack(ctx, client, set, stack)
	if err != nil && !isGone(err) {
		return fmt.Errorf("the empty stack %s (REVIEW_IN_PROGRESS) is still there; %s removes it: %w", d.Name, d.again("destroy", d.Name), err)
	}
	return nil
}

// discardStack deletes a stack that has nothing, not even other change sets. It is
// not gone when somebody else has begun something with it.
func (d *Deployment) discardStack(ctx context.Context, client *cloudformation.Client, set *changeSet, stack string) (gone bool, err error) {
	found, err := deployed.Describe(ctx, client, stack)
	switch {
	case errors.Is(err, deployed.ErrNone):
		return true, nil
	case err != nil || found.StackStatus != types.StackStatusReviewInProgress:
		return false, err
	}
	others, err := client.ListChangeSets(ctx, &cloudformation.ListChangeSetsInput{StackName: found.StackId})
	if err != nil {
		return false, err
	}
	for _, other := range others.Summaries {
		own := aws.ToString(other.ChangeSetId) == set.id || aws.ToString(other.ChangeSetName) == set.name // which may still be listed
		if !own && aws.ToString(other.StackId) == aws.ToString(found.StackId) {
			return false, nil
		}
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
		found, err := deployed.Describe(ctx, client, id)
		if errors.Is(err, deployed.ErrNone) || err == nil && found.StackStatus == types.StackStatusDeleteComplete {
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

// isGone is for what somebody else has taken away, or was never made.
func isGone(err error) bool {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return false
	}
	return api.ErrorCode() == "ChangeSetNotFound" || api.ErrorCode() == "ChangeSetNotFoundException" ||
		api.ErrorCode() == "ValidationError" && strings.Contains(api.ErrorMessage(), "does not exist")
}
