package operation

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// The statuses of stacks and of resources end alike (CloudFormation User Guide, "Stack
// status codes").
const (
	inProgress = "_IN_PROGRESS"
	complete   = "_COMPLETE"
	failed     = "_FAILED"
	rollback   = "ROLLBACK"
)

// InProgress reports whether a status is of an operation that has not ended, or
// REVIEW_IN_PROGRESS.
func InProgress[S types.StackStatus | types.ResourceStatus](status S) bool {
	return strings.HasSuffix(string(status), inProgress)
}

func hasFailed(status types.ResourceStatus) bool { return strings.HasSuffix(string(status), failed) }

// isStack distinguishes the stack's own events from those of its resources.
func isStack(e types.StackEvent) bool {
	return aws.ToString(e.PhysicalResourceId) == aws.ToString(e.StackId)
}

// userInitiated is CloudFormation's reason for the first event of an operation.
const userInitiated = "User Initiated"

// IsBeginning reports whether an event is the first one of an operation.
func IsBeginning(e types.StackEvent) bool {
	return isStack(e) && aws.ToString(e.ResourceStatusReason) == userInitiated
}
