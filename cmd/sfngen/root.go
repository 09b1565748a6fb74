package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/internal/term/screen"
)

// The exit codes: what CI reads.
const (
	exitFine     = 0
	exitFindings = 1 // findings in a spec, differences, or a failed execution
	exitTrouble  = 2 // wrong use, or something that could not be done
)

// errFindings ends a command whose findings, differences or failure are already
// printed.
var errFindings = errors.New("findings")

// Run is the whole program: results go to stdout, everything else to stderr.
func Run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	collectLess()
	log.SetOutput(io.Discard) // net/http's remarks about connections: errors say what matters
	ctx, stop := signal.NotifyContext(context.Background(), endings()...)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	out, messages := screen.New(stdout, color.Auto), screen.NewMessages(stderr, color.Auto)
	root := newRoot()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(out)
	root.SetErr(messages)
	c, err := root.ExecuteContextC(withProject(ctx))
	switch {
	case err == nil:
		err = out.Flush()
	case errors.Is(err, errFindings):
		err = cmp.Or(out.Flush(), err)
	default:
		_ = out.Flush() // the command's own error matters more
		err = inOurWords(c, err)
	}
	return end(ctx, messages, err)
}

// end says what went wrong, unless that is already printed, and gives the exit status.
func end(ctx context.Context, messages io.Writer, err error) int {
	status := exitFine
	switch {
	case errors.Is(err, errFindings):
		status, err = exitFindings, nil
	case err != nil:
		status = exitTrouble
	}
	complain(ctx, messages, err)
	return status
}

// endings are the signals that ask the program to end: of the user, or of a terminal
// that closes. Under nohup the latter does not count.
func endings() []os.Signal {
	list := []os.Signal{syscall.SIGINT, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		list = append(list, syscall.SIGHUP)
	}
	return list
}

// complain writes the error, nil for none, and what is still pending. After an
// interrupt it does not wait long for a reader.
func complain(ctx context.Context, w io.Writer, err error) {
	said := make(chan struct{})
	go func() {
		defer close(said)
		if err != nil {
			fmt.Fprintf(w, "sfngen: %s\n", printable.Lines(err.Error()))
		}
		_ = screen.Flush(w) // it has no other reader
	}()
	var enough <-chan time.Time
	if ctx.Err() != nil {
		enough = time.After(lastLines)
	}
	select {
	case <-said:
	case <-enough:
	}
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "sfngen",
		Short: "Turn a YAML retry spec into a deployable AWS workflow",
		Long: `sfngen turns a YAML retry spec into a deployable AWS workflow: it calls an
unreliable HTTP API, each attempt through a different egress Lambda, and gives
the caller the API's own answer.`,
		Example: `  sfngen demo                         # what it is for, on this machine
  sfngen init acme-orders             # a commented spec to start from
  sfngen plan acme-orders.yaml        # attempts, waits, worst case, cost
  sfngen run acme-orders.yaml GET /   # one request through it, on this machine
  sfngen build acme-orders.yaml       # write stacks/acme-orders/
  sfngen deploy acme-orders           # show what changes in AWS, ask, deploy`,
		PersistentPreRunE: admit,
		SilenceErrors:     true,
		SilenceUsage:      true,
	}
	addGroup(root, "Write a spec and generate its stack:",
		initCommand(), validateCommand(), explainCommand(), planCommand(), buildCommand(), diffCommand(), listCommand(), graphCommand(),
		schemaCommand())
	addGroup(root, "Try it on this machine:", demoCommand(), runCommand(), judgeCommand(), devCommand(), credentialsCommand(),
		mockapiCommand())
	addGroup(root, "Deploy it to AWS:", packageCommand(), deployCommand(), statusCommand(), destroyCommand())
	addGroup(root, "Use and watch what is deployed:", invokeCommand(), traceCommand(), poolCommand(),
		addressesCommand(), probeCommand())
	root.AddCommand(versionCommand())
	root.SetFlagErrorFunc(flagError)
	root.SetHelpFunc(help)
	addColor(root)
	completeArguments(root)
	root.Flags().BoolP(versionFlag, "v", false, "version for sfngen") // cobra's own would be a template, see package template
	refuseUnknown(root)
	return root
}

// addGroup adds commands under a heading of the help, in this order.
func addGroup(root *cobra.Command, heading string, commands ...*cobra.Command) {
	root.AddGroup(&cobra.Group{ID: heading, Title: heading})
	for _, c := range commands {
		c.GroupID = heading
		root.AddCommand(c)
	}
}

// refuseUnknown makes help and completion fail for what they do not know: cobra's own
// print their usage and report success.
func refuseUnknown(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd("completion")
	for _, c := range root.Commands() {
		switch c.Name() {
		case "help":
			show := c.Run
			c.Run, c.RunE = nil, func(c *cobra.Command, args []string) error {
				if _, rest, err := root.Find(args); err != nil || len(rest) > 0 {
					return seeHelp(root, fmt.Errorf("there is no help about %q", strings.Join(args, " ")))
				}
				show(c, args)
				return nil
			}
		case "completion":
			c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() } // what runs checks its arguments
		}
	}
}

// asTrouble turns findings into trouble, for a command whose status 1 means something else.
func asTrouble(err error) error {
	if errors.Is(err, errFindings) {
		return errors.New("the spec has errors, so there is nothing to compare with")
	}
	return err
}
