package deploy

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"

	"github.com/sfngen/sfngen/internal/cloud"
	"github.com/sfngen/sfngen/internal/pack"
	"github.com/sfngen/sfngen/internal/stack"
)

// Mode is how far a deployment goes.
type Mode int

const (
	Execute   Mode = iota
	DryRun         // shows what would change, and leaves AWS as it was
	NoExecute      // uploads, and leaves the change set for somebody else to execute
)

// Deployment is one stack's folder on its way to CloudFormation.
type Deployment struct {
	Session
	Folder *stack.Folder
	Name   string // of the CloudFormation stack
	// Partition is the spec's; "" when the spec is not known.
	Partition string
	Bucket    BucketChoice
	Drift     Drift
	Mode      Mode
	// Results gets the changes of a dry run, or of a change set that is left: they
	// are what was asked for. nil: Out gets them, as it does otherwise.
	Results      io.Writer
	ResultsColor bool

	Pack      func(ctx context.Context, progress func(string)) ([]pack.Artifact, error)
	OpenStore func(ctx context.Context, b BucketChoice) (Store, error)
}

// LeftError is an error with what the command leaves in AWS because of it.
type LeftError struct {
	Err  error
	Left string
}

// Error leaves out what only says that it was interrupted.
func (e *LeftError) Error() string {
	if errors.Is(e.Err, context.Canceled) {
		return e.Left
	}
	return e.Err.Error() + "\n" + e.Left
}

func (e *LeftError) Unwrap() error { return e.Err }

// Run deploys. It fails with a StateError, a deployed.ForeignError or an
// OtherSpecError when the stack cannot be deployed to, a DriftError, a
// RefusedError when CloudFormation makes no change set, ErrDeclined, a
// FailedError when it was begun and failed, and with what AWS says otherwise; a
// LeftError around it says what is left. No changes is success.
func (d *Deployment) Run(ctx context.Context) (Outcome, error) {
	outcome := Outcome{Stack: d.Name, mode: d.Mode}
	before, creates, err := d.admit(ctx)
	if err != nil {
		return outcome, untouched(ctx, err, 0)
	}
	ready, err := d.prepare(ctx, before, creates)
	if err != nil {
		return outcome, untouched(ctx, err, ready.uploaded)
	}
	set := d.newChangeSet(before, creates)
	set.uploaded = ready.uploaded
	d.say("asking CloudFormation what would change")
	err = d.createChangeSet(ctx, set, d.changeSetInput(set, before, ready))
	switch {
	case errors.Is(err, errNoChanges):
		outcome.read(before)
		return outcome, d.unchanged(ctx, set)
	case err != nil:
		return outcome, d.giveUp(ctx, set, err)
	}
	outcome.StackID, outcome.Status, outcome.Changed = set.stackID, before.StackStatus, true
	outcome.Changes = d.show(set)
	return d.proceed(ctx, outcome, set, before)
}

// proceed does with a change set what the mode and the person say.
func (d *Deployment) proceed(ctx context.Context, outcome Outcome, set *changeSet, before types.Stack) (Outcome, error) {
	switch d.Mode {
	case DryRun:
		if err := d.discardSoon(ctx, set); err != nil {
			return outcome, err
		}
		if set.creates {
			outcome.StackID = ""
		}
		d.say("dry run: nothing was changed in AWS")
		return outcome, nil
	case NoExecute:
		outcome.ChangeSet = set.id
		d.say("the change set waits to be executed:")
		for _, verb := range []string{"describe-change-set", "execute-change-set"} {
			d.say("  aws cloudformation %s --change-set-name %s%s", verb, set.id, d.place())
		}
		return outcome, nil
	}
	yes, err := d.Confirm(ctx, fmt.Sprintf("deploy %s to %s in %s of account %s?", these(len(outcome.Changes)), d.Name, d.Cloud.Region, d.Cloud.Account))
	if err == nil && !yes {
		err = ErrDeclined
	}
	if err != nil {
		return outcome, d.giveUp(ctx, set, err)
	}
	if set.creates {
		before = types.Stack{StackId: &set.stackID, StackStatus: types.StackStatusReviewInProgress}
	}
	return d.execute(ctx, outcome, set, before)
}

func these(n int) string {
	switch n {
	case 0:
		return "this"
	case 1:
		return "this change"
	}
	return fmt.Sprintf("these %d changes", n)
}

// show prints what the change set does.
func (d *Deployment) show(set *changeSet) []Change {
	changes, untouched := judge(set.changes)
	to := d.Session
	if d.Mode != Execute && d.Results != nil {
		to.Out, to.Color = d.Results, d.ResultsColor
	}
	to.writeChanges(to.Out, changes, untouched)
	return changes
}

// unchanged ends a deployment that had nothing to do.
func (d *Deployment) unchanged(ctx context.Context, set *changeSet) error {
	if set.id != "" { // else CloudFormation has said so before it made one
		if err := d.discardSoon(ctx, set); err != nil {
			return err
		}
	}
	d.say("no changes: %s is as the template says", d.Name)
	return nil
}

// discardSoon is discard, which an interrupt does not stop.
func (d *Deployment) discardSoon(ctx context.Context, set *changeSet) error {
	after, cancel := afterwards(ctx)
	defer cancel()
	return d.discard(after, set)
}

// zipsStay is what an early end leaves in the bucket.
const zipsStay = "; the uploaded zips stay in the bucket, for the next time"

// untouched is an end before there is anything of CloudFormation's.
func untouched(ctx context.Context, why error, uploaded int) error {
	left := "nothing was changed in AWS"
	switch {
	case ctx.Err() != nil:
		why = ctx.Err()
	case uploaded == 0:
		return why
	}
	if uploaded > 0 {
		left = "nothing was deployed" + zipsStay
	}
	return &LeftError{Err: why, Left: left}
}

// giveUp ends a deployment before its execution: AWS is left as it was, and that
// is said.
func (d *Deployment) giveUp(ctx context.Context, set *changeSet, why error) error {
	var api smithy.APIError
	if set.id == "" && errors.As(why, &api) && !passes(why) {
		return untouched(ctx, why, set.uploaded) // CloudFormation has made nothing
	}
	if ctx.Err() != nil {
		why = ctx.Err()
	}
	left := "nothing was changed: the change set is removed"
	if set.creates {
		left += ", and so is the empty stack that it made"
	}
	if err := d.discardSoon(ctx, set); err != nil {
		left = "nothing was deployed, but " + cloud.Explain(err).Error()
	}
	if set.uploaded > 0 {
		left += zipsStay
	}
	return &LeftError{Err: why, Left: left}
}

func (d *Deployment) newChangeSet(before types.Stack, creates bool) *changeSet {
	set := &changeSet{
		name:    d.token(),
		kind:    types.ChangeSetTypeUpdate,
		stackID: aws.ToString(before.StackId),
	}
	if creates {
		set.kind, set.creates = types.ChangeSetTypeCreate, before.StackId == nil
	}
	return set
}
