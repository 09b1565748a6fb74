package deploy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/cloud"
	"github.com/sfngen/sfngen/internal/deploy/changes"
	"github.com/sfngen/sfngen/internal/deployed"
	"github.com/sfngen/sfngen/internal/plan"
	"github.com/sfngen/sfngen/internal/printable"
)

// watch follows one operation of CloudFormation's from its start to its end.
type watch struct {
	*Session
	stackID string
	before  types.Stack // as it was before the operation
	mark    string      // the newest event from before it
	token   string      // of the operation; "" for whichever there is
	strict  bool        // only events with the token begin it
	total   int         // resources that the operation is about; 0: not known
	began   time.Time

	events       []types.StackEvent // of the operation, the oldest first
	ended        map[string]bool    // resources that have reached their state
	drawn        bool               // a line that changes stands on the terminal
	eventsDenied bool               // events may not be read
	idle         int                // polls in which state and events did not agree
	superseded   bool               // another operation has begun since it ended
}

// mostIdle is how many polls state and events may lag behind each other.
const mostIdle = 20

// errNeverBegan is for an operation that AWS has accepted and never shown.
var errNeverBegan = errors.New("CloudFormation has accepted the operation, but nothing has happened since; its console shows more")

// run tells each event until the stack is in a state that lasts. The state is its
// answer even when it is a failure.
func (w *watch) run(ctx context.Context) (types.Stack, error) {
	w.ended = map[string]bool{}
	defer w.wipe()
	var now types.Stack
	err := w.poll(ctx, "following the stack", func() (done bool, err error) {
		if now, err = w.look(ctx); err != nil {
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

// look asks for the state before the events, so that none is missed of an
// operation that has ended.
func (w *watch) look(ctx context.Context) (types.Stack, error) {
	now, err := deployed.Describe(ctx, w.Cloud.CloudFormation(), w.stackID)
	if errors.Is(err, deployed.ErrNone) {
		now = w.before
		now.StackStatus = types.StackStatusDeleteComplete
		return now, nil
	}
	return now, err
}

// over reports whether the state is one that lasts, and of this operation: state
// and events may lag behind each other, so that they have to agree.
func (w *watch) over(now types.Stack) (bool, error) {
	if w.superseded {
		return true, nil
	}
	if strings.HasSuffix(string(now.StackStatus), "_IN_PROGRESS") && now.StackStatus != types.StackStatusReviewInProgress {
		return false, nil
	}
	if now.StackStatus == types.StackStatusDeleteComplete || w.lastStatus() == string(now.StackStatus) {
		return true, nil
	}
	changed := hasChanged(w.before, now)
	if w.eventsDenied && changed {
		return true, nil
	}
	if w.idle++; w.idle <= mostIdle {
		return false, nil
	}
	if changed && !w.strict || len(w.events) > 0 {
		return true, nil
	}
	return false, errNeverBegan
}

// lastStatus is the stack's, by the newest event of the operation.
func (w *watch) lastStatus() string {
	for _, e := range slices.Backward(w.events) {
		if isStack(e) {
			return string(e.ResourceStatus)
		}
	}
	return ""
}

// listen tells the new events. Who may not read them, or reads those of a stack
// that has just gone, still learns how it ends.
func (w *watch) listen(ctx context.Context) error {
	if w.eventsDenied {
		return nil
	}
	events, err := w.eventsSince(ctx, w.stackID, w.mark, nil)
	switch {
	case err == nil:
	case passes(err) || ctx.Err() != nil:
		return err
	default:
		w.eventsDenied = true
		if !isGone(err) {
			w.wipe()
			w.say("note: no progress is shown: %v", cloud.Explain(err))
		}
		return nil
	}
	for _, e := range events {
		w.mark = aws.ToString(e.EventId)
		if w.isOurs(e) {
			w.events = append(w.events, e)
			w.tell(e)
		}
	}
	return nil
}

// tell writes a line for each resource whose state changes. CloudFormation says
// *_IN_PROGRESS up to three times: the second time once the service has taken it
// on, the third once it is configured (User Guide, "Stack status codes", detailed
// status), and neither says anything new.
func (w *watch) tell(e types.StackEvent) {
	id, status, reason := told(e.LogicalResourceId), printable.Line(string(e.ResourceStatus)), aws.ToString(e.ResourceStatusReason)
	going := strings.HasSuffix(status, "_IN_PROGRESS")
	w.ended[id] = !going && !isStack(e)
	if going && (e.DetailedStatus != "" || strings.HasSuffix(reason, "Initiated") && !isStack(e)) {
		return
	}
	what := changes.InWords(id, aws.ToString(e.ResourceType))
	if isStack(e) {
		what = changes.InWords("", "AWS::CloudFormation::Stack")
	}
	at := aws.ToTime(e.Timestamp).Sub(aws.ToTime(w.events[0].Timestamp)) // AWS's clock by AWS's clock
	line := fmt.Sprintf("%s  %-28s %-44s ", clock(at), id, what)
	switch {
	case strings.HasSuffix(status, "_FAILED") && cancelled.MatchString(reason) && !isStack(e):
		line += "given up, because of what failed"
	case strings.HasSuffix(status, "_FAILED"):
		line += w.outcome(status) + ": " + readable(reason)
	default:
		line += w.outcome(status)
	}
	w.wipe()
	w.say("%s", line)
}

// clock is a time since the beginning in the form 01:05.
func clock(d time.Duration) string {
	d = max(0, d).Round(time.Second)
	return fmt.Sprintf("%02d:%02d", int(d.Minutes()), int(d.Seconds())%60)
}

// outcome makes a status readable (create complete), and on a terminal its outcome
// visible.
func (w *watch) outcome(status string) string {
	text := strings.ToLower(strings.ReplaceAll(status, "_", " "))
	switch {
	case strings.HasSuffix(status, "_FAILED") || strings.Contains(status, "ROLLBACK"):
		return painter(w.Color)(red, text)
	case strings.HasSuffix(status, "_COMPLETE"):
		return painter(w.Color)(green, text)
	}
	return text
}

// draw puts where it stands into the last line of a terminal.
func (w *watch) draw() {
	if !w.Terminal {
		return
	}
	done := 0
	for _, ended := range w.ended {
		if ended {
			done++
		}
	}
	text := plan.Count(done, "resource") + " done"
	if w.total > 0 {
		text = fmt.Sprintf("%d of %d resources done", min(done, w.total), w.total)
	}
	width := w.Width
	if width <= 0 {
		width = 80
	}
	line := fmt.Sprintf("%s  %s; Ctrl-C stops watching, not the work", clock(w.Now().Sub(w.began)), text)
	fmt.Fprint(w.out(), "\r\x1b[K"+line[:min(len(line), width-1)])
	w.drawn = true
}

func (w *watch) wipe() {
	if w.drawn {
		fmt.Fprint(w.out(), "\r\x1b[K")
		w.drawn = false
	}
}

// painter puts texts into a colour by its code (ECMA-48, SGR), or not.
func painter(colored bool) changes.Paint {
	return func(code, text string) string {
		if !colored {
			return text
		}
		return "\x1b[" + code + "m" + text + "\x1b[0m"
	}
}

// Colours (ECMA-48 SGR).
const (
	red   = "31"
	green = "32"
)
