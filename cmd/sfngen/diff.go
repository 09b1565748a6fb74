package main

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/project"
	"github.com/sfngen/sfngen/internal/term/patch"
	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/internal/term/screen"
)

func diffCommand() *cobra.Command {
	var findings findingFlags
	var out string
	var view diffView
	c := &cobra.Command{
		Use:   "diff [SPEC...]",
		Short: "Show what build would change, as a unified diff or in words",
		Long: `Show what build would change, as a unified diff. diff writes nothing. It also
names files that sfngen did not write but Go would compile into the Lambdas:
build does not touch them, but the folder is not what the spec gives. Where
another version of sfngen has written the folder, a line on stderr says so. A stack's
folder that no spec gives any more is a difference, too; it is known where the
specs are all of the project, or all of their folders.
` + specIsFile + `
With --summary it says in words what a deployment would do, what is dangerous
first: fields of the spec, worst case, cost, permissions, resources. Like the
diff it looks at files alone; 'sfngen deploy --dry-run' asks AWS.

With --against it compares with the folder as a commit has it. With
--against-env it compares environments of a spec: what is otherwise in --env
than in that one, the names apart.

Exit status 0: the folder is what the spec gives; 1: it is not; 2: the spec has
errors, or a file cannot be read.`,
		Example: `  sfngen diff acme-orders.yaml
  sfngen diff                                # in CI: all specs of sfngen.yaml
  sfngen diff specs -o infra/stacks          # all specs of a folder
  sfngen diff --summary --against origin/main
  sfngen diff --summary acme-orders.yaml --env prod --against-env staging
  sfngen diff --summary --format markdown --against origin/main   # a comment`,
		Args: cobra.ArbitraryArgs, // with none, what sfngen.yaml has
		RunE: func(c *cobra.Command, args []string) error {
			if err := view.check(); err != nil {
				return err
			}
			if view.againstEnv != "" {
				return diffEnvironments(c, &findings, args, out, view)
			}
			out, err := stacksOf(c.Context(), out)
			if err != nil {
				return err
			}
			stacks, err := findings.loadForStacks(c, c.ErrOrStderr(), args, out)
			if err != nil {
				return asTrouble(err)
			}
			gone, err := withoutSpec(c.Context(), args, stacks, out)
			if err != nil {
				return err
			}
			left := leftovers{out: out, stacks: gone}
			if view.against != "" {
				if left.removed, err = removedSince(c.Context(), args, stacks, out, view.against); err != nil {
					return err
				}
			}
			return diffAll(c, folder.Targets(stacks, out, nil), left, view)
		},
	}
	findings.add(c)
	addOut(c, &out)
	view.add(c)
	return c
}

// leftovers are what is in the folder of the stacks and belongs to none of them.
type leftovers struct {
	out      string // the folder
	stacks   []project.Leftover
	removed  []project.Leftover // stacks that were there in the commit of --against
	runtimes []folder.Unused
}

// all are the folders without a spec, those that a commit had included.
func (l leftovers) all() []project.Leftover { return slices.Concat(l.stacks, l.removed) }

func diffAll(c *cobra.Command, targets []folder.Target, left leftovers, view diffView) error {
	all, err := view.compare(c.Context(), targets)
	if err != nil {
		return err
	}
	if left.runtimes, err = view.unused(left.out, targets); err != nil {
		return err
	}
	return view.tell(c, all, left)
}

// tell shows the differences, and is errFindings where there are any.
func (v *diffView) tell(c *cobra.Command, all []difference, left leftovers) error {
	if err := v.show(c, all, left); err != nil {
		return err
	}
	var others folder.Upgrades
	different := len(left.stacks)+len(left.removed)+len(left.runtimes) > 0
	for _, d := range all {
		different = different || !d.None()
		others.Add(d.Stack, d.Written, d.Changes, d.Runtime.From != "")
	}
	noteEach(c.ErrOrStderr(), others.Ahead())
	if different {
		return errFindings
	}
	return nil
}

// noteEach prints notes, a line each.
func noteEach(stderr io.Writer, notes []string) {
	for _, note := range notes {
		fmt.Fprintf(stderr, "sfngen: note: %s\n", note)
	}
}

// showPatch prints the changes as a unified diff, and says what was compared where
// there are none. Of the runtimes it says in words what becomes of them.
func (v *diffView) showPatch(c *cobra.Command, all []difference, left leftovers) error {
	out := c.OutOrStdout()
	for _, d := range all {
		t := d.Target
		if d.None() {
			noteSame(c.ErrOrStderr(), d)
			continue
		}
		if err := writeDiff(out, t.Dir, d.Own()); err != nil {
			return err
		}
		if _, err := io.WriteString(out, foreignLines(t.Dir, d.Foreign)); err != nil {
			return err
		}
	}
	if err := tellWithoutSpec(out, left.stacks); err != nil {
		return err
	}
	if err := tellRemoved(out, left.removed, v.against); err != nil {
		return err
	}
	return showRuntimes(out, runtimesIn(all), left.runtimes)
}

// foreignLines name files that are not sfngen's, each as diff -r says it.
func foreignLines(dir string, paths []string) string {
	var text strings.Builder
	for _, path := range paths {
		fmt.Fprintf(&text, "Only in %s: %s (not written by sfngen, but compiled into the Lambdas: move it away)\n", printable.Line(dir),
			printable.Line(path))
	}
	return text.String()
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
