package deploy

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/deploy/changes"
	"github.com/sfngen/sfngen/internal/aws/deploy/operation"
)

// failure reports an operation that failed, such as deploying: the first cause, what
// failed after it, and what to do in the state in which the stack is now.
func (s *Session) failure(doing, stack string, now types.Stack, events []types.StackEvent) *Error {
	what, reason := doing+" "+stack+" failed", cmp.Or(operation.ReasonOf(events), aws.ToString(now.StackStatusReason))
	fails := operation.Failures(events)
	if len(fails) > 0 {
		what += " at " + named(fails[0])
		reason = fails[0].Raw
	}
	e := &Error{
		Kind: Failed, Stack: stack, Message: cloud.Message{What: what, Why: operation.Readable(reason)},
		Next: s.afterFailure(stack, now.StackStatus, statusFailures(now.StackStatus, events)),
	}
	if advice := operation.Advise(reason); advice != "" {
		e.Details = append(e.Details, advice)
	}
	for i := 1; i < len(fails); i++ {
		e.Details = append(e.Details, "then "+named(fails[i])+" failed: "+fails[i].Reason)
	}
	return e
}

func named(f operation.Failed) string {
	return fmt.Sprintf("%s (%s)", f.ID, changes.InWords(f.ID, f.Kind))
}

// afterFailure says what a failed operation leaves, and what to do.
func (s *Session) afterFailure(stack string, status types.StackStatus, fails []operation.Failed) string {
	destroy := s.sfngenCommand("destroy", stack)
	switch status {
	case types.StackStatusRollbackComplete:
		return "what was created is deleted again, and only the stack's name remains (ROLLBACK_COMPLETE): " + destroy +
			" deletes it, then deploy again"
	case types.StackStatusUpdateRollbackComplete:
		return "the stack is as it was before (UPDATE_ROLLBACK_COMPLETE); fix what failed and deploy again"
	case types.StackStatusDeleteFailed:
		return "what could not be deleted still exists (DELETE_FAILED); fix what prevented it, then run " + destroy + " once more"
	case types.StackStatusDeleteComplete:
		return "the stack was deleted in the meantime: deploy again"
	}
	message := statusMessages[status]
	message.why = strings.ReplaceAll(message.why, "{failed}", "") // which is said already
	return s.statusError(stack, status, message, situation{fails: fails}).String()
}
