package main

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/aws/redrive"
	"github.com/sfngen/sfngen/internal/lazyregexp"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/screen"
)

func redriveCommand() *cobra.Command {
	var flags redriveFlags
	c := &cobra.Command{
		Use:   "redrive STACK",
		Short: "Show what could not start or failed, and start it again",
		Long: `Show the messages in the queues of a deployed stack: of dead letters, which
schedules and events could not start, and of failed executions
(triggers.onFailure): how old each is, its trigger, what was to be sent, and why
it did not start or failed. Headers, bodies and the values of queries are not
shown. It changes nothing; nobody else gets the messages while they are read.

` + stackIsDeployed + `

With --send it starts them again: an execution of the stack's workflow with the
input of the message, or for an event with what its deployed rule makes of it.
The API sees the idempotency key of the first time. It asks before, and deletes
a message when its execution has started. Ctrl-C loses nothing: what has not
started is in the queue again. The execution's name is made of the message, so a
standard workflow starts nothing twice; an express one may. Requests of callers,
who were told of the failure, are sent only with --callers or by their --id.

With --delete it throws messages away that are not to be sent again; one that AWS
did not send for this stack only by its --id.

It needs the permissions cloudformation:DescribeStacks and GetTemplate,
sqs:GetQueueAttributes, ReceiveMessage and ChangeMessageVisibility,
states:DescribeExecution where AWS left something out of a message; with --send
also states:StartExecution and sqs:DeleteMessage, with --delete the latter.

Exit status 0: shown, or all done; 1: something could not be sent, or you
declined; 2: it could not be read, or was interrupted.`,
		Example: `  sfngen redrive acme-orders
  sfngen redrive acme-orders --queue dead-letters --send
  sfngen redrive acme-orders --id 5f3c2b1a --send --yes
  sfngen redrive acme-orders --send --limit 1000 --pause 2s
  sfngen redrive acme-orders --json | jq '.messages[].why'`,
		Args: exactlyOne("STACK"),
		RunE: explained(func(c *cobra.Command, args []string) error { return flags.run(c, args[0]) }),

		ValidArgsFunction: inTurn(builtStacks),
	}
	flags.add(c)
	return c
}

type redriveFlags struct {
	aws     awsFlags
	queue   redrive.Kind
	want    redrive.Want
	send    bool
	delete  bool
	callers bool
	pause   time.Duration
	consent consent
	format  format
}

func (f *redriveFlags) add(c *cobra.Command) {
	f.aws.addStack(c)
	c.Flags().Func("queue", "only this `queue`: dead-letters or failed-executions", f.setQueue)
	_ = c.RegisterFlagCompletionFunc("queue", oneOf(string(redrive.DeadLetters), string(redrive.FailedExecutions))) // it is there
	c.Flags().IntVar(&f.want.Limit, "limit", 100, fmt.Sprintf("how many messages to read, 1 to %d", redrive.MostHeld))
	c.Flags().Func("id", "only the message of this `id`, or of its first 8 characters or more; may be repeated", f.setID)
	c.Flags().BoolVar(&f.send, "send", false, "start them again")
	c.Flags().BoolVar(&f.delete, "delete", false, "delete them, and start nothing")
	c.Flags().BoolVar(&f.callers, "callers", false, "with --send: also requests of callers")
	c.Flags().DurationVar(&f.pause, "pause", 0, "with --send: how long to wait between two starts, such as `2s`")
	c.MarkFlagsMutuallyExclusive("send", "delete")
	c.MarkFlagsMutuallyExclusive("id", "limit")
	f.consent.add(c)
	f.format.add(c, "what is printed", formatText, formatJSON)
}

func (f *redriveFlags) setQueue(text string) error {
	if !slices.Contains(redrive.Kinds, redrive.Kind(text)) {
		return fmt.Errorf("must be %s", count.Or(string(redrive.DeadLetters), string(redrive.FailedExecutions)))
	}
	f.queue = redrive.Kind(text)
	return nil
}

// messageIDs are UUIDs (SQS Developer Guide, "Message ID").
var messageIDs = lazyregexp.New(`^[0-9a-f-]{8,36}$`)

func (f *redriveFlags) setID(text string) error {
	if !messageIDs.MatchString(text) {
		return errors.New("must be the id of a message, a UUID, or its first 8 characters or more")
	}
	f.want.IDs = append(f.want.IDs, text)
	return nil
}

func (f *redriveFlags) check(c *cobra.Command) error {
	switch {
	case f.want.Limit < 1 || f.want.Limit > redrive.MostHeld:
		return fmt.Errorf("--limit: must be between 1 and %d, got %d", redrive.MostHeld, f.want.Limit)
	case f.pause < 0 || f.pause > time.Hour:
		return fmt.Errorf("--pause: must be between 0s and 1h, got %s", f.pause)
	case !f.send && (f.callers || f.pause > 0):
		return errors.New("--callers and --pause say how to send: add --send, or leave them out")
	case f.send || f.delete:
		return f.consent.check(c)
	}
	return nil
}

// holdToList is for how long nobody else gets messages that are only listed.
const holdToList = 2 * time.Minute

func (f *redriveFlags) run(c *cobra.Command, arg string) (err error) {
	outliveReaders()
	if err := f.check(c); err != nil {
		return err
	}
	arg, err = f.aws.env.stack(c.Context(), arg)
	if err != nil {
		return err
	}
	aws, s, err := f.aws.find(c.Context(), arg)
	if err != nil {
		return err
	}
	session, err := redrive.Open(aws, s, f.queue)
	if err != nil {
		return err
	}
	session.Say = func(line string) { fmt.Fprintln(c.ErrOrStderr(), line) }
	f.want.Hold = holdToList
	if f.send || f.delete {
		f.want.Hold = redrive.HoldWhileAsking
	}
	defer func() { err = firstOf(err, session.Release(c.Context())) }()
	report, err := session.Read(c.Context(), f.want)
	if err != nil {
		return err
	}
	if !f.send && !f.delete {
		return f.list(c, report)
	}
	return f.act(c, session, report)
}

// firstOf keeps both errors, but findings, which are printed, from hiding the other.
func firstOf(err, released error) error {
	if err == nil || errors.Is(err, errFindings) && released != nil {
		return released
	}
	return errors.Join(err, released)
}

func (f *redriveFlags) list(c *cobra.Command, r *redrive.Report) error {
	if f.format.isJSON() {
		return r.JSON(screen.Verbatim(c.OutOrStdout()))
	}
	return show(c, r)
}

func show(c *cobra.Command, r *redrive.Report) error {
	err := printText(c.OutOrStdout(), r)
	say(c, r.Remarks())
	return err
}

func say(c *cobra.Command, lines []string) {
	for _, line := range lines {
		fmt.Fprintln(c.ErrOrStderr(), line)
	}
}

// act is --send and --delete.
func (f *redriveFlags) act(c *cobra.Command, session *redrive.Session, r *redrive.Report) error {
	if !f.format.isJSON() {
		if err := show(c, r); err != nil {
			return err
		}
	}
	named := len(f.want.IDs) > 0
	items, question := r.Deletable(named), r.DeleteQuestion
	if f.send {
		items, question = r.Sendable(f.callers || named), r.SendQuestion
		say(c, f.left(len(r.Sendable(true))-len(items)))
	} else {
		say(c, foreign(len(r.Messages)-len(items)))
	}
	if len(items) > 0 {
		yes, err := f.consent.ask(c)(c.Context(), question(items))
		if err != nil {
			return err
		}
		if !yes {
			fmt.Fprintln(c.ErrOrStderr(), "nothing was changed")
			return errFindings
		}
	} else if len(r.Messages) > 0 {
		fmt.Fprintln(c.ErrOrStderr(), "none of these "+map[bool]string{true: "is sent", false: "is deleted"}[f.send])
	}
	var err error
	if f.send {
		err = session.Send(c.Context(), items, f.pause)
	} else {
		err = session.Delete(c.Context(), items)
	}
	return f.ended(c, r, items, named, err)
}

func (f *redriveFlags) left(callers int) []string {
	if callers == 0 {
		return nil
	}
	return []string{count.Of(callers, "request") + " of callers, who were told of the failure: left; --callers sends them, too"}
}

// foreign is about messages that --delete leaves: an id has to name each.
func foreign(n int) []string {
	if n == 0 {
		return nil
	}
	return []string{count.Of(n, "message") + " that AWS did not send for this stack: left; --id deletes one"}
}

// ended says what became of all, also after an error.
func (f *redriveFlags) ended(c *cobra.Command, r *redrive.Report, items []*redrive.Item, named bool, err error) error {
	say(c, r.Outcome())
	if f.format.isJSON() {
		err = firstOf(err, r.JSON(screen.Verbatim(c.OutOrStdout())))
	}
	switch {
	case err != nil:
		return err
	case !redrive.AllDone(items), named && len(items) < len(r.Messages), f.send && len(r.Sendable(true)) < len(r.Messages):
		return errFindings
	}
	return nil
}
