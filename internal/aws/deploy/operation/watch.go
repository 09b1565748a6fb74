// Package operation follows what CloudFormation does with a stack, event by event, until
// its final state, and says why something failed, and what to do.
package operation

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/term/color"
)

// Watch follows one operation from its start to its end. It is used once: Begin, then
// the operation is begun, then Run.
type Watch struct {
	Cloud *cloud.Cloud
	// Say gets notes. Out gets a line for each event, and on a Terminal one more, which is
	// wiped and drawn again, less than Width columns long (0: 80).
	Say      func(format string, args ...any)
	Out      io.Writer
	Terminal bool
	Width    int
	Paint    color.Painter
	Now      func() time.Time
	// Poll calls until it is done, with waits.
	Poll func(ctx context.Context, what string, call func() (done bool, err error)) error

	StackID string
	Before  types.Stack // as it was before the operation
	Token   string      // of the operation; "" for any
	Strict  bool        // only events with the token begin it
	Total   int         // resources that the operation covers; 0: not known

	began        time.Time
	mark         string             // the newest event from before it
	events       []types.StackEvent // of the operation, the oldest first
	ended        map[string]bool    // resources that have reached their state
	drawn        bool               // the last line of the terminal is one that changes
	eventsDenied bool               // they may not be read
	idle         int                // polls in which state and events did not agree
	superseded   bool               // another operation has begun since it ended
}

// Begin is called before the operation begins, to recognise older events.
func (w *Watch) Begin(ctx context.Context) {
	w.began = w.Now()
	var err error
	if w.mark, err = newest(ctx, w.Cloud.CloudFormation(), w.StackID); err != nil && ctx.Err() == nil {
		w.eventsDenied = true
		w.Say("note: no progress will be shown: %v", cloud.Explain(err))
	}
}

// Events are those of the operation so far, the oldest first.
func (w *Watch) Events() []types.StackEvent { return w.events }

// Elapsed is the time since Begin.
func (w *Watch) Elapsed() time.Duration { return w.Now().Sub(w.began) }

// mostIdle is how many polls state and events may lag behind each other.
const mostIdle = 20

// ErrNeverBegan is about an operation that AWS has accepted and never shown.
var ErrNeverBegan = errors.New("CloudFormation has accepted the operation, but nothing has happened since; its console shows more")

// Run shows each event until the stack is in a final state, which it returns even when
// that is a failure.
func (w *Watch) Run(ctx context.Context) (types.Stack, error) {
	w.ended = map[string]bool{}
	defer w.wipe()
	var now types.Stack
	err := w.Poll(ctx, "following the stack", func() (done bool, err error) {
		if now, err = w.Look(ctx); err != nil {
			return false, err
		}
		if err := w.listen(ctx); err != nil {
			return false, err
		}
		w.draw()
		return w.over(now)
	})
	if w.superseded {
		now.StackStatus = types.StackStatus(w.lastStatus())
	}
	return now, err
}

// Look reads the state. Run does so before it reads the events, to miss none of an
// operation that has ended.
func (w *Watch) Look(ctx context.Context) (types.Stack, error) {
	now, err := live.Describe(ctx, w.Cloud.CloudFormation(), w.StackID)
	if errors.Is(err, live.ErrNone) {
		now = w.Before
		now.StackStatus = types.StackStatusDeleteComplete
		return now, nil
	}
	return now, err
}

// over reports whether the state is final, and of this operation: state and events may
// lag behind each other, so they have to agree.
func (w *Watch) over(now types.Stack) (bool, error) {
	if w.superseded {
		return true, nil
	}
	if InProgress(now.StackStatus) && now.StackStatus != types.StackStatusReviewInProgress {
		return false, nil
	}
	if now.StackStatus == types.StackStatusDeleteComplete || string(w.lastStatus()) == string(now.StackStatus) {
		return true, nil
	}
	changed := HasChanged(w.Before, now)
	if w.eventsDenied && changed {
		return true, nil
	}
	if w.idle++; w.idle <= mostIdle {
		return false, nil
	}
	if changed && !w.Strict || len(w.events) > 0 {
		return true, nil
	}
	return false, ErrNeverBegan
}

// lastStatus is the stack's, by the newest event of the operation.
func (w *Watch) lastStatus() types.ResourceStatus {
	for _, e := range slices.Backward(w.events) {
		if isStack(e) {
			return e.ResourceStatus
		}
	}
	return ""
}

// listen shows the new events. Without permission to read them, or when the stack is
// just gone, Run still reports how the operation ends.
func (w *Watch) listen(ctx context.Context) error {
	if w.eventsDenied {
		return nil
	}
	events, err := Since(ctx, w.Cloud.CloudFormation(), w.StackID, w.mark, nil)
	switch {
	case err == nil:
	case cloud.IsRetryable(err) || ctx.Err() != nil:
		return err
	default:
		w.eventsDenied = true
		if !live.IsGone(err) {
			w.wipe()
			w.Say("note: no progress is shown: %v", cloud.Explain(err))
		}
		return nil
	}
	for _, e := range events {
		w.mark = aws.ToString(e.EventId)
		if w.isOurs(e) {
			w.events = append(w.events, e)
			w.show(e)
		}
	}
	return nil
}

// HasChanged reports whether an operation has begun since before.
func HasChanged(before, now types.Stack) bool {
	return now.StackStatus != before.StackStatus || !aws.ToTime(now.LastUpdatedTime).Equal(aws.ToTime(before.LastUpdatedTime))
}
