package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/printable"
)

func buildCommand() *cobra.Command {
	var findings findingFlags
	var out string
	var force, quiet, standalone bool
	c := &cobra.Command{
		Use:   "build SPEC...",
		Short: "Write the stack of each spec to stacks/NAME/",
		Long: `Write the stack of each spec to a folder of its name: the state machine, the
CloudFormation template and the Go module of the Lambdas. A spec with
environments has a stack for each, NAME-ENVIRONMENT.

Nothing is written unless every spec is free of errors. Files that sfngen did
not write, or that were changed by hand since, are overwritten or removed only
with --force. Building twice changes nothing.`,
		Example: `  sfngen build acme-orders.yaml
  sfngen build acme-orders.yaml --env staging,prod
  sfngen build specs/*.yaml -o infra/stacks`,
		Args: oneOrMore("SPEC"),
		RunE: func(c *cobra.Command, args []string) error {
			stacks, err := findings.load(c, c.ErrOrStderr(), args)
			if err != nil {
				return err
			}
			var own *bool
			if c.Flags().Changed("standalone") {
				own = &standalone
			}
			written, err := folder.Write(c.Context(), folder.Targets(stacks, out, own), force)
			if err != nil {
				return err
			}
			noteForeign(c.ErrOrStderr(), written)
			unused, err := folder.RemoveUnusedRuntimes(out)
			noteKept(c.ErrOrStderr(), unused, err)
			if quiet {
				return nil
			}
			return printWritten(c.OutOrStdout(), written, unused)
		},
	}
	findings.addFormat(c)
	addOut(c, &out)
	addQuiet(c, &quiet, "no line for each stack and file")
	c.Flags().BoolVar(&standalone, "standalone", false,
		"keep a copy of the runtime in each of these stacks, so that a folder can be moved elsewhere; it stays so until --standalone=false")
	c.Flags().BoolVar(&force, "force", false, "overwrite and remove files that were changed by hand")
	return c
}

// noteForeign warns of files that build does not touch, but Go compiles.
func noteForeign(stderr io.Writer, written []folder.Written) {
	for _, w := range written {
		for _, path := range w.Foreign {
			fmt.Fprintf(stderr, "sfngen: note: %s was not written by sfngen, but Go compiles it into the Lambdas: move it away\n",
				printable.Line(filepath.Join(w.Dir, filepath.FromSlash(path))))
		}
	}
}

// addQuiet adds -q: errors, findings and notes stay.
func addQuiet(c *cobra.Command, quiet *bool, without string) {
	c.Flags().BoolVarP(quiet, "quiet", "q", false, without)
}

func addOut(c *cobra.Command, out *string) {
	*out = folder.DefaultDir
	c.Flags().FuncP("out", "o", "the `folder` that holds the stacks; else "+folder.DefaultDir, given(out))
}

// printWritten prints for each stack what changed, file by file unless all of it is
// new, and what became of the runtimes that they share.
func printWritten(w io.Writer, written []folder.Written, unused []folder.Unused) error {
	var text strings.Builder
	for _, wr := range written {
		isRuntime := wr.Stack == stack.Runtime()
		changes, moved := wr.Own()
		switch {
		case isRuntime && len(wr.Changes) == 0:
		case len(wr.Changes) == 0:
			fmt.Fprintf(&text, "%s: unchanged\n", wr.Dir)
		case len(wr.Changes) == len(wr.Stack.Files) && wr.Changes[0].Kind == folder.Create:
			fmt.Fprintf(&text, "%s: %s created\n", wr.Dir, count.Of(len(wr.Changes), "file"))
		default:
			fmt.Fprintf(&text, "%s: %d of %d files changed\n", wr.Dir, len(changes), len(wr.Stack.Files))
			for _, change := range changes {
				fmt.Fprintf(&text, "  %s %s\n", change.Kind, change.Path)
			}
			if moved > 0 {
				fmt.Fprintf(&text, "  remove %s/ (%s): %s has them now, once for all stacks beside it\n", stack.RuntimeCopy, count.Of(moved, "file"),
					manifest.RuntimeDir(wr.Dir, wr.Stack.Runtime.Name))
			}
		}
	}
	for _, u := range unused {
		if u.Keeps == "" {
			fmt.Fprintf(&text, "%s: removed, no stack uses it any more\n", u.Dir)
		}
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// noteKept says which unused runtimes stay, and why. One that cannot be removed costs no
// more than that: the stacks are written.
func noteKept(stderr io.Writer, unused []folder.Unused, err error) {
	for _, u := range unused {
		if u.Keeps != "" {
			fmt.Fprintf(stderr, "sfngen: note: no stack uses %s any more, but %s: remove the folder yourself\n", printable.Line(u.Dir),
				printable.Line(u.Keeps))
		}
	}
	if err != nil {
		fmt.Fprintf(stderr, "sfngen: note: runtimes that no stack uses were not removed: %s\n", printable.Line(err.Error()))
	}
}
