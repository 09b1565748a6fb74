package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"sync"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/local/dev"
	"github.com/sfngen/sfngen/internal/term/screen"
)

func devCommand() *cobra.Command {
	var flags localFlags
	var listen string
	var quiet bool
	c := &cobra.Command{
		Use:   "dev SPEC",
		Short: "Keep the function URL running on this machine",
		Long: `Keep the function URL running on this machine, for programs that use it as
they will use the deployed one. Requests need no signature.

Requests, attempts and waits appear on stderr as they happen, and so does a
request that is refused before an attempt. The spec is loaded again when it
changes; while it has errors, the last version keeps running. Start schedules
and events by hand, with the commands that dev prints. Ctrl-C lets running
requests end; a second Ctrl-C stops them.

Exit status 0: all requests have ended; 2: it could not start, or was stopped
before that.`,
		Example: `  sfngen dev acme-orders.yaml
  sfngen dev acme-orders.yaml --upstream http://127.0.0.1:8429`,
		Args: exactlyOne("SPEC"),
		RunE: func(c *cobra.Command, args []string) error {
			if args[0] == "-" {
				return errors.New("dev follows the spec's file, so it cannot be standard input; name a file")
			}
			return serveDev(c, &flags, args[0], listen, quiet)
		},
	}
	flags.add(c)
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:8420", "the function URL's `address`; port 0 takes any free one")
	addQuiet(c, &quiet, "no lines for requests and attempts")
	return c
}

func serveDev(c *cobra.Command, flags *localFlags, name, listen string, quiet bool) error {
	if err := dev.CheckAddress(listen); err != nil {
		return err
	}
	collectAsUsual()
	out, log := newNarration(c.OutOrStdout()), newNarration(c.ErrOrStderr())
	defer out.finish(c.Context())
	defer log.finish(c.Context())
	source, err := readSpec(nil, name)
	if err != nil {
		return err
	}
	printer := &findingsPrinter{to: log}
	first, findings, err := flags.generate(source)
	printer.print(findings)
	if err != nil {
		return err
	}
	o, err := flags.options(log, name)
	if err != nil {
		return err
	}
	noteSecrets(c.Context(), log, first, o.Secrets)
	flags.noteTokens(log, first)
	o.Listen = listen
	hurry, release := secondSignal()
	defer release()
	return dev.Serve(c.Context(), dev.Options{
		Local: o, Stack: first, Text: source.Text,
		Read: func() ([]byte, error) { return readAgain(name) },
		Generate: func(text []byte) (*stack.Stack, error) {
			next, findings, err := flags.generate(sourceOf(name, text))
			printer.print(findings)
			return next, asTold(err)
		},
		Out: out, Log: log, Paint: screen.Painter(log), Quiet: quiet, Hurry: hurry, Release: releaseMemory,
	})
}

// asTold turns the error of a spec whose findings are printed into dev's own.
func asTold(err error) error {
	if errors.Is(err, errSpec) {
		return dev.ErrSpec
	}
	return err
}

// readAgain reads only what can be a spec: opening a named pipe waits for a writer, and
// a file that has become huge is no longer a spec.
func readAgain(name string) ([]byte, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("no longer a regular file")}
	case info.Size() > mostRead:
		return nil, &fs.PathError{Op: "read", Path: name, Err: fmt.Errorf("%d MB are no spec", info.Size()>>20)}
	}
	source, err := readOne(nil, name)
	return source.Text, err
}

// secondSignal closes hurry at the second signal. A third one then ends the program as
// the system does.
func secondSignal() (hurry <-chan struct{}, release func()) {
	signals, second, over := make(chan os.Signal, 2), make(chan struct{}), make(chan struct{})
	signal.Notify(signals, endings()...)
	go func() {
		defer signal.Stop(signals)
		for range 2 {
			select {
			case <-signals:
			case <-over:
				return
			}
		}
		close(second)
	}()
	return second, sync.OnceFunc(func() { close(over) })
}
