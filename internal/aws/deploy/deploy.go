package deploy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/artifacts"
	"github.com/sfngen/sfngen/internal/aws/deploy/changes"
	"github.com/sfngen/sfngen/internal/aws/deploy/drift"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/aws/network"
	"github.com/sfngen/sfngen/internal/aws/pack"
	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/term/color"
)

// Mode is how far a deployment goes.
type Mode int

const (
	Execute   Mode = iota
	DryRun         // shows what would change, and deploys nothing
	NoExecute      // uploads, and leaves the change set for someone else to execute
)

var modes = map[Mode]string{Execute: "execute", DryRun: "dry-run", NoExecute: "no-execute"}

// MarshalText is for JSON.
func (m Mode) MarshalText() ([]byte, error) { return []byte(modes[m]), nil }

// Deployment deploys one stack's folder to CloudFormation.
type Deployment struct {
	Session
	Folder *folder.Folder
	Name   string // of the CloudFormation stack
	// Partition is the spec's; "" when the spec is not known.
	Partition string
	// Bucket is for the zips. Without a Name it is the one that the deployed stack
	// uses, else artifacts.DefaultBucket; Sleep is the Session's.
	Bucket artifacts.Options
	Drift  Drift
	Mode   Mode
	// ChangeSet is one that waits, by name or ARN: Run executes it instead of creating
	// one. Of the fields above it then needs only the Session, Folder and Name.
	ChangeSet string
	// Results gets the changes of a dry run, or of a change set that is left waiting:
	// they are the result. nil: Out gets them, as it does otherwise.
	Results      io.Writer
	PaintResults color.Painter

	Pack func(ctx context.Context, progress func(string)) ([]pack.Artifact, error)

	// LookupIPv6 finds the IPv6 addresses of a name. nil: the system's resolver.
	LookupIPv6 func(ctx context.Context, host string) ([]netip.Addr, error)
	// Claims are shared by stacks that are deployed together: what each takes of the
	// account's quotas.
	Claims network.Claims

	deployed live.Stack       // what AWS has; nothing of a first deployment
	network  *deployedNetwork // of that; nil for none
	leaving  leaving          // what goes of it
}

// Run deploys. No changes is success. It fails with an Error, or with what AWS says; a
// RemainsError around it says what remains in AWS. A stack that sfngen has not created
// is a live.ForeignError.
func (d *Deployment) Run(ctx context.Context) (Outcome, error) {
	d.inTurn = &inTurn{to: d.Out}
	if d.ChangeSet != "" {
		outcome := Outcome{Stack: d.Name, Mode: d.Mode}
		before, _, err := d.admit(ctx)
		if err != nil {
			return outcome, untouched(ctx, err, uploads{})
		}
		return d.resume(ctx, outcome, before)
	}
	outcome, set, err := d.ask(ctx)
	if err != nil || set == nil {
		return outcome, err
	}
	return d.proceed(ctx, outcome, set)
}

// ask lets CloudFormation create a change set; nil if there is nothing to change.
func (d *Deployment) ask(ctx context.Context) (Outcome, *changeSet, error) {
	outcome := Outcome{Stack: d.Name, Mode: d.Mode}
	before, creates, err := d.admit(ctx)
	if err != nil {
		return outcome, nil, untouched(ctx, err, uploads{})
	}
	if err := d.checkNetwork(ctx, before); err != nil {
		return outcome, nil, untouched(ctx, err, uploads{})
	}
	ready, err := d.prepare(ctx, before, creates)
	if err != nil {
		return outcome, nil, untouched(ctx, err, ready.uploads)
	}
	set := d.newChangeSet(before, creates)
	set.uploads = ready.uploads
	d.say("asking CloudFormation what would change")
	set.input = d.changeSetInput(set, before, ready)
	err = d.createChangeSet(ctx, set, set.input)
	switch {
	case errors.Is(err, errNoChanges):
		outcome.read(before)
		return outcome, nil, d.unchanged(ctx, set, ready.drift)
	case err == nil:
		err = d.refuseMisread(set)
	}
	if err != nil {
		return outcome, nil, d.abandon(ctx, set, err)
	}
	return outcome, set, nil
}

// proceed shows a change set, and does with it what the mode and the user say.
func (d *Deployment) proceed(ctx context.Context, outcome Outcome, set *changeSet) (Outcome, error) {
	outcome = d.showIn(outcome, set)
	switch d.Mode {
	case DryRun:
		if err := d.deleteSoon(ctx, set); err != nil {
			return outcome, err
		}
		if set.createsStack() {
			outcome.StackID = ""
		}
		d.sayDry(set)
		return outcome, nil
	case NoExecute:
		outcome.ChangeSet = set.id
		if set.createsStack() {
			outcome.Status = types.StackStatusReviewInProgress
		}
		d.sayWaiting(ctx, set)
		return outcome, nil
	}
	err := d.confirm(ctx, d.Name, fmt.Sprintf("deploy %s to %s?", these(len(outcome.Changes)), d.whole(d.Name)))
	if err != nil {
		return outcome, d.abandon(ctx, set, err)
	}
	return d.execute(ctx, outcome, set)
}

// showIn shows a change set, and puts it into the outcome.
func (d *Deployment) showIn(outcome Outcome, set *changeSet) Outcome {
	outcome.StackID, outcome.Status, outcome.Changed = set.stackID, set.before.StackStatus, true
	outcome.Changes = d.show(set)
	d.sayDeparture(outcome.Changes)
	return outcome
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

// unchanged ends a deployment that had nothing to do. That template and keys are those
// of the last one does not say what AWS has by now: only a look at all of it does.
func (d *Deployment) unchanged(ctx context.Context, set *changeSet, found drift.Found) error {
	if set.id != "" { // else CloudFormation has said so before it created one
		if err := d.deleteSoon(ctx, set); err != nil {
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
	if set.state == deletedStackDeleting {
		d.say("note: %s", d.stackStillDeleting())
	}
	if set.uploads.nothing() {
		d.say("dry run: nothing was changed in AWS")
		return
	}
	d.say("dry run: nothing was deployed; %s", set.uploads)
}
