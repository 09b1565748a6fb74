package deploy

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/artifacts"
	"github.com/sfngen/sfngen/internal/aws/deploy/changes"
	"github.com/sfngen/sfngen/internal/aws/deploy/drift"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/aws/pack"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/term/color"
)

// Mode is how far a deployment goes.
type Mode int

const (
	Execute   Mode = iota
	DryRun         // shows what would change, and deploys nothing
	NoExecute      // uploads, and leaves the change set for somebody else to execute
)

var modes = map[Mode]string{Execute: "execute", DryRun: "dry-run", NoExecute: "no-execute"}

// MarshalText is for JSON.
func (m Mode) MarshalText() ([]byte, error) { return []byte(modes[m]), nil }

// Deployment is one stack's folder on its way to CloudFormation.
type Deployment struct {
	Session
	Folder *stack.Folder
	Name   string // of the CloudFormation stack
	// Partition is the spec's; "" when the spec is not known.
	Partition string
	// Bucket is for the zips. Without a Name it is the one that the deployed stack
	// uses, else artifacts.DefaultBucket; Sleep is the Session's.
	Bucket artifacts.Options
	Drift  Drift
	Mode   Mode
	// ChangeSet is one that waits, by name or ARN: Run executes it instead of making
	// one. Of what is above only the Session, Folder and Name are then needed.
	ChangeSet string
	// Results gets the changes of a dry run, or of a change set that is left: they
	// are what was asked for. nil: Out gets them, as it does otherwise.
	Results      io.Writer
	PaintResults color.Painter

	Pack func(ctx context.Context, progress func(string)) ([]pack.Artifact, error)

	deployed live.Stack // what AWS has; nothing of a first deployment
}

// Run deploys. It fails with a StateError, a deployed.ForeignError or an
// OtherSpecError when the stack cannot be deployed to, a DriftError, a
// RefusedError when CloudFormation makes no change set, ErrDeclined, a
// FailedError when it was begun and failed, and with what AWS says otherwise; a
// LeftError around it says what is left. Before all that, it fails with a
// NoBucketError or UnseenError when there is no bucket, and with a WaitingError when
// the ChangeSet cannot be executed. No changes is success.
func (d *Deployment) Run(ctx context.Context) (Outcome, error) {
	d.inTurn = &inTurn{to: d.Out}
	outcome := Outcome{Stack: d.Name, Mode: d.Mode}
	before, creates, err := d.admit(ctx)
	if err != nil {
		return outcome, untouched(ctx, err, uploads{})
	}
	if d.ChangeSet != "" {
		return d.resume(ctx, outcome, before)
	}
	ready, err := d.prepare(ctx, before, creates)
	if err != nil {
		return outcome, untouched(ctx, err, ready.left)
	}
	set := d.newChangeSet(before, creates)
	set.left = ready.left
	d.say("asking CloudFormation what would change")
	err = d.createChangeSet(ctx, set, d.changeSetInput(set, before, ready))
	switch {
	case errors.Is(err, errNoChanges):
		outcome.read(before)
		return outcome, d.unchanged(ctx, set, ready.drift)
	case err == nil:
		err = d.refuseMistakes(set)
	}
	if err != nil {
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
		d.sayDry(set)
		return outcome, nil
	case NoExecute:
		outcome.ChangeSet = set.id
		if set.creates {
			outcome.Status = types.StackStatusReviewInProgress
		}
		d.leave(ctx, set)
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
func (d *Deployment) show(set *changeSet) []changes.Change {
	list, same := changes.Of(set.changes)
	to, paint := d.out(), d.Paint
	if d.Mode != Execute && d.Results != nil {
		to, paint = d.Results, d.PaintResults
	}
	changes.Write(to, list, same, paint)
	return list
}

// unchanged ends a deployment that had nothing to do. That template and keys are
// those of the last one says nothing of what AWS has by now: only a look at all of it
// does.
func (d *Deployment) unchanged(ctx context.Context, set *changeSet, found drift.Found) error {
	if set.id != "" { // else CloudFormation has said so before it made one
		if err := d.discardSoon(ctx, set); err != nil {
			return err
		}
	}
	if found.Unknown || d.Drift == RevertDrift && set.drift != types.StackDriftStatusInSync {
		d.say("no changes: %s was last deployed with this template and these zips", d.Name)
	} else {
		d.say("no changes: %s is as the template says", d.Name)
	}
	if d.Mode == DryRun {
		d.sayDry(set)
	}
	return nil
}

// sayDry ends a dry run.
func (d *Deployment) sayDry(set *changeSet) {
	if set.lingers {
		d.say("note: %s", d.lingering())
	}
	if set.left.nothing() {
		d.say("dry run: nothing was changed in AWS")
		return
	}
	d.say("dry run: nothing was deployed; %s", set.left)
}

// discardSoon is discard, which an interrupt does not stop.
func (d *Deployment) discardSoon(ctx context.Context, set *changeSet) error {
	stop := d.onInterrupt(ctx, d.removing(set))
	defer stop()
	after, cancel := afterwards(ctx)
	defer cancel()
	return d.discard(after, set)
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
