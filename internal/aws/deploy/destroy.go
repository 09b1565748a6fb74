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

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/deploy/changes"
	"github.com/sfngen/sfngen/internal/aws/deploy/operation"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// ProtectedError is a stack with termination protection.
type ProtectedError struct{ Stack, Command string }

func (e *ProtectedError) Error() string {
	return "the stack " + e.Stack + " is protected from being deleted (termination protection), and nothing was changed; " + e.Command + " lifts that"
}

// Destruction takes a deployed stack away.
type Destruction struct {
	Session
	Name string // of the CloudFormation stack
	// Spec is the one that it must be deployed from; "" for any of sfngen's.
	Spec string
	// DryRun only shows what would go.
	DryRun bool

	machine cfn.Summary // of the template that AWS has; nothing where none was executed
	waiting []string    // the change sets that go with it
}

// Run shows what goes, asks, and deletes. A stack that is not there is success. It
// fails as Deployment.Run does, and with a ProtectedError or an OutdatedError.
func (d *Destruction) Run(ctx context.Context) error {
	d.inTurn = &inTurn{to: d.Out}
	d.where(d.Name)
	found, err := d.admit(ctx)
	switch {
	case errors.Is(err, live.ErrNone):
		d.say("nothing to destroy: there is no stack %s in %s of account %s; --stack-name, --region and --profile look elsewhere", d.Name, d.Cloud.Region, d.Cloud.Account)
		return nil
	case err != nil:
		return untouched(ctx, err, uploads{})
	}
	resources, err := d.show(ctx, found)
	if err != nil {
		return untouched(ctx, err, uploads{})
	}
	if d.DryRun {
		d.say("dry run: nothing was changed in AWS")
		return nil
	}
	yes, err := d.Confirm(ctx, fmt.Sprintf("destroy %s in %s of account %s?", d.Name, d.Cloud.Region, d.Cloud.Account))
	if err == nil && !yes {
		err = ErrDeclined
	}
	if err != nil {
		return &LeftError{Err: stopped(ctx, err), Left: "nothing was changed"}
	}
	if err := d.checkShown(ctx, found); err != nil {
		return err
	}
	return d.delete(ctx, found, resources)
}

// OutdatedError is a stack that has changed since it was shown, while a person
// thought about it: what would go now is not what was agreed to.
type OutdatedError struct {
	Stack   string
	Was, Is types.StackStatus
	Command string // which shows it again
}

func (e *OutdatedError) Error() string {
	how := fmt.Sprintf("it was in %s and is in %s", e.Was, printable.Line(string(e.Is)))
	switch {
	case e.Was == e.Is && e.Is == types.StackStatusReviewInProgress:
		how = "other change sets wait in it now"
	case e.Was == e.Is:
		how = "it was updated meanwhile, and is in " + string(e.Is) + " again"
	}
	return fmt.Sprintf("the stack %s has changed since it was shown (%s), and nothing was destroyed; %s shows what would go now", e.Stack, how, e.Command)
}

// checkShown looks once more before anything goes.
func (d *Destruction) checkShown(ctx context.Context, shown types.Stack) error {
	now, err := live.Describe(ctx, d.Cloud.CloudFormation(), aws.ToString(shown.StackId))
	switch {
	case errors.Is(err, live.ErrNone): // somebody else has deleted it: to delete it is success all the same
		return nil
	case err != nil:
		return &LeftError{Err: stopped(ctx, err), Left: "nothing was changed"}
	case operation.HasChanged(shown, now) && now.StackStatus != types.StackStatusDeleteComplete && now.StackStatus != types.StackStatusDeleteInProgress:
		return d.outdated(shown, now)
	case now.StackStatus == types.StackStatusReviewInProgress:
		return d.checkWaiting(ctx, shown, now)
	}
	return nil
}

// checkWaiting: a change set that is made meanwhile does not show in the stack itself.
func (d *Destruction) checkWaiting(ctx context.Context, shown, now types.Stack) error {
	waiting, err := d.checkClaim(ctx, now)
	switch {
	case err != nil:
		return untouched(ctx, err, uploads{})
	case !slices.Equal(waiting, d.waiting):
		return d.outdated(shown, now)
	}
	return nil
}

func (d *Destruction) outdated(shown, now types.Stack) error {
	return &OutdatedError{Stack: d.Name, Was: shown.StackStatus, Is: now.StackStatus, Command: d.again("destroy", d.Name)}
}

// admit finds the stack and says why it cannot be deleted, if it cannot.
func (d *Destruction) admit(ctx context.Context) (types.Stack, error) {
	found, err := live.Describe(ctx, d.Cloud.CloudFormation(), d.Name)
	if err != nil {
		return found, err
	}
	if found.StackStatus == types.StackStatusReviewInProgress {
		if d.waiting, err = d.checkClaim(ctx, found); err != nil {
			return found, err
		}
		if len(d.waiting) > 0 {
			d.say("what waits to be executed goes with it: %s", strings.Join(d.waiting, ", "))
		}
	} else {
		current, err := live.Read(ctx, d.Cloud, found)
		switch {
		case err != nil:
			return found, err
		case d.Spec != "" && current.Summary.Name != d.Spec:
			return found, &OtherSpecError{Stack: d.Name, Spec: d.Spec, Other: current.Summary.Name, Region: d.Cloud.Region, Account: d.Cloud.Account}
		}
		d.machine = current.Summary
	}
	switch {
	case aws.ToBool(found.EnableTerminationProtection):
		return found, &ProtectedError{Stack: d.Name, Command: d.command("update-termination-protection --no-enable-termination-protection", d.Name)}
	case strings.HasSuffix(string(found.StackStatus), "_IN_PROGRESS") && found.StackStatus != types.StackStatusReviewInProgress:
		text, own := destroyWords[found.StackStatus]
		if !own {
			text = strings.ReplaceAll(words[found.StackStatus], "deploy again", "destroy it")
		}
		return found, d.stateError(d.Name, found.StackStatus, text, d.situation(ctx, found))
	}
	return found, nil
}

// show lists what is there, what is lost with it, and what stays.
func (d *Destruction) show(ctx context.Context, found types.Stack) (int, error) {
	var list []changes.Change
	client, in := d.Cloud.CloudFormation(), &cloudformation.ListStackResourcesInput{StackName: found.StackId}
	pages := cloud.Pages(func(token *string) (*cloudformation.ListStackResourcesOutput, error) {
		in.NextToken = token
		return client.ListStackResources(ctx, in)
	}, func(page *cloudformation.ListStackResourcesOutput) *string { return page.NextToken })
	for page, err := range pages {
		if err != nil {
			return 0, fmt.Errorf("reading what the stack consists of: %w", err)
		}
		for _, r := range page.StackResourceSummaries {
			id, kind := aws.ToString(r.LogicalResourceId), aws.ToString(r.ResourceType)
			if r.ResourceStatus != types.ResourceStatusDeleteComplete && id != "" {
				list = append(list, changes.Deletion(id, kind))
			}
		}
	}
	slices.SortFunc(list, func(a, b changes.Change) int { return strings.Compare(a.Resource, b.Resource) })
	if len(list) == 0 {
		d.say("it has no resources: only its name goes")
	} else {
		d.say("%sall of it, %s", changes.Losses(list, d.Paint), count.Of(len(list), "resource"))
	}
	if bucket := live.Parameter(found, cfn.ParameterBucket); bucket != "" {
		d.say("the bucket %s and the zips in it stay", printable.Line(bucket))
	}
	if slices.ContainsFunc(list, func(c changes.Change) bool { return c.Type == "AWS::StepFunctions::StateMachine" }) {
		d.tellRunning(ctx, d.machine)
	}
	return len(list), nil
}

func (d *Destruction) delete(ctx context.Context, found types.Stack, resources int) error {
	w := d.watch(ctx, aws.ToString(found.StackId), found, resources)
	w.Token = d.token()
	if err := d.begin(ctx, w); err != nil {
		return err
	}
	now, err := w.Run(ctx)
	switch {
	case errors.Is(err, operation.ErrNeverBegan):
		return &LeftError{Err: err, Left: d.unknown("the deletion", d.Name)}
	case err != nil:
		return &LeftError{Err: stopped(ctx, err), Left: "the deletion goes on in AWS, and nothing stops it; " + d.again("destroy", d.Name) + " says where it stands"}
	case now.StackStatus == types.StackStatusDeleteComplete:
		d.say("destroyed %s in %s", d.Name, age(w.Elapsed()))
		return nil
	}
	return d.failure("destroying", d.Name, now, w.Events())
}
