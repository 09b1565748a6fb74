package deploy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/deploy/changes"
	"github.com/sfngen/sfngen/internal/aws/deploy/operation"
	"github.com/sfngen/sfngen/internal/aws/live"
)

// FailedError is an operation that CloudFormation began and could not finish.
type FailedError struct {
	Stack, What string // What: deploying, destroying
	Status      types.StackStatus
	First       string // the resource that failed first; "" when only the stack failed
	Reason      string
	others      []operation.Failed
	next        string
}

func (e *FailedError) Error() string {
	text := e.What + " " + e.Stack + " failed"
	if e.First != "" {
		text += " at " + e.First
	}
	lines := []string{text + ": " + operation.Readable(e.Reason)}
	if hint := operation.Advise(e.Reason); hint != "" {
		lines = append(lines, hint)
	}
	for _, f := range e.others {
		lines = append(lines, fmt.Sprintf("then %s (%s) failed: %s", f.ID, changes.InWords(f.ID, f.Kind), f.Reason))
	}
	return strings.Join(append(lines, e.next), "\n")
}

// execute runs the change set and follows it to its end.
func (d *Deployment) execute(ctx context.Context, outcome Outcome, set *changeSet, before types.Stack) (Outcome, error) {
	w := d.watch(ctx, set.stackID, before, len(outcome.Changes))
	if w.Token = set.name; set.preexisting { // which somebody else may execute as well
		w.Token = d.token()
	}
	if now, err := live.Describe(ctx, d.Cloud.CloudFormation(), set.stackID); err == nil {
		w.Before = now // others may have deployed since it was admitted
	}
	if err := d.begin(ctx, set, w); err != nil {
		return outcome, err
	}
	now, err := w.Run(ctx)
	switch {
	case errors.Is(err, operation.ErrNeverBegan):
		return outcome, &LeftError{Err: err, Left: d.unknown("the deployment", d.Name)}
	case err != nil:
		return outcome, &LeftError{Err: stopped(ctx, err), Left: d.goesOn(set)}
	}
	outcome.read(now)
	switch now.StackStatus {
	case types.StackStatusCreateComplete, types.StackStatusUpdateComplete:
		d.say("deployed %s in %s", d.Name, age(w.Elapsed()))
		return outcome, nil
	}
	failure := d.failure("deploying", d.Name, now, w.Events())
	outcome.Reason = operation.Readable(failure.Reason)
	return outcome, failure
}

// begin executes the change set: from here on the work is CloudFormation's.
func (d *Deployment) begin(ctx context.Context, set *changeSet, w *operation.Watch) error {
	if ctx.Err() != nil {
		return d.giveUp(ctx, set, ctx.Err())
	}
	stop := d.onInterrupt(ctx, func() {
		d.say("interrupted: looking whether the deployment has begun (Ctrl-C again leaves that open)")
	})
	defer stop()
	whole, cancel := finishing(ctx)
	defer cancel()
	_, err := d.Cloud.CloudFormation().ExecuteChangeSet(whole, &cloudformation.ExecuteChangeSetInput{
		ChangeSetName: &set.id, StackName: &set.stackID, ClientRequestToken: &w.Token,
		DisableRollback: aws.Bool(false), // what fails is taken back; the documented default is true
	})
	if err = checkAnswer("executing the change set", err, false); err != nil {
		return d.unanswered(ctx, set, w, err)
	}
	return nil
}

// watch follows an operation that is about so many resources.
func (s *Session) watch(ctx context.Context, stackID string, before types.Stack, total int) *operation.Watch {
	w := &operation.Watch{
		Cloud: s.Cloud, Say: s.say, Out: s.out(), Terminal: s.Terminal, Width: s.Width, Paint: s.Paint, Now: s.Now, Poll: s.poll,
		StackID: stackID, Before: before, Total: total,
	}
	w.Begin(ctx)
	return w
}

// stopped is err, or only the interrupt that it comes from.
func stopped(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// unknown is for an operation that may have begun, or not.
func (s *Session) unknown(what, stack string) string {
	return "whether " + what + " has begun is not known: " + s.command("describe-stack-events", stack) + " shows it"
}

// goesOn is for who stops watching: the work is CloudFormation's, and it is not
// stopped by that.
func (d *Deployment) goesOn(set *changeSet) string {
	text := "the deployment goes on in AWS: " + d.command("describe-stack-events", d.Name) + " shows it, and " + cited(d.anew()) + " once more says where it stands"
	if set.kind == types.ChangeSetTypeCreate {
		return text
	}
	return text + "; " + d.command("cancel-update-stack", d.Name) + " stops it and goes back"
}

// failure reports an operation that failed: the first cause first, then in what
// state the stack is and what to do next.
func (s *Session) failure(what, stack string, now types.Stack, events []types.StackEvent, reasons ...string) *FailedError {
	e := &FailedError{What: what, Stack: stack, Status: now.StackStatus, next: s.next(stack, now.StackStatus, stateFailures(now.StackStatus, events))}
	reasons = append(reasons, operation.ReasonOf(events), aws.ToString(now.StackStatusReason))
	if fails := operation.Failures(events); len(fails) > 0 {
		e.First = fmt.Sprintf("%s (%s)", fails[0].ID, changes.InWords(fails[0].ID, fails[0].Kind))
		reasons, e.others = []string{fails[0].Raw}, fails[1:]
	}
	e.Reason = cmp.Or(reasons...)
	return e
}

// next says what a failed operation leaves.
func (s *Session) next(stack string, status types.StackStatus, fails []operation.Failed) string {
	switch status {
	case types.StackStatusRollbackComplete:
		return "what was made is removed again, and only the name is left (ROLLBACK_COMPLETE): " + s.again("destroy", stack) + " removes it, then deploy again"
	case types.StackStatusUpdateRollbackComplete:
		return "the stack is as it was before (UPDATE_ROLLBACK_COMPLETE); put right what failed and deploy again"
	case types.StackStatusDeleteFailed:
		return "what could not be deleted is still there (DELETE_FAILED); put right what stopped it, then " + s.again("destroy", stack) + " once more"
	case types.StackStatusDeleteComplete:
		return "the stack was deleted meanwhile: deploy again"
	}
	text := strings.ReplaceAll(words[status], "{failed}", "") // which is told already
	return s.stateError(stack, status, text, situation{fails: fails}).Error()
}
