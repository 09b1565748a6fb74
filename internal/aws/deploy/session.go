// Package deploy deploys a stack's folder to AWS, and deletes the stack again. It shows
// first what would change, then each event as it happens. Whatever ends it early says
// in what state AWS is.
package deploy

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/deploy/operation"
	"github.com/sfngen/sfngen/internal/aws/pack"
	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// Session is what deploying and destroying have in common.
type Session struct {
	Cloud *cloud.Cloud
	// Out gets what happens, line by line. On a terminal the last line may be wiped and
	// drawn again; it is at most Width columns long (0: 80).
	Out      io.Writer
	Terminal bool
	Paint    color.Painter
	Width    int
	Now      func() time.Time
	Sleep    func(context.Context, time.Duration) error
	// Random distinguishes the names of operations that begin in the same second.
	Random func() uint32
	// Profile is the one that was named. Flags are those of sfngen that say where,
	// quoted, such as " --region eu-central-1". Both are for commands to copy and paste.
	Profile, Flags string
	// Confirm asks the user. An error, such as that nobody can be asked, ends the
	// deployment or destruction.
	Confirm func(ctx context.Context, question string) (bool, error)

	inTurn *inTurn // around Out
}

// say writes a line of text. Nothing in it can act on a terminal.
func (s *Session) say(format string, args ...any) {
	fmt.Fprintln(s.out(), printable.Lines(fmt.Sprintf(format, args...)))
}

// out is Out, one write at a time once Run has begun.
func (s *Session) out() io.Writer {
	if s.inTurn != nil {
		return s.inTurn
	}
	return s.Out
}

var declined = cloud.Message{What: "declined"}

// confirm returns nil for a yes.
func (s *Session) confirm(ctx context.Context, stack, question string) error {
	yes, err := s.Confirm(ctx, question)
	if err == nil && !yes {
		return &Error{Kind: Declined, Stack: stack, Message: declined}
	}
	return err
}

// sayWhere says where, before anything is done there.
func (s *Session) sayWhere(stack string) {
	s.say("stack %s in %s of account %s, as %s", stack, s.Cloud.Region, s.Cloud.Account, s.Cloud.Caller)
}

// watch follows an operation that covers so many resources.
func (s *Session) watch(ctx context.Context, stackID string, before types.Stack, total int) *operation.Watch {
	w := &operation.Watch{
		Cloud: s.Cloud, Say: s.say, Out: s.out(), Terminal: s.Terminal, Width: s.Width, Paint: s.Paint, Now: s.Now, Poll: s.poll,
		StackID: stackID, Before: before, Total: total,
	}
	w.Begin(ctx)
	return w
}

// shown is a text of AWS's in one line of ours: a reason or a value may hold anything
// that somebody has written there. JSON keeps it unchanged.
func shown(text *string) string { return printable.Line(aws.ToString(text)) }

// tokenPrefix begins the tokens and names that sfngen gives to operations, so a stack's
// events show who began them.
const tokenPrefix = "sfngen-"

// token names one operation: by the second in which it begins, and at random, since two
// pipelines begin at the same push.
func (s *Session) token() string {
	return fmt.Sprintf("%s%s-%08x", tokenPrefix, pack.Stamp(s.Now()), s.Random())
}
