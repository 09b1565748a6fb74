package deploy

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/term/count"
)

// ClaimedError is a stack without resources in which change sets wait that sfngen
// has not made: it is somebody else's first deployment.
type ClaimedError struct {
	Stack, Region, Account string
	ChangeSets             []string
	Command                string // which takes the stack and them away
}

func (e *ClaimedError) Error() string {
	return fmt.Sprintf("the CloudFormation stack %s in %s of account %s has no resources yet, but %s that sfngen has not made (%s); it is left alone: choose another name with --stack-name, or, if nobody wants them any more, delete it with %s",
		e.Stack, e.Region, e.Account, count.Of(len(e.ChangeSets), "change set"), strings.Join(e.ChangeSets, ", "), e.Command)
}

// checkClaim refuses a stack in REVIEW_IN_PROGRESS that is not sfngen's: nothing
// but its change sets' names tells whose it is. own are those of sfngen's.
func (s *Session) checkClaim(ctx context.Context, found types.Stack) (own []string, err error) {
	var others []string
	all, err := s.changeSets(ctx, aws.ToString(found.StackId))
	if err != nil {
		return nil, fmt.Errorf("looking whose change sets wait in the stack %s: %w", aws.ToString(found.StackName), err)
	}
	for _, set := range all {
		if name := told(set.ChangeSetName); strings.HasPrefix(name, tokenPrefix) {
			own = append(own, name)
		} else {
			others = append(others, name)
		}
	}
	if len(others) == 0 {
		return own, nil
	}
	name := aws.ToString(found.StackName)
	return own, &ClaimedError{Stack: name, Region: s.Cloud.Region, Account: s.Cloud.Account, ChangeSets: others, Command: s.command("delete-stack", name)}
}
