package deploy

import (
	"context"
	"strings"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/deploy/drift"
	"github.com/sfngen/sfngen/internal/aws/pack"
)

// Drift says what happens to changes of the stack's resources that were made outside of
// CloudFormation.
type Drift int

const (
	RefuseDrift Drift = iota // the deployment is refused
	KeepDrift                // it stays, unless the deployment happens to overwrite it
	RevertDrift              // it is reverted to the template, by a drift-aware change set
)

// checkDrift looks for drift before an update, and refuses it unless the user has
// decided what happens to it.
func (d *Deployment) checkDrift(ctx context.Context, zips []pack.Artifact) (drift.Found, error) {
	if d.Drift == KeepDrift {
		return drift.Found{Unknown: true}, nil
	}
	d.say("looking for changes made outside of CloudFormation")
	found := drift.Search{
		Cloud: d.Cloud, Stack: d.deployed, Zips: zips, Say: d.say, Poll: d.poll,
		Detection: d.Drift == RefuseDrift, // else the change set finds it
	}.Run(ctx)
	switch {
	case ctx.Err() != nil:
		return found, ctx.Err()
	case len(found.Lines) == 0:
		return found, nil
	case d.Drift == RefuseDrift:
		return found, &Error{
			Kind: drifted, Stack: d.Name, Message: cloud.Message{What: "the stack " + d.Name + " was changed outside of CloudFormation:"},
			Details: indented(found.Lines),
			Next:    "--revert-drift reverts this to the template; --drifted deploys and keeps it where it can",
		}
	}
	d.say("changed outside of CloudFormation, where its change sets do not look, and deployed again:\n%s",
		strings.Join(indented(found.Lines), "\n"))
	return found, nil
}

// refuseMisread looks through a drift-aware change set for schedules that CloudFormation
// has not found, and would create although they exist.
func (d *Deployment) refuseMisread(set *changeSet) error {
	lost := drift.LostSchedules(set.changes)
	if len(lost) == 0 {
		return nil
	}
	return &Error{Kind: misread, Stack: d.Name, Message: cloud.Message{
		What: "--revert-drift does not work for the stack " + d.Name,
		Why: "CloudFormation looks for schedules in the default group only, treats " + strings.Join(lost, " and ") +
			" as deleted, and would create what already exists",
		Do: "undo by hand what was changed, or deploy with --drifted",
	}}
}

// indented are lines below one that they belong to.
func indented(lines []string) []string {
	var list []string
	for _, line := range lines {
		list = append(list, "  "+line)
	}
	return list
}
