package deploy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/deploy/changes"
	"github.com/sfngen/sfngen/internal/aws/deploy/operation"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// changeSet is one of CloudFormation's: what a deployment would do.
type changeSet struct {
	name, id, stackID string
	kind              types.ChangeSetType
	creates           bool    // it makes the stack, too, with nothing else in it
	left              uploads // what is in S3 because of it
	preexisting       bool    // since before this deployment, which only executes it
	made              bool    // completely: what does not let it be deleted is its execution
	absent            bool    // it was not there when it was to be removed
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
	text := "CloudFormation refuses this deployment of " + e.Stack + ": " + operation.Readable(e.Reason)
	for _, d := range e.Details {
		text += "\n  " + d
	}
	if hint := operation.Advise(e.Reason + strings.Join(e.Details, " ")); hint != "" {
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
	case live.IsGone(err):
		return fmt.Errorf("the change set has gone: somebody else has deployed %s meanwhile, or has removed it; deploy again to see what is left to do: %w", d.Name, err)
	case err != nil:
		return err
	case now.Status != types.ChangeSetStatusCreateComplete && meansNoChanges(aws.ToString(now.StatusReason)):
		return errNoChanges
	case now.Status != types.ChangeSetStatusCreateComplete:
		return &RefusedError{Stack: d.Name, Reason: aws.ToString(now.StatusReason), Details: d.validations(ctx, set)}
	}
	set.made = true
	set.changes, err = d.allChanges(ctx, set, now)
	return err
}

// allChanges reads the pages after the first one.
func (d *Deployment) allChanges(ctx context.Context, set *changeSet, first *cloudformation.DescribeChangeSetOutput) ([]types.Change, error) {
	var changes []types.Change
	client := d.Cloud.CloudFormation()
	pages := cloud.Pages(func(token *string) (*cloudformation.DescribeChangeSetOutput, error) {
		if token == nil {
			return first, nil
		}
		return client.DescribeChangeSet(ctx, &cloudformation.DescribeChangeSetInput{
			ChangeSetName: &set.id, StackName: &set.stackID, IncludePropertyValues: aws.Bool(true), NextToken: token,
		})
	}, func(page *cloudformation.DescribeChangeSetOutput) *string { return page.NextToken })
	for page, err := range pages {
		if err != nil {
			return nil, fmt.Errorf("reading the change set: %w", cloud.Explain(err))
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
	pages := cloud.Pages(func(token *string) (*cloudformation.DescribeEventsOutput, error) {
		in.NextToken = token
		return client.DescribeEvents(ctx, in)
	}, func(page *cloudformation.DescribeEventsOutput) *string { return page.NextToken })
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
	text := fmt.Sprintf("%s (%s): %s", id, changes.InWords(id, aws.ToString(e.ResourceType)), printable.Line(reason))
	if hook := told(e.HookType); hook != "" {
		text += " (the Hook " + hook + ")"
	}
	return text
}

// changeSets are all that the stack of this ID has.
func (s *Session) changeSets(ctx context.Context, stackID string) ([]types.ChangeSetSummary, error) {
	var all []types.ChangeSetSummary
	client, in := s.Cloud.CloudFormation(), &cloudformation.ListChangeSetsInput{StackName: &stackID}
	pages := cloud.Pages(func(token *string) (*cloudformation.ListChangeSetsOutput, error) {
		in.NextToken = token
		return client.ListChangeSets(ctx, in)
	}, func(page *cloudformation.ListChangeSetsOutput) *string { return page.NextToken })
	for page, err := range pages {
		if err != nil {
			return nil, err
		}
		for _, set := range page.Summaries {
			if aws.ToString(set.StackId) == stackID { // moto lists all of the region's
				all = append(all, set)
			}
		}
	}
	return all, nil
}
