package deploy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/shell"
)

// WaitingError is a change set that was to be executed and cannot be.
type WaitingError struct{ Stack, ChangeSet, Why string }

func (e *WaitingError) Error() string {
	return "the change set " + e.ChangeSet + " of the stack " + e.Stack + " cannot be executed: " + e.Why
}

// leave ends a deployment whose change set is left: it says how to look at it and
// how to go on.
func (d *Deployment) leave(ctx context.Context, set *changeSet) {
	others, err := d.waiting(ctx, set)
	switch {
	case err != nil:
		d.say("note: whether other change sets wait is not known: %v", cloud.Explain(err))
	case len(others) > 0:
		d.say("note: %s of sfngen's %s already, and whichever is executed takes the others away: %s",
			count.Of(len(others), "other change set"), count.Verb(len(others), "waits", "wait"), strings.Join(others, ", "))
	}
	d.say("the change set waits; the first of these commands shows it, the second asks and executes it:")
	d.say("  aws cloudformation describe-change-set --change-set-name %s%s", shell.Quote(set.id), d.place())
	d.say("  %s", d.anew("--execute", set.name))
}

// anew is the command that deploys this folder to this stack, with more arguments.
func (d *Deployment) anew(more ...string) string {
	text := "sfngen deploy"
	for _, word := range append([]string{d.Folder.Dir}, more...) {
		text += " " + shell.Quote(word)
	}
	return text + d.flags()
}

// flags are those that say which stack, and where.
func (d *Deployment) flags() string {
	if d.Name == d.Folder.Name {
		return d.Flags
	}
	return " --stack-name " + shell.Quote(d.Name) + d.Flags
}

// waiting are the change sets of sfngen's, but for this one, that could be executed,
// the oldest first: their names tell when they were made. After an execution
// CloudFormation deletes the others (CloudFormation User Guide, "Execute a change
// set").
func (d *Deployment) waiting(ctx context.Context, but *changeSet) ([]string, error) {
	var names []string
	all, err := d.changeSets(ctx, but.stackID)
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		ready := s.Status == types.ChangeSetStatusCreateComplete && s.ExecutionStatus != types.ExecutionStatusObsolete
		if name := told(s.ChangeSetName); ready && name != but.name && strings.HasPrefix(name, tokenPrefix) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// resume takes up a change set that --no-execute has left.
func (d *Deployment) resume(ctx context.Context, outcome Outcome, before types.Stack) (Outcome, error) {
	set, err := d.readChangeSet(ctx, before)
	if err != nil {
		return outcome, untouched(ctx, err, uploads{})
	}
	outcome.StackID, outcome.Status, outcome.Changed = set.stackID, before.StackStatus, true
	outcome.Changes = d.show(set)
	return d.proceed(ctx, outcome, set, before)
}

// readChangeSet fails with a WaitingError for one that is not this stack's and this
// spec's, or cannot be executed any more.
func (d *Deployment) readChangeSet(ctx context.Context, before types.Stack) (*changeSet, error) {
	if before.StackId == nil {
		return nil, &WaitingError{d.Name, d.ChangeSet, fmt.Sprintf("there is no such stack in %s of account %s; --stack-name, --region and --profile look elsewhere", d.Cloud.Region, d.Cloud.Account)}
	}
	set := &changeSet{stackID: *before.StackId, kind: types.ChangeSetTypeUpdate, preexisting: true}
	if before.StackStatus == types.StackStatusReviewInProgress {
		set.kind = types.ChangeSetTypeCreate
	}
	found, err := d.Cloud.CloudFormation().DescribeChangeSet(ctx, &cloudformation.DescribeChangeSetInput{
		ChangeSetName: &d.ChangeSet, StackName: before.StackId, IncludePropertyValues: aws.Bool(true),
	})
	err = checkAnswer("reading the change set", err, err == nil && found.Status == "")
	switch {
	case live.IsGone(err):
		return nil, &WaitingError{d.Name, d.ChangeSet, "there is none of this name (any more); " + d.choice(ctx, set)}
	case err != nil:
		return nil, err
	}
	set.name, set.id = aws.ToString(found.ChangeSetName), aws.ToString(found.ChangeSetId)
	why, err := d.whyNot(ctx, set, found)
	if err == nil && why != "" {
		err = &WaitingError{d.Name, d.ChangeSet, why}
	}
	if err != nil {
		return nil, err
	}
	set.changes, err = d.allChanges(ctx, set, found)
	return set, err
}

// choice are the change sets that could be executed, in words.
func (d *Deployment) choice(ctx context.Context, but *changeSet) string {
	names, err := d.waiting(ctx, but)
	switch {
	case err != nil:
		return "which ones there are is not known: " + cloud.Explain(err).Error()
	case len(names) == 0:
		return "no other one of sfngen's waits: deploy to make one"
	}
	return "waiting: " + strings.Join(names, ", ")
}

// whyNot is why a change set is not executed; "" if it can be.
func (d *Deployment) whyNot(ctx context.Context, set *changeSet, found *cloudformation.DescribeChangeSetOutput) (string, error) {
	if aws.ToString(found.StackId) != set.stackID {
		return "it is one of another stack, " + told(found.StackId), nil
	}
	template, err := d.Cloud.CloudFormation().GetTemplate(ctx, &cloudformation.GetTemplateInput{
		ChangeSetName: &set.id, StackName: &set.stackID, TemplateStage: types.TemplateStageOriginal,
	})
	if err != nil {
		return "", fmt.Errorf("reading the template of the change set %s: %w", set.name, err)
	}
	summary, err := cfn.Read([]byte(aws.ToString(template.TemplateBody)))
	switch {
	case err != nil:
		return "it was not made from a template of sfngen's", nil
	case summary.Name != d.Folder.Name:
		return "it was made from another spec, " + summary.Name + ", not " + d.Folder.Name, nil
	case found.ExecutionStatus == types.ExecutionStatusObsolete:
		return "the stack has changed since it was made: deploy again to see what is left to do", nil
	case found.ExecutionStatus != types.ExecutionStatusAvailable:
		return strings.TrimSpace(fmt.Sprintf("it is in %s, its execution in %s. %s", found.Status, found.ExecutionStatus, told(found.StatusReason))), nil
	}
	return "", nil
}
