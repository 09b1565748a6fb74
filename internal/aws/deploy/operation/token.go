package operation

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// HasBegun reports whether the stack's events show the operation with our token.
func (w *Watch) HasBegun(ctx context.Context) (bool, error) {
	own := func(e types.StackEvent) bool { return aws.ToString(e.ClientRequestToken) == w.Token }
	events, err := Since(ctx, w.Cloud.CloudFormation(), w.StackID, w.mark, own)
	return len(events) > 0 && own(events[0]), err
}

// isOurs distinguishes the operation's events from those of others before and after it.
// What comes between its first event and its final state is its own, also a rollback
// that somebody else has requested. Emulators have no tokens.
func (w *Watch) isOurs(e types.StackEvent) bool {
	token := aws.ToString(e.ClientRequestToken)
	switch {
	case w.Token == "" || token == w.Token:
		return true
	case len(w.events) == 0:
		return token == "" && !w.Strict
	case aws.ToString(w.events[0].ClientRequestToken) == "" && token == "":
		return true
	}
	w.superseded = w.superseded || isFinal(w.lastStatus())
	return !w.superseded
}

// isFinal reports whether an operation ends in this state.
func isFinal(status types.ResourceStatus) bool { return status != "" && !InProgress(status) }
