package deploy

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/live"
)

// OtherSpecError is a stack that sfngen has made, but from another spec.
type OtherSpecError struct {
	Stack, Spec, Other, Region, Account string
}

func (e *OtherSpecError) Error() string {
	return fmt.Sprintf("the CloudFormation stack %s in %s of account %s was deployed from another spec, %s, not %s: choose another name with --stack-name",
		e.Stack, e.Region, e.Account, e.Other, e.Spec)
}

// PartitionError is a spec whose ARNs cannot be where the credentials are.
type PartitionError struct{ Spec, Caller string }

func (e *PartitionError) Error() string {
	return fmt.Sprintf("the spec is for the partition %s, but these credentials are of %s: set partition: %s in the spec and build again, or choose other credentials with --profile",
		e.Spec, e.Caller, e.Caller)
}

// admit says where this goes, and finds out whether it can: creates is for a
// stack that has nothing yet, before what there is of it.
func (d *Deployment) admit(ctx context.Context) (before types.Stack, creates bool, err error) {
	d.where(d.Name)
	if d.Partition != "" && d.Partition != d.Cloud.Partition {
		return before, false, &PartitionError{Spec: d.Partition, Caller: d.Cloud.Partition}
	}
	before, err = live.Describe(ctx, d.Cloud.CloudFormation(), d.Name)
	switch {
	case errors.Is(err, live.ErrNone):
		return types.Stack{}, true, nil
	case err != nil:
		return before, false, err
	case before.StackStatus == types.StackStatusReviewInProgress && d.ChangeSet != "":
		return before, true, nil
	case before.StackStatus == types.StackStatusReviewInProgress:
		_, err = d.checkClaim(ctx, before)
		return before, true, err
	}
	current, err := live.Read(ctx, d.Cloud, before)
	if err != nil {
		return before, false, err
	}
	d.deployed = *current
	switch {
	case current.Summary.Name != d.Folder.Name:
		return before, false, &OtherSpecError{Stack: d.Name, Spec: d.Folder.Name, Other: current.Summary.Name, Region: d.Cloud.Region, Account: d.Cloud.Account}
	case !updatable[before.StackStatus]:
		return before, false, d.stateError(d.Name, before.StackStatus, words[before.StackStatus], d.situation(ctx, before))
	}
	return before, false, nil
}

// where says it before anything is done there.
func (s *Session) where(stack string) {
	s.say("stack %s in %s of account %s, as %s", stack, s.Cloud.Region, s.Cloud.Account, s.Cloud.Caller)
}
