package operation

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// HasBegun reports whether the stack's events tell of the operation that has our
// token.
func (w *Watch) HasBegun(ctx context.Context) (bool, error) {
	own := func(e types.StackEvent) bool { return aws.ToString(e.ClientRequestToken) == w.Token }
	events, err := Since(ctx, w.Cloud.CloudFormation(), w.StackID, w.mark, own)
	return len(events) > 0 && own(events[0]), err
}

// isOurs tells the operation's events from those of others before and after it.
// What comes between its first event and the state that it ends in is its own,
// also the way back that somebody else has asked for. Emulators have no tokens.
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
	w.superseded = w.superseded || lasts(w.lastStatus())
	return !w.superseded
}

// lasts is for the states that an operation ends in.
func lasts(status string) bool { return status != "" && !strings.HasSuffix(status, "_IN_PROGRESS") }
