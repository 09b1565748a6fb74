package main

import (
	"errors"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/dev"
	"github.com/sfngen/sfngen/internal/stack"
)

func devCommand() *cobra.Command {
	var flags localFlags
	var listen string
	var quiet bool
	c := &cobra.Command{
		Use:   "dev SPEC",
		Short: "Keep the function URL running on this machine",
		Long: `Keep the function URL running on this machine, for a program that is pointed at
it as it will be at the deployed one. No signature is needed.

One line for each attempt goes to stderr. The spec is loaded again when it
changes; one with errors leaves the last one running. Schedules and events are
fired by hand, with the commands that it prints. Ctrl-C lets the requests that run
end, a second one stops them.`,
		Example: `  sfngen dev acme-orders.yaml
  sfngen dev acme-orders.yaml --upstream http://127.0.0.1:8429 --listen 127.0.0.1:0`,
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
	c.Flags().BoolVarP(&quiet, "quiet", "q", false, "no lines for attempts")
	return c
}

func serveDev(c *cobra.Command, flags *localFlags, name, listen string, quiet bool) error {
	source, err := readOne(c.InOrStdin(), name)
	if err != nil {
		return err
	}
	first, err := flags.generate(c, source)
	if err != nil {
		return err
	}
	o, err := flags.options(c)
	if err != nil {
		return err
	}
	o.Listen = listen
	stderr := c.ErrOrStderr()
	hurry, release := secondSignal()
	defer release()
	return dev.Serve(c.Context(), dev.Options{
		Local: o, Stack: first, Text: source.Text,
		Read: func() ([]byte, error) {
			now, err := readOne(nil, name)
			return now.Text, err
		},
		Generate: func(text []byte) (*stack.Stack, error) {
			return flags.generate(c, stack.Source{Name: name, Text: text})
		},
		Out: c.OutOrStdout(), Log: stderr,
		Color: isTerminal(stderr) && wantsColor(), Quiet: quiet, Hurry: hurry,
	})
}

// secondSignal ends when a person asks a second time.
func secondSignal() (hurry <-chan struct{}, release func()) {
	signals, second := make(chan os.Signal, 2), make(chan struct{})
	over, once := make(chan struct{}), sync.Once{}
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	go func() {
		for range 2 {
			select {
			case <-signals:
			case <-over:
				return
			}
		}
		close(second)
	}()
	return second, func() { once.Do(func() { signal.Stop(signals); close(over) }) }
}
