package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"time"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/console"
	"github.com/sfngen/sfngen/internal/curl"
	"github.com/sfngen/sfngen/internal/engine"
	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/stack"
	"github.com/sfngen/sfngen/internal/trial"
)

func runCommand() *cobra.Command {
	var flags runFlags
	c := &cobra.Command{
		Use:   "run SPEC METHOD PATH",
		Short: "Send one request through the whole workflow on this machine",
		Long: `Send one request through the whole workflow on this machine: the generated
definition, and the same Lambda code that is deployed. The API that it calls is
the real one, unless --upstream names another.

The attempts are told on stderr as they happen; the API's own answer goes to
stdout, and with --json the whole record, the event history included. Exit status
0: the execution succeeded; 1: it failed; 2: it could not be run.`,
		Example: `  sfngen run acme-orders.yaml GET '/orders?page=2'
  sfngen run acme-orders.yaml POST /orders -H 'content-type: application/json' -d @order.json
  sfngen run acme-orders.yaml GET /orders --upstream http://127.0.0.1:8429 --fast`,
		Args: specMethodPath,
		RunE: func(c *cobra.Command, args []string) error { return flags.run(c, args[0], args[1], args[2]) },
	}
	flags.local.add(c)
	flags.add(c)
	return c
}

func specMethodPath(c *cobra.Command, args []string) error {
	if len(args) != 3 {
		return fmt.Errorf("%s takes a SPEC, a METHOD and a PATH, got %d of them; see '%s --help'", c.CommandPath(), len(args), c.CommandPath())
	}
	return nil
}

type runFlags struct {
	local   localFlags
	request curl.Request
	include bool
	json    bool
	fast    bool
}

func (f *runFlags) add(c *cobra.Command) {
	c.Flags().StringArrayVarP(&f.request.Headers, "header", "H", nil, "send this `'Name: value'`; may be given several times")
	c.Flags().StringArrayVarP(&f.request.Data, "data", "d", nil, "send this body; @file reads it from a file, @- from stdin, without line ends")
	c.Flags().StringArrayVar(&f.request.Binary, "data-binary", nil, "as -d, and every byte is kept")
	c.Flags().BoolVarP(&f.include, "include", "i", false, "print the status and headers of the answer, too")
	c.Flags().BoolVar(&f.json, "json", false, "print the whole record as JSON: request, answer, attempts, history")
	c.Flags().BoolVar(&f.fast, "fast", false, "skip the waits between attempts")
	c.MarkFlagsMutuallyExclusive("json", "include")
}

func (f *runFlags) run(c *cobra.Command, name, method, path string) error {
	if f.fast && f.local.binaries {
		return errors.New("--fast and --binaries exclude each other: a process goes by the system's clock, so the waits it counts with cannot be skipped")
	}
	s, err := f.local.load(c, name)
	if err != nil {
		return err
	}
	o, err := f.options(c, s)
	if err != nil {
		return err
	}
	f.request.Method, f.request.Path = method, path
	outcome, err := trial.Run(c.Context(), s, f.request, c.InOrStdin(), o.Options)
	o.finish()
	if err != nil {
		return err
	}
	if err := f.print(c.OutOrStdout(), outcome); err != nil {
		return err
	}
	if !outcome.Succeeded() {
		return errFindings
	}
	return nil
}

// told are a trial's options, with the story that tells of it.
type told struct {
	trial.Options
	finish func()
}

func (f *runFlags) options(c *cobra.Command, s *stack.Stack) (told, error) {
	o, err := f.local.options(c)
	if err != nil {
		return told{}, err
	}
	stderr := c.ErrOrStderr()
	var workflow *local.Workflow
	story := console.NewStory(stderr, console.Style{
		Terminal:    isTerminal(stderr),
		Color:       isTerminal(stderr) && wantsColor(),
		Skips:       f.fast,
		MaxAttempts: len(s.Plan.Attempts),
		Source:      func(k int) netip.Addr { return workflow.Sources().Of(k) },
		Now:         time.Now,
	})
	stop := story.Start(200 * time.Millisecond)
	return told{finish: stop, Options: trial.Options{
		Local: o,
		Fast:  f.fast,
		Event: func(e engine.Event) { story.Add(e) },
		Began: func(w *local.Workflow) {
			workflow = w
			f.notes(stderr, w)
		},
	}}, nil
}

// notes say in what this run differs from the deployed workflow.
func (f *runFlags) notes(w io.Writer, workflow *local.Workflow) {
	if note := workflow.Sources().Note; note != "" {
		fmt.Fprintln(w, "note:", note)
	}
	if f.fast {
		fmt.Fprintln(w, "note: --fast skips the waits, but not the API's: it may still count what it would have forgotten")
	}
	if note := f.request.Note(); note != "" {
		fmt.Fprintln(w, "note:", note)
	}
}

func (f *runFlags) print(w io.Writer, o trial.Outcome) error {
	if f.json {
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		return encoder.Encode(o.Record)
	}
	if isTerminal(w) && !o.Answer.IsText() {
		return fmt.Errorf("the body is binary (%d bytes) and not written to a terminal; redirect it to a file", len(o.Answer.Body))
	}
	return o.Answer.Write(w, f.include)
}
