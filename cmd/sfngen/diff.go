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
	var view diffView
	c := &cobra.Command{
		Use:   "diff SPEC...",
		Short: "Show what build would change, as a unified diff or in words",
		Long: `Show what build would change, as a unified diff. diff writes nothing. It also
names files that sfngen did not write but Go would compile into the Lambdas:
build does not touch them, but the folder is not what the spec gives. Where
another version of sfngen has written the folder, a line on stderr says so.

With --summary it says in words what a deployment would do, what is dangerous
first: fields of the spec, worst case, cost, permissions, resources. Like the
diff it looks at files alone; 'sfngen deploy --dry-run' asks AWS.

With --against it compares with the folder as a commit has it.

Exit status 0: the folder is what the spec gives; 1: it is not; 2: the spec has
errors, or a file cannot be read.`,
		Example: `  sfngen diff acme-orders.yaml
  sfngen diff specs/*.yaml -o infra/stacks   # in CI
  sfngen diff --summary --against origin/main specs/*.yaml
  sfngen diff --summary --format markdown --against origin/main specs/*.yaml   # a comment`,
		Args: oneOrMore("SPEC"),
		RunE: func(c *cobra.Command, args []string) error {
			if err := view.check(); err != nil {
				return err
			}
			stacks, err := findings.load(c, c.ErrOrStderr(), args)
			if err != nil {
				return asTrouble(err)
			}
			return diffAll(c, folder.Targets(stacks, out, nil), out, view)
		},
	}
	findings.add(c)
	addOut(c, &out)
	view.add(c)
	return c
}

func diffAll(c *cobra.Command, targets []folder.Target, out string, view diffView) error {
	all, err := view.compare(c.Context(), targets)
	if err != nil {
		return err
	}
	unused, err := view.unused(out, targets)
	if err != nil {
		return err
	}
	if err := view.show(c, all, unused); err != nil {
		return err
	}
	var others upgrades
	different := len(unused) > 0
	for _, d := range all {
		different = different || !d.None()
		others.add(d.Stack, d.Difference)
	}
	others.note(c.ErrOrStderr())
	if different {
		return errFindings
	}
	return nil
}

// showPatch prints the changes as a unified diff, and says what was compared where
// there are none. Of the runtimes it says in words what becomes of them.
func showPatch(c *cobra.Command, all []difference, unused []folder.Unused) error {
	out := c.OutOrStdout()
	for _, d := range all {
		t := d.Target
		if d.None() {
			noteSame(c.ErrOrStderr(), d)
			continue
		}
		if err := writeDiff(out, t.Dir, d.own()); err != nil {
			return err
		}
		for _, path := range d.Foreign { // as diff -r says it
			if _, err := fmt.Fprintf(out, "Only in %s: %s (not written by sfngen, but compiled into the Lambdas: move it away)\n", t.Dir,
				printable.Line(path)); err != nil {
				return err
			}
		}
	}
	return showRuntimes(out, runtimesIn(all), unused)
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
