// Package deploy brings a stack's folder to AWS and takes it away again: what it
// would change is said in words first, what it does is told as it happens, and
// whatever ends it early says in what state AWS is left.
package deploy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/internal/term/shell"
)

// Session is what deploying and destroying are done with.
type Session struct {
	Cloud *cloud.Cloud
	// Out gets what happens, in lines that end. On a terminal the last line may be
	// one that is wiped and drawn again, at most Width columns long (0: 80).
	Out      io.Writer
	Terminal bool
	Paint    color.Painter
	Width    int
	Now      func() time.Time
	Sleep    func(context.Context, time.Duration) error
	// Random keeps apart the names of operations that begin in the same second.
	Random func() uint32
	// Profile is the one that was named, and Flags are those of sfngen's that say
	// where, quoted, such as " --region eu-central-1": for commands that can be pasted.
	Profile, Flags string
	// Confirm asks a person. An error, such as that there is nobody to be asked,
	// ends what asked.
	Confirm func(ctx context.Context, question string) (bool, error)

	inTurn *inTurn // around Out
}

// ErrDeclined is when the person who was asked said no. What it leaves has been
// told.
var ErrDeclined = errors.New("declined")

func (s *Session) say(format string, args ...any) { fmt.Fprintf(s.out(), format+"\n", args...) }

// out is Out, one write at a time once Run has begun.
func (s *Session) out() io.Writer {
	if s.inTurn != nil {
		return s.inTurn
	}
	return s.Out
}

// command is one of the AWS CLI's about a stack, to be pasted.
func (s *Session) command(verb, stack string) string {
	return cited("aws cloudformation " + verb + " --stack-name " + shell.Quote(stack) + s.place())
}

// place is where a command of the AWS CLI's has to look.
func (s *Session) place() string {
	text := " --region " + shell.Quote(s.Cloud.Region)
	if s.Profile != "" {
		text += " --profile " + shell.Quote(s.Profile)
	}
	return text
}

// again is one of sfngen's commands about the stack.
func (s *Session) again(verb, stack string) string {
	return cited("sfngen " + verb + " " + shell.Quote(stack) + s.Flags)
}

// told is what AWS says, as a part of a line of ours: a reason or a value may hold
// anything that somebody has put there. JSON keeps it as it is.
func told(text *string) string { return printable.Line(aws.ToString(text)) }

// cited sets a command off from the sentence that it stands in.
func cited(command string) string {
	if strings.Contains(command, "'") {
		return "`" + command + "`"
	}
	return "'" + command + "'"
}

// tokenPrefix begins the tokens and names that sfngen gives to operations, so that
// a stack's events tell who began them.
const tokenPrefix = "sfngen-"

// moment is how a time is written into names and marks.
const moment = "20060102T150405Z"

// token names one operation: by the second it begins in, and by chance, since two
// pipelines begin at the same push.
func (s *Session) token() string {
	return fmt.Sprintf("%s%s-%08x", tokenPrefix, s.Now().UTC().Format(moment), s.Random())
}

// How often AWS is asked: soon at first, then with longer pauses, since
// DescribeStackEvents and its like are limited for an account and region as a whole.
const (
	firstPause   = 250 * time.Millisecond
	usualPause   = 3 * time.Second
	longestPause = 30 * time.Second
	mostFailures = 12 // in a row: some four minutes
)

// poll asks until there is an answer. AWS being out of reach or out of breath is
// no answer, and is waited out for some minutes: what is asked about goes on there.
func (s *Session) poll(ctx context.Context, what string, ask func() (done bool, err error)) error {
	failures := 0
	for n := 0; ; n++ {
		done, err := ask()
		switch {
		case err == nil && done:
			return nil
		case err == nil:
			failures = 0
		case ctx.Err() != nil || !cloud.IsPassing(err) || failures+1 >= mostFailures:
			return fmt.Errorf("%s: %w", what, err)
		default:
			failures++
			s.complain(failures, what, err)
		}
		if err := s.Sleep(ctx, pause(n, failures)); err != nil {
			return err
		}
	}
}

// complain says once that it takes longer, and when it is no hiccup any more.
func (s *Session) complain(failures int, what string, err error) {
	if failures == 3 {
		s.say("%s: AWS does not answer (%v); asking again for some minutes", what, cloud.Explain(err))
	}
}

// pause before asking again, after n answers and failures in a row.
func pause(n, failures int) time.Duration {
	usual := min(usualPause, firstPause<<min(n/2, 8))
	if failures > 0 {
		usual = usualPause << min(failures-1, 6)
	}
	return min(longestPause, usual)
}

// finishing is for a call that changes something: an interrupt does not cut it off,
// because then nobody would know whether it has been done. It only gets little time
// from there on.
func finishing(ctx context.Context) (context.Context, context.CancelFunc) {
	own, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })
	return own, func() { stop(); cancel() }
}

// grace is how long an interrupt waits for what must not be left half done.
const grace = 8 * time.Second

// afterwards is for what is put right although the command was interrupted: a few
// seconds of its own, so that Ctrl-C still ends it soon.
func afterwards(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), grace)
}
