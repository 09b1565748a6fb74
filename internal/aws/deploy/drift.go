package deploy

import (
	"context"
	"fmt"
	"strings"

	"github.com/sfngen/sfngen/internal/aws/deploy/drift"
	"github.com/sfngen/sfngen/internal/aws/pack"
)

// Drift says what becomes of changes that somebody made to the stack's resources
// outside of CloudFormation.
type Drift int

const (
	RefuseDrift Drift = iota // the deployment is refused
	KeepDrift                // it stays, where the deployment does not happen to write over it
	RevertDrift              // what the template says comes back, by a drift-aware change set
)

// DriftError is a stack whose resources are not as CloudFormation has made them.
type DriftError struct {
	Stack string
	Lines []string // one for each difference
}

func (e *DriftError) Error() string {
	return fmt.Sprintf("the stack %s was changed outside of CloudFormation:\n  %s\n--revert-drift brings back what the template says; --drifted deploys and leaves it as far as it can",
		e.Stack, strings.Join(e.Lines, "\n  "))
}

// checkDrift looks for drift before an update, and refuses it where it must.
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
		return found, &DriftError{Stack: d.Name, Lines: found.Lines}
	}
	d.say("changed outside of CloudFormation, where its change sets do not look, and sent again:\n  %s", strings.Join(found.Lines, "\n  "))
	return found, nil
}

// MistakenError is a change set that would make what is there already.
type MistakenError struct {
	Stack     string
	Schedules []string // their logical ids
}

func (e *MistakenError) Error() string {
	return fmt.Sprintf("--revert-drift does not work for the stack %s: CloudFormation looks for schedules in the default group only, takes %s for deleted, and would make what is there already; undo by hand what was changed, or deploy with --drifted",
		e.Stack, strings.Join(e.Schedules, " and "))
}

// refuseMistakes looks through a drift-aware change set for schedules that
// CloudFormation has not found.
func (d *Deployment) refuseMistakes(set *changeSet) error {
	if lost := drift.LostSchedules(set.changes); len(lost) > 0 {
		return &MistakenError{Stack: d.Name, Schedules: lost}
	}
	return nil
}
