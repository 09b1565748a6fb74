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

// notExecutable is about a change set that was to be executed and cannot be.
func (d *Deployment) notExecutable(why, remedy string) error {
	return &Error{Kind: notExecutable, Stack: d.Name, Message: cloud.Message{
		What: "the change set " + d.ChangeSet + " of the stack " + d.Name + " cannot be executed", Why: why, Do: remedy,
	}}
}

// sayWaiting ends a deployment whose change set waits: it says how to look at it and how
// to continue.
func (d *Deployment) sayWaiting(ctx context.Context, set *changeSet) {
	others, err := d.otherWaiting(ctx, set)
	switch {
	case err != nil:
		d.say("note: whether other change sets are waiting is not known: %v", cloud.Explain(err))
	case len(others) > 0:
		d.say("note: sfngen has created %s that can still be executed: %s; executing one deletes the others",
			count.Of(len(others), "other change set"), strings.Join(others, ", "))
	}
	d.say("the change set waits; the first of these commands shows it, the second asks and executes it:")
	d.say("  aws cloudformation describe-change-set --change-set-name %s%s", shell.Quote(set.id), d.place())
	d.say("  %s", d.deployCommand("--execute", set.name))
}

// otherWaiting are the change sets of sfngen's, except for one, that could be executed,
// the oldest first: their names say when they were created. After an execution
// CloudFormation deletes the others (CloudFormation User Guide, "Execute a change set").
func (d *Deployment) otherWaiting(ctx context.Context, except *changeSet) ([]string, error) {
	var names []string
	all, err := d.changeSets(ctx, except.stackID)
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		ready := s.Status == types.ChangeSetStatusCreateComplete && s.ExecutionStatus != types.ExecutionStatusObsolete
		if name := shown(s.ChangeSetName); ready && name != except.name && strings.HasPrefix(name, tokenPrefix) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// resume executes a change set that --no-execute has left.
func (d *Deployment) resume(ctx context.Context, outcome Outcome, before types.Stack) (Outcome, error) {
	set, err := d.readChangeSet(ctx, before)
	if err != nil {
		return outcome, untouched(ctx, err, uploads{})
	}
	return d.proceed(ctx, outcome, set)
}

// readChangeSet reads the change set of --execute, and checks whether it can be executed.
func (d *Deployment) readChangeSet(ctx context.Context, before types.Stack) (*changeSet, error) {
	if before.StackId == nil {
		return nil, d.notExecutable(fmt.Sprintf("there is no such stack in %s of account %s", d.Cloud.Region, d.Cloud.Account),
			"--stack-name, --region and --profile look elsewhere")
	}
	set := &changeSet{stackID: *before.StackId, kind: types.ChangeSetTypeUpdate, state: waiting, before: before}
	if before.StackStatus == types.StackStatusReviewInProgress {
		set.kind = types.ChangeSetTypeCreate
	}
	found, err := d.Cloud.CloudFormation().DescribeChangeSet(ctx, &cloudformation.DescribeChangeSetInput{
		ChangeSetName: &d.ChangeSet, StackName: before.StackId, IncludePropertyValues: aws.Bool(true),
	})
	err = checkAnswer(readingChangeSet, err, err == nil && found.Status == "")
	switch {
	case live.IsGone(err):
		return nil, d.notExecutable("there is none of this name, or no longer", d.choice(ctx, set))
	case err != nil:
		return nil, err
	}
	set.name, set.id = shown(found.ChangeSetName), aws.ToString(found.ChangeSetId)
	if err := d.checkExecutable(ctx, set, found); err != nil {
		return nil, err
	}
	set.changes, err = d.allChanges(ctx, set, found)
	return set, err
}

// choice are the change sets that could be executed.
func (d *Deployment) choice(ctx context.Context, except *changeSet) string {
	names, err := d.otherWaiting(ctx, except)
	switch {
	case err != nil:
		return "which ones exist is not known: " + cloud.Explain(err).Error()
	case len(names) == 0:
		return "no other one of sfngen's is waiting: deploy to create one"
	}
	return "waiting: " + strings.Join(names, ", ")
}

// checkExecutable returns a notExecutable error for a change set that is not this
// stack's and this spec's, or can no longer be executed.
func (d *Deployment) checkExecutable(ctx context.Context, set *changeSet, found *cloudformation.DescribeChangeSetOutput) error {
	if aws.ToString(found.StackId) != set.stackID {
		return d.notExecutable("it belongs to another stack, "+shown(found.StackId), "")
	}
	template, err := d.Cloud.CloudFormation().GetTemplate(ctx, &cloudformation.GetTemplateInput{
		ChangeSetName: &set.id, StackName: &set.stackID, TemplateStage: types.TemplateStageOriginal,
	})
	if err != nil {
		return checkAnswer("reading the template of the change set "+set.name, err, false)
	}
	summary, err := cfn.Read([]byte(aws.ToString(template.TemplateBody)))
	switch {
	case err != nil:
		return d.notExecutable("it was not created from a template of sfngen's", "")
	case summary.Name != d.Folder.Name:
		return d.notExecutable("it was created from another spec, "+summary.Name+", not "+d.Folder.Name, "")
	case found.ExecutionStatus == types.ExecutionStatusObsolete:
		return d.notExecutable("the stack has changed since it was created", "deploy again to see what remains to be done")
	case found.ExecutionStatus != types.ExecutionStatusAvailable:
		return d.notExecutable(strings.TrimSpace(fmt.Sprintf("it is in %s, its execution in %s. %s", found.Status, found.ExecutionStatus,
			aws.ToString(found.StatusReason))), "")
	}
	return nil
}
