package deploy

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/deploy/operation"
	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/internal/term/shell"
)

// StateError is a stack that cannot be deployed to, or destroyed, as it is now.
type StateError struct {
	Stack  string
	Status types.StackStatus
	Why    string // what happened and what to do
}

func (e *StateError) Error() string {
	return fmt.Sprintf("the stack %s is in %s: %s", e.Stack, printable.Line(string(e.Status)), e.Why)
}

// updatable are the states from which CloudFormation updates (CloudFormation User
// Guide, "Stack status codes"), but for UPDATE_FAILED: what such a stack consists
// of is known to nobody.
var updatable = map[types.StackStatus]bool{
	types.StackStatusCreateComplete:         true,
	types.StackStatusUpdateComplete:         true,
	types.StackStatusUpdateRollbackComplete: true,
	types.StackStatusImportComplete:         true,
	types.StackStatusImportRollbackComplete: true,
}

// words are why a state admits no deployment and what to do; the fields of
// situation are filled in.
var words = map[types.StackStatus]string{
	types.StackStatusRollbackComplete: "its first creation failed{failed} and was rolled back, so that nothing is left of it but its name; {destroy} removes that, then deploy again",
	types.StackStatusRollbackFailed:   "its first creation failed, and so did removing what it had made{failed}; put right what stopped it, remove the rest with {destroy}, then deploy again",
	types.StackStatusCreateFailed:     "its first creation failed{failed} and was not rolled back; {destroy} removes what is there, then deploy again",
	types.StackStatusUpdateFailed:     "an update failed{failed} and was not rolled back; {rollback-stack} brings the last good state back, then deploy again",
	types.StackStatusUpdateRollbackFailed: "an update failed, and so did going back{failed}; put right what stopped it, then {continue-update-rollback} " +
		"(with --resources-to-skip{skip} for what cannot be put right), then deploy again",
	types.StackStatusDeleteFailed:         "deleting it failed{failed}; put right what stopped it and delete the rest with {destroy}, then deploy again",
	types.StackStatusImportRollbackFailed: "an import of resources failed, and so did going back{failed}; CloudFormation's console shows what is left",

	types.StackStatusCreateInProgress: "it is being created{since}; {wait stack-create-complete} waits for it; {delete-stack} gives it up",
	types.StackStatusUpdateInProgress: "it is being updated{since}; {wait stack-update-complete} waits for it; {cancel-update-stack} stops it and goes back",
	types.StackStatusUpdateCompleteCleanupInProgress: "it has been updated{since}, and what the update has replaced is still being removed; " +
		"{wait stack-update-complete} waits for it, then deploy again",
	types.StackStatusRollbackInProgress:       "its first creation failed{failed} and is being rolled back{since}; once {describe-stacks} says ROLLBACK_COMPLETE, {destroy} removes what is left, then deploy again",
	types.StackStatusUpdateRollbackInProgress: "an update failed{failed} and is being rolled back{since}; {wait stack-rollback-complete} waits for it, then deploy again",
	types.StackStatusUpdateRollbackCompleteCleanupInProgress: "an update failed{failed} and has been rolled back, and what it had made is still being removed{since}; " +
		"{wait stack-rollback-complete} waits for it, then deploy again",
	types.StackStatusDeleteInProgress:         "it is being deleted{since}; {wait stack-delete-complete} waits for it, then deploy again",
	types.StackStatusImportInProgress:         "resources are being imported into it{since}; {wait stack-import-complete} waits for it, then deploy again",
	types.StackStatusImportRollbackInProgress: "an import of resources failed{failed} and is being rolled back{since}; wait for it, then deploy again",
}

// destroyWords are for the states in which there is nothing to do but wait, where
// destroying differs from deploying.
var destroyWords = map[types.StackStatus]string{
	types.StackStatusCreateInProgress:   "it is being created{since}; {wait stack-create-complete} waits for it; {delete-stack} deletes it at once",
	types.StackStatusRollbackInProgress: "its first creation failed{failed} and is being rolled back{since}; once {describe-stacks} says ROLLBACK_COMPLETE, {destroy} removes what is left",
	types.StackStatusDeleteInProgress:   "it is being deleted already{since}; {wait stack-delete-complete} waits for it",
}

// situation is what the events tell about a state.
type situation struct {
	since string             // ", since 10:00:00 UTC (5m ago), started by sfngen"
	fails []operation.Failed // the resources that failed last, the first one first
}

func (s *Session) stateError(stack string, status types.StackStatus, text string, now situation) *StateError {
	if text == "" {
		text = "sfngen does not know this state; CloudFormation's console shows more"
	}
	return &StateError{Stack: stack, Status: status, Why: s.fill(text, stack, now)}
}

// fill puts in what the text leaves open: what is known of the situation, and else
// the command of the AWS CLI that stands in the braces. What is put in is not looked
// at again: a reason of AWS's may have braces of its own.
func (s *Session) fill(text, stack string, now situation) string {
	known := map[string]string{"destroy": s.again("destroy", stack), "since": now.since, "failed": now.failed(), "skip": now.skip()}
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		var name string
		name, text, _ = strings.Cut(rest, "}")
		if value, is := known[name]; is {
			out.WriteString(value)
		} else {
			out.WriteString(s.command(name, stack))
		}
	}
}

// failed names the first resource that failed, and how many followed.
func (n situation) failed() string {
	if len(n.fails) == 0 {
		return ""
	}
	text := " at " + n.fails[0].ID + " (" + strings.TrimRight(n.fails[0].Reason, ".") + ")"
	if more := len(n.fails) - 1; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

func (n situation) skip() string {
	text := ""
	for _, f := range n.fails {
		text += " " + shell.Quote(f.ID)
	}
	return text
}

// situation reads the last operation from the stack's events. It is there to say
// more, so that what cannot be read is left out.
func (s *Session) situation(ctx context.Context, found types.Stack) situation {
	began := func(e types.StackEvent) bool {
		return operation.IsStack(e) && aws.ToString(e.ResourceStatusReason) == "User Initiated"
	}
	events, err := operation.Since(ctx, s.Cloud.CloudFormation(), aws.ToString(found.StackId), "", began)
	if err != nil || len(events) == 0 {
		return situation{}
	}
	now := situation{fails: stateFailures(found.StackStatus, events)}
	if first := events[0]; began(first) {
		now.since = s.since(first)
	}
	return now
}

// stateFailures are the failures that a state is about. Where going back has failed,
// it is those of going back: only they may be skipped (CloudFormation API Reference,
// ContinueUpdateRollback, ResourcesToSkip).
func stateFailures(status types.StackStatus, events []types.StackEvent) []operation.Failed {
	if strings.HasSuffix(string(status), "ROLLBACK_FAILED") {
		events = operation.GoingBack(events)
	}
	return operation.Failures(events)
}

// since says when an operation began, and by what: the tokens tell.
func (s *Session) since(e types.StackEvent) string {
	at := aws.ToTime(e.Timestamp).UTC()
	text := fmt.Sprintf(", since %s UTC (%s ago)", at.Format("15:04:05"), age(s.Now().Sub(at)))
	switch token := aws.ToString(e.ClientRequestToken); {
	case strings.HasPrefix(token, tokenPrefix):
		text += ", started by sfngen"
	case strings.HasPrefix(token, "Console-"):
		text += ", started in the console"
	}
	return text
}

// age is a duration as a person says it: 40s, 5m, 2h10m.
func age(d time.Duration) string {
	if d < time.Minute {
		return max(0, d).Round(time.Second).String()
	}
	return strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
}
