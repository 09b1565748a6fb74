package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"time"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/dropped"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/history/story"
	"github.com/sfngen/sfngen/internal/local"
	localrun "github.com/sfngen/sfngen/internal/local/run"
	"github.com/sfngen/sfngen/internal/term/screen"
	"github.com/sfngen/sfngen/spec"
)

func runCommand() *cobra.Command {
	var flags runFlags
	c := &cobra.Command{
		Use:   "run SPEC METHOD PATH",
		Short: "Send one request through the whole workflow on this machine",
		Long: `Send one request through the whole workflow on this machine: the generated
definition, and the same Lambda code that is deployed. It calls the real API,
unless --upstream names another.

The attempts appear on stderr as they happen. The API's answer goes to stdout;
with --json the whole record, including the event history: everything that was
sent and answered, secrets too.

Exit status 0: the execution succeeded; 1: it failed; 2: no execution was
started because of the spec, the command or the request, or it was interrupted.`,
		Example: `  sfngen run acme-orders.yaml GET '/orders?page=2'
  sfngen run acme-orders.yaml POST /orders -d @order.json
  sfngen run acme-orders.yaml GET / --upstream http://127.0.0.1:8429 --fast`,
		Args: methodPath("SPEC"),
		RunE: func(c *cobra.Command, args []string) error { return flags.run(c, args[0], args[1], args[2]) },
	}
	flags.local.add(c)
	flags.add(c)
	addHabits(c, "sfngen run SPEC", "--upstream URL names another API")
	return c
}

type runFlags struct {
	local   localFlags
	request requestFlags
	fast    bool
	quiet   bool
}

func (f *runFlags) add(c *cobra.Command) {
	f.request.add(c, "request, answer, attempts, history")
	addQuiet(c, &f.quiet, "print the answer alone, and errors")
	c.Flags().BoolVar(&f.fast, "fast", false, "skip the waits between attempts")
}

func (f *runFlags) run(c *cobra.Command, name, method, path string) error {
	if f.fast && f.local.binaries {
		return errors.New("--fast and --binaries cannot be used together: a process uses the system's clock, so its waits cannot be skipped")
	}
	f.request.Method, f.request.Path = method, path
	out := newNarration(c.ErrOrStderr())
	outcome, err := f.try(c, name, out)
	noteDropped(f.story(out), "the caller does not get the API's own of", outcome.Record.DroppedAnswerHeaders)
	out.finish(c.Context()) // what happened comes before the answer
	if err != nil && !errors.As(err, new(localrun.Interrupted)) {
		return err
	}
	if err := errors.Join(f.print(c.OutOrStdout(), outcome), err); err != nil {
		return err
	}
	return verdict(outcome)
}

// verdict is the exit status of an outcome, as an error.
func verdict(o localrun.Outcome) error {
	switch {
	case o.Record.Execution == nil:
		return errors.New("no execution: " + o.Answer.Problem())
	case !o.Succeeded():
		return errFindings
	}
	return nil
}

// try generates the stack, sends the request, and describes it on out.
func (f *runFlags) try(c *cobra.Command, name string, out *narration) (localrun.Outcome, error) {
	source, err := readSpec(c.InOrStdin(), name)
	if err != nil {
		return localrun.Outcome{}, err
	}
	s, findings, err := f.local.generate(source)
	f.tell(out, name, findings, err)
	if err != nil {
		return localrun.Outcome{}, err
	}
	o, err := f.local.options(out, name)
	if err != nil {
		return localrun.Outcome{}, err
	}
	noteSecrets(c.Context(), f.story(out), s, o.Secrets)
	f.local.noteTokens(f.story(out), s)
	return f.send(c.Context(), s, c.InOrStdin(), o, f.story(out))
}

// story is where what happens is told: nowhere with --quiet.
func (f *runFlags) story(out *narration) io.Writer {
	if f.quiet {
		return io.Discard
	}
	return out
}

// tell prints what is wrong with a spec. If it can run, only the number of warnings
// is printed: the user wants to see the request.
func (f *runFlags) tell(out *narration, name string, findings []spec.Finding, err error) {
	switch {
	case err != nil:
		(&findingsPrinter{to: out}).print(findings)
	case !f.quiet:
		noteWarnings(out, name, findings)
	}
}

func (f *runFlags) send(ctx context.Context, s *stack.Stack, stdin io.Reader, o local.Options, out io.Writer) (localrun.Outcome, error) {
	var workflow *local.Workflow
	story := story.NewStory(out, story.Style{
		Terminal:    screen.IsTerminal(out),
		Paint:       screen.Painter(out),
		Width:       screen.Columns(out),
		Skips:       f.fast,
		Hint:        f.hint(),
		MaxAttempts: len(s.Plan.Attempts),
		Source:      func(k int) netip.Addr { return workflow.Sources().Of(k) },
		Now:         time.Now,
	})
	defer story.Start(200 * time.Millisecond)()
	return localrun.Request(ctx, s, f.request.Request, stdin, localrun.Options{
		Local: o,
		Fast:  f.fast,
		Event: story.Add,
		Dropped: func(fields []dropped.Field) {
			noteDropped(out, "the API does not get", fields)
		},
		Began: func(w *local.Workflow) {
			workflow = w
			f.notes(out, w, s.Plan.LocalNetwork())
			story.Begin(s.Name, s.Plan.Upstream, s.Plan.Deadline)
		},
	})
}

// hint is shown beside the countdown of a long wait.
func (f *runFlags) hint() string {
	if f.local.binaries {
		return "Ctrl-C stops"
	}
	return "Ctrl-C stops; --fast skips waits"
}

// notes print how this run differs from the deployed workflow.
func (f *runFlags) notes(w io.Writer, workflow *local.Workflow, network string) {
	if note := workflow.Sources().Note; note != "" {
		fmt.Fprintln(w, "note:", note)
	}
	if t := workflow.Table(); t != nil {
		fmt.Fprintln(w, "note:", tableNote(t))
	}
	if network != "" {
		fmt.Fprintln(w, "note:", network)
	}
	if f.fast {
		fmt.Fprintln(w, "note: --fast moves only this run's clock, and the times below with it; no time passes for the API: it may refuse "+
			"a call that it would accept after a real wait")
	}
	if note := f.request.Note(); note != "" {
		fmt.Fprintln(w, "note:", note)
	}
}

// tableNote says what a run knows of others.
func tableNote(t *local.Table) string {
	if t.InMemory() {
		return "coordination: the table of the pool is " + t.Where() + ": a run begins with an empty one, and only dev keeps it"
	}
	return "coordination: the table of the pool is " + t.Where()
}

func (f *runFlags) print(w io.Writer, o localrun.Outcome) error {
	switch {
	case f.request.format.isJSON():
		return printRecord(w, o.Record)
	case o.Record.Response == nil:
		return nil
	}
	return f.request.printAnswer(w, o.Answer)
}
