package deploy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/deploy/changes"
	"github.com/sfngen/sfngen/internal/aws/deploy/operation"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// Destruction deletes a deployed stack.
type Destruction struct {
	Session
	Name string // of the CloudFormation stack
	// Spec is the one that it must be deployed from; "" for any of sfngen's.
	Spec string
	// DryRun only shows what would be deleted.
	DryRun bool

	machine    cfn.Summary      // of the template that AWS has; nothing where none was executed
	changeSets []string         // that will be deleted with it
	network    *deployedNetwork // nil for none
	kept       []string         // ids of the Elastic IPs that stay
	left       bool             // the functions have left the network
}

// Run shows what will be deleted, asks, and deletes. A stack that does not exist is
// success. It fails as Deployment.Run does.
func (d *Destruction) Run(ctx context.Context) error {
	d.inTurn = &inTurn{to: d.Out}
	d.sayWhere(d.Name)
	found, err := d.admit(ctx)
	switch {
	case errors.Is(err, live.ErrNone):
		d.say("nothing to destroy: there is no stack %s; --stack-name, --region and --profile look elsewhere", d.whole(d.Name))
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
	if err := d.confirm(ctx, d.Name, d.question()); err != nil {
		return nothingChanged(stopped(ctx, err))
	}
	if err := d.checkShown(ctx, found); err != nil {
		return err
	}
	if found, err = d.leaveNetwork(ctx, found); err != nil {
		return err
	}
	return d.delete(ctx, found, resources)
}

// outdated is about a stack that has changed since it was shown, before the user
// answered: what would be deleted now is not what the user agreed to.
func (d *Destruction) outdated(shown, now types.Stack) error {
	was, is := shown.StackStatus, now.StackStatus
	why := fmt.Sprintf("it was in %s and is in %s", was, is)
	switch {
	case was == is && is == types.StackStatusReviewInProgress:
		why = "it has other change sets now"
	case was == is:
		why = fmt.Sprintf("it was updated in the meantime, and is in %s again", is)
	}
	return &Error{Kind: outdated, Stack: d.Name, Message: cloud.Message{
		What: "nothing was deleted, because the stack " + d.Name + " has changed since it was shown", Why: why,
		Do: d.sfngenCommand("destroy", d.Name) + " shows what would be deleted now",
	}}
}

// checkShown looks once more before anything is deleted.
func (d *Destruction) checkShown(ctx context.Context, shown types.Stack) error {
	now, err := live.Describe(ctx, d.Cloud.CloudFormation(), aws.ToString(shown.StackId))
	switch {
	case errors.Is(err, live.ErrNone): // somebody else has deleted it: deleting it is success anyway
		return nil
	case err != nil:
		return nothingChanged(stopped(ctx, err))
	case operation.HasChanged(shown, now) && now.StackStatus != types.StackStatusDeleteComplete &&
		now.StackStatus != types.StackStatusDeleteInProgress:
		return d.outdated(shown, now)
	case now.StackStatus == types.StackStatusReviewInProgress:
		return d.checkChangeSets(ctx, shown, now)
	}
	return nil
}

// checkChangeSets: a change set that is created in the meantime does not show in the
// stack itself.
func (d *Destruction) checkChangeSets(ctx context.Context, shown, now types.Stack) error {
	current, err := d.checkOwner(ctx, now)
	switch {
	case err != nil:
		return untouched(ctx, err, uploads{})
	case !slices.Equal(current, d.changeSets):
		return d.outdated(shown, now)
	}
	return nil
}

// admit finds the stack and says why it cannot be deleted, if it cannot.
func (d *Destruction) admit(ctx context.Context) (types.Stack, error) {
	found, err := live.Describe(ctx, d.Cloud.CloudFormation(), d.Name)
	if err != nil {
		return found, err
	}
	if err := d.look(ctx, found); err != nil {
		return found, err
	}
	switch {
	case aws.ToBool(found.EnableTerminationProtection):
		return found, &Error{Kind: protected, Stack: d.Name, Message: cloud.Message{
			What: "nothing was changed, because the stack " + d.Name + " has termination protection",
			Do:   d.awsCommand("update-termination-protection --no-enable-termination-protection", d.Name) + " turns it off",
		}}
	case operation.InProgress(found.StackStatus) && !d.DryRun && d.network != nil && d.isDetaching(ctx, found):
		if err := d.joinDetachment(ctx, found, d.sfngenCommand("destroy", d.Name)); err != nil {
			return found, err
		}
		return d.admit(ctx)
	case operation.InProgress(found.StackStatus) && found.StackStatus != types.StackStatusReviewInProgress:
		now := d.situation(ctx, found)
		now.destroying = true
		return found, d.statusError(d.Name, found.StackStatus, statusMessages[found.StackStatus], now)
	}
	return found, nil
}

// look reads what the stack has: its template, or only change sets. It fails where the stack
// is not sfngen's, or of another spec.
func (d *Destruction) look(ctx context.Context, found types.Stack) error {
	if found.StackStatus == types.StackStatusReviewInProgress {
		var err error
		if d.changeSets, err = d.checkOwner(ctx, found); err == nil && len(d.changeSets) > 0 {
			d.say("change sets that were not executed are deleted with it: %s", strings.Join(d.changeSets, ", "))
		}
		return err
	}
	current, err := live.Read(ctx, d.Cloud, found)
	switch {
	case err != nil:
		return err
	case d.Spec != "" && current.Summary.Name != d.Spec:
		return d.otherSpec(d.Name, current.Summary.Name, d.Spec)
	}
	d.machine = current.Summary
	d.network, err = d.readNetwork(ctx, *current)
	return err
}

// show lists what exists, what is lost with it, and what stays.
func (d *Destruction) show(ctx context.Context, found types.Stack) (int, error) {
	all, err := live.Resources(ctx, d.Cloud, found.StackId)
	if err != nil {
		return 0, err
	}
	var list []changes.Change
	for _, r := range all {
		if id := aws.ToString(r.LogicalResourceId); id != "" {
			list = append(list, changes.Deletion(id, aws.ToString(r.ResourceType)))
		}
	}
	list = d.showNetwork(list)
	list, kept := d.withoutKeptLogs(list)
	slices.SortFunc(list, func(a, b changes.Change) int { return strings.Compare(a.Resource, b.Resource) })
	if len(list) == 0 {
		d.say("it has no resources: only its name is deleted")
	} else {
		fmt.Fprint(d.out(), changes.Losses(list, d.Paint))
		d.say("all of it, %s", count.Of(len(list), "resource"))
	}
	if bucket := live.Parameter(found, cfn.ParameterBucket); bucket != "" {
		d.say("the bucket %s and the zips in it stay", printable.Line(bucket))
	}
	d.sayNetwork()
	d.sayKeptLogs(kept)
	if slices.ContainsFunc(list, func(c changes.Change) bool { return c.Type == "AWS::StepFunctions::StateMachine" }) {
		d.noteRunning(ctx, d.machine)
	}
	return len(list), nil
}

func (d *Destruction) delete(ctx context.Context, found types.Stack, resources int) error {
	for n := 1; ; n++ {
		w := d.watch(ctx, aws.ToString(found.StackId), found, resources)
		w.Token = d.token()
		now, err := d.deleteOnce(ctx, w)
		switch {
		case err != nil:
			return err
		case now.StackStatus == types.StackStatusDeleteComplete:
			d.say("destroyed %s in %s", d.Name, age(w.Elapsed()))
			if d.network != nil {
				d.sayKept(ctx, d.network, d.kept, nil)
			}
			return nil
		case n == mostDeletions || !d.isBlocked(now, w.Events()):
			return d.failure("destroying", d.Name, now, w.Events())
		}
		if err := d.unblock(ctx); err != nil {
			return err
		}
		found = now
	}
}

// deleteOnce deletes the stack, and returns the state in which that ends.
func (d *Destruction) deleteOnce(ctx context.Context, w *operation.Watch) (types.Stack, error) {
	if err := d.beginDeletion(ctx, w); err != nil {
		return types.Stack{}, err
	}
	now, err := w.Run(ctx)
	switch {
	case errors.Is(err, operation.ErrNeverBegan):
		return now, remaining(err, d.unknown("the deletion", d.Name))
	case err != nil:
		return now, remaining(stopped(ctx, err), "the deletion continues in AWS, and nothing stops it; "+d.sfngenCommand("destroy", d.Name)+
			" says how far it is")
	}
	return now, nil
}
