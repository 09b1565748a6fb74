package main

import (
	"bytes"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/term/patch"
	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/internal/term/screen"
)

func diffCommand() *cobra.Command {
	var findings findingFlags
	var out string
	c := &cobra.Command{
		Use:   "diff SPEC...",
		Short: "Show what build would change, as a unified diff",
		Long: `Show what build would change, as a unified diff. diff writes nothing. It also
names files that sfngen did not write but Go would compile into the Lambdas:
build does not touch them, but the folder is not what the spec gives. Where
another version of sfngen has written the folder, a line on stderr says so.

Exit status 0: the folder is what the spec gives; 1: it is not; 2: the spec has
errors, or a file cannot be read.`,
		Example: `  sfngen diff acme-orders.yaml
  sfngen diff specs/*.yaml -o infra/stacks   # in CI`,
		Args: oneOrMore("SPEC"),
		RunE: func(c *cobra.Command, args []string) error {
			stacks, err := findings.load(c, c.ErrOrStderr(), args)
			if err != nil {
				return asTrouble(err)
			}
			return diffAll(c, targets(stacks, out))
		},
	}
	findings.add(c)
	addOut(c, &out)
	return c
}

func diffAll(c *cobra.Command, targets []folder.Target) error {
	different, out := false, c.OutOrStdout()
	var others upgrades
	for _, t := range targets {
		d, err := folder.Compare(t.Stack, t.Dir)
		if err != nil {
			return err
		}
		different = different || !d.None()
		others.add(t.Stack, d)
		if err := writeDiff(out, t.Dir, d.Changes); err != nil {
			return err
		}
		for _, path := range d.Foreign { // as diff -r says it
			if _, err := fmt.Fprintf(out, "Only in %s: %s (not written by sfngen, but compiled into the Lambdas: move it away)\n", t.Dir,
				printable.Line(path)); err != nil {
				return err
			}
		}
	}
	others.note(c.ErrOrStderr())
	if different {
		return errFindings
	}
	return nil
}

// writeDiff writes every byte as it is where a program may apply it. For people the
// diff is coloured, made safe and broken between words.
func writeDiff(out io.Writer, dir string, changes []folder.Change) error {
	if paint := screen.Painter(out); screen.IsTerminal(out) || bool(paint) {
		var text bytes.Buffer
		_ = folder.WriteDiff(&text, dir, changes) // to memory
		_, err := io.WriteString(screen.LaidOut(out), patch.Show(text.String(), screen.Columns(out), paint))
		return err
	}
	return folder.WriteDiff(out, dir, changes)
}
