package deploy

import (
	"context"
	"fmt"
	"strings"

	"github.com/sfngen/sfngen/internal/cloud"
	"github.com/sfngen/sfngen/internal/pack"
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

// drift is what was changed outside of CloudFormation, as far as it was looked for.
type drift struct {
	lines      []string        // one for each difference
	code       map[string]bool // the Lambdas, egress or orchestrator, that run another zip
	definition bool            // the workflow's was edited
	unknown    bool            // not all of it could be compared
}

// checkDrift looks for drift before an update. That it cannot look is a note: it
// takes read access to every resource, which not everyone has who may deploy.
func (d *Deployment) checkDrift(ctx context.Context, zips []pack.Artifact) (drift, error) {
	found := drift{code: map[string]bool{}}
	if d.Drift == KeepDrift {
		found.unknown = true
		return found, nil
	}
	d.say("looking for changes made outside of CloudFormation")
	if d.Drift == RefuseDrift { // else the change set finds it
		d.detect(ctx, &found)
	}
	d.compareCode(ctx, zips, &found)
	d.compareDefinition(ctx, &found)
	switch {
	case ctx.Err() != nil:
		return found, ctx.Err()
	case len(found.lines) == 0:
		return found, nil
	case d.Drift == RefuseDrift:
		return found, &DriftError{Stack: d.Name, Lines: found.lines}
	}
	d.say("changed outside of CloudFormation, where its change sets do not look, and sent again:\n  %s", strings.Join(found.lines, "\n  "))
	return found, nil
}

// cannotTell notes that something could not be compared.
func (d *Deployment) cannotTell(ctx context.Context, found *drift, what string, err error) {
	found.unknown = true
	if ctx.Err() == nil {
		d.say("note: whether %s is not known: %v", what, cloud.Explain(err))
	}
}
