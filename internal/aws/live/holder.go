package live

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/cloud"
)

// Holder is who has the name of a spec in CloudFormation.
type Holder string

const (
	// Nobody has it: there is no stack.
	Nobody Holder = "nobody"
	// ChangeSets that wait are all there is: the stack is in REVIEW_IN_PROGRESS, and
	// whose it becomes is not known.
	ChangeSets Holder = "change sets"
	// Another has it: a stack that is not of sfngen's, or of another spec.
	Another Holder = "another"
	// TheSpec has it: its stack is deployed.
	TheSpec Holder = "the spec"
)

// Named is what CloudFormation has under a name.
type Named struct {
	Holder Holder
	Status types.StackStatus // "" for Nobody
	Stack  *Stack            // nil unless it is TheSpec's
}

// Under looks who has the name of a spec. Unlike Find it fails only where AWS does not
// say it.
func Under(ctx context.Context, c *cloud.Cloud, name string) (Named, error) {
	found, err := Describe(ctx, c.CloudFormation(), name)
	switch {
	case errors.Is(err, ErrNone):
		return Named{Holder: Nobody}, nil
	case err != nil:
		return Named{}, err
	case found.StackStatus == types.StackStatusReviewInProgress:
		return Named{Holder: ChangeSets, Status: found.StackStatus}, nil
	}
	s, err := Read(ctx, c, found)
	switch {
	case errors.As(err, new(*ForeignError)), err == nil && s.Summary.Name != name:
		return Named{Holder: Another, Status: found.StackStatus}, nil
	case err != nil:
		return Named{}, err
	}
	return Named{Holder: TheSpec, Status: s.Status, Stack: s}, nil
}
