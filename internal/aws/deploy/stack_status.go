package deploy

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/deploy/operation"
	"github.com/sfngen/sfngen/internal/term/shell"
)

// updatable are the states from which CloudFormation updates (CloudFormation User Guide,
// "Stack status codes"), except for UPDATE_FAILED: what such a stack consists of is
// unknown.
var updatable = map[types.StackStatus]bool{
	types.StackStatusCreateComplete:         true,
	types.StackStatusUpdateComplete:         true,
	types.StackStatusUpdateRollbackComplete: true,
	types.StackStatusImportComplete:         true,
	types.StackStatusImportRollbackComplete: true,
}

// statusMessage is why a state admits no deployment, or no deletion, and what to do.
// fill replaces what is in braces.
type statusMessage struct{ why, do string }

var statusMessages = map[types.StackStatus]statusMessage{
	types.StackStatusRollbackComplete: {
		"its first creation failed{failed} and was rolled back, so only its name remains", "{destroy} deletes that{then}",
	},
	types.StackStatusRollbackFailed: {
		"its first creation failed, and so did deleting what it had created{failed}", "fix what prevented it, delete the rest with " +
			"{destroy}{then}",
	},
	types.StackStatusCreateFailed: {
		"its first creation failed{failed} and was not rolled back", "{destroy} deletes what exists{then}",
	},
	types.StackStatusUpdateFailed: {
		"an update failed{failed} and was not rolled back", "{rollback-stack} restores the last good state{then}",
	},
	types.StackStatusUpdateRollbackFailed: {
		"an update failed, and so did rolling it back{failed}",
		"fix what prevented it, then {continue-update-rollback} (with --resources-to-skip{skip} for what cannot be fixed){then}",
	},
	types.StackStatusDeleteFailed: {
		"deleting it failed{failed}", "fix what prevented it and delete the rest with {destroy}{then}",
	},
	types.StackStatusImportRollbackFailed: {
		"an import of resources failed, and so did rolling it back{failed}", "CloudFormation's console shows what remains",
	},

	types.StackStatusCreateInProgress: {
		"it is being created{since}", "{wait stack-create-complete} waits for it; {delete-stack} deletes it at once",
	},
	types.StackStatusUpdateInProgress: {
		"it is being updated{since}", "{wait stack-update-complete} waits for it; {cancel-update-stack} stops it and rolls it back",
	},
	types.StackStatusUpdateCompleteCleanupInProgress: {
		"it has been updated{since}, and what the update has replaced is still being deleted", "{wait stack-update-complete} waits for it{then}",
	},
	types.StackStatusRollbackInProgress: {
		"its first creation failed{failed} and is being rolled back{since}",
		"once {describe-stacks} says ROLLBACK_COMPLETE, {destroy} deletes what remains{then deploy}",
	},
	types.StackStatusUpdateRollbackInProgress: {
		"an update failed{failed} and is being rolled back{since}", "{wait stack-rollback-complete} waits for it{then}",
	},
	types.StackStatusUpdateRollbackCompleteCleanupInProgress: {
		"an update failed{failed} and has been rolled back, and what it had created is still being deleted{since}",
		"{wait stack-rollback-complete} waits for it{then}",
	},
	types.StackStatusDeleteInProgress: {
		"it is being deleted{since}", "{wait stack-delete-complete} waits for it{then deploy}",
	},
	types.StackStatusImportInProgress: {
		"resources are being imported into it{since}", "{wait stack-import-complete} waits for it{then}",
	},
	types.StackStatusImportRollbackInProgress: {
		"an import of resources failed{failed} and is being rolled back{since}", "wait for it{then}",
	},
}

// statusError is about a stack that cannot be deployed to, or destroyed, in its state.
func (s *Session) statusError(stack string, status types.StackStatus, m statusMessage, now situation) *Error {
	if m == (statusMessage{}) {
		m = statusMessage{"sfngen does not know this state", "CloudFormation's console shows more"}
	}
	return &Error{Kind: wrongStatus, Stack: stack, Message: cloud.Message{
		What: "the stack " + stack + " is in " + string(status), Why: s.fill(m.why, stack, now), Do: s.fill(m.do, stack, now),
	}}
}

// situation is what the stack's events show about a state, and what the user wants.
type situation struct {
	since string             // ", since 10:00:00 UTC (5m ago), started by sfngen"
	fails []operation.Failed // the resources that failed last, in order
	// destroying: the stack is to be deleted, not to be deployed.
	destroying bool
}

// fill replaces what is in braces: by what is known of the situation, or else by the
// command of the AWS CLI that the braces name. What it puts in is not looked at again: a
// reason of AWS's may have its own braces.
func (s *Session) fill(text, stack string, now situation) string {
	known := map[string]string{
		"destroy": s.sfngenCommand("destroy", stack), "since": now.since, "failed": now.failed(), "skip": now.skip(),
		"then": ", then deploy again", "then deploy": ", then deploy again",
	}
	if now.destroying {
		known["then"], known["then deploy"] = ", then destroy it", ""
	}
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
			out.WriteString(s.awsCommand(name, stack))
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

// situation reads the last operation from the stack's events. It only adds details, so
// what cannot be read is left out.
func (s *Session) situation(ctx context.Context, found types.Stack) situation {
	events, err := operation.Since(ctx, s.Cloud.CloudFormation(), aws.ToString(found.StackId), "", operation.IsBeginning)
	if err != nil || len(events) == 0 {
		return situation{}
	}
	now := situation{fails: statusFailures(found.StackStatus, events)}
	if first := events[0]; operation.IsBeginning(first) {
		now.since = s.since(first)
	}
	return now
}

// statusFailures are the failures that caused a state. Where a rollback has failed, they
// are those of the rollback: only they may be skipped (CloudFormation API Reference,
// ContinueUpdateRollback, ResourcesToSkip).
func statusFailures(status types.StackStatus, events []types.StackEvent) []operation.Failed {
	switch status {
	case types.StackStatusRollbackFailed, types.StackStatusUpdateRollbackFailed, types.StackStatusImportRollbackFailed:
		events = operation.Rollback(events)
	}
	return operation.Failures(events)
}

// since says when an operation began, and by its token what began it.
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

// age is a rounded duration: 40s, 5m, 2h10m.
func age(d time.Duration) string {
	if d < time.Minute {
		return max(0, d).Round(time.Second).String()
	}
	return strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
}
