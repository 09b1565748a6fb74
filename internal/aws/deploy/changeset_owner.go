package deploy

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/term/count"
)

// checkOwner refuses a stack in REVIEW_IN_PROGRESS that is not sfngen's: only the names
// of its change sets show whose it is. own are those of sfngen's.
func (s *Session) checkOwner(ctx context.Context, found types.Stack) (own []string, err error) {
	var others []string
	all, err := s.changeSets(ctx, aws.ToString(found.StackId))
	if err != nil {
		return nil, fmt.Errorf("reading whose change sets the stack %s has: %w", shown(found.StackName), err)
	}
	for _, set := range all {
		if name := shown(set.ChangeSetName); strings.HasPrefix(name, tokenPrefix) {
			own = append(own, name)
		} else {
			others = append(others, name)
		}
	}
	if len(others) == 0 {
		return own, nil
	}
	name := shown(found.StackName)
	return own, &Error{Kind: otherSets, Stack: name, Message: cloud.Message{
		What: "the CloudFormation stack " + s.whole(name) + " has no resources yet, but " + count.Of(len(others), "change set") +
			" that sfngen did not create (" + strings.Join(others, ", ") + ")",
		Do: "choose another name with --stack-name; if they are no longer needed, " + s.awsCommand("delete-stack", name) +
			" deletes the stack with them",
	}}
}
