package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/project"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/printable"
)

func buildCommand() *cobra.Command {
	var flags buildFlags
	c := &cobra.Command{
		Use:   "build [SPEC...]",
		Short: "Write the stack of each spec to stacks/NAME/",
		Long: `Write the stack of each spec to a folder of its name: the state machine, the
CloudFormation template and the Go module of the Lambdas. A spec with
environments has a stack for each, NAME-ENVIRONMENT.
` + specIsFile + `
The source that all Lambdas are built on stands once beside the stacks, in
_runtime/: commit it with them. --standalone keeps a copy in the stack instead.

Nothing is written unless every spec is free of errors. Files that sfngen did
not write, or that were changed by hand since, are overwritten or removed only
with --force. Building twice changes nothing.

--prune also removes the folders of stacks that no spec gives any more, because
the spec was removed or has another name. It asks AWS first: while one of them is
deployed, nothing is written or removed. Files that are not sfngen's, or were
changed by hand, stay and are named.`,
		Example: `  sfngen build acme-orders.yaml
  sfngen build                          # all specs of sfngen.yaml
  sfngen build specs -o infra/stacks    # all specs of a folder
  sfngen build acme-orders.yaml --env staging,prod`,
		Args: cobra.ArbitraryArgs, // with none, what sfngen.yaml has
		RunE: func(c *cobra.Command, args []string) error { return flags.run(c, args) },
	}
	flags.findings.addFormat(c)
	addOut(c, &flags.out)
	addQuiet(c, &flags.quiet, "no line for each stack and file")
	c.Flags().BoolVar(&flags.standalone, "standalone", false,
		"keep a copy of the runtime in each of these stacks, so that a folder can be moved elsewhere; it stays so until --standalone=false")
	c.Flags().BoolVar(&flags.force, "force", false, "overwrite and remove files that were changed by hand")
	flags.prune.add(c)
	return c
}

type buildFlags struct {
	findings     findingFlags
	out          string
	force, quiet bool
	standalone   bool
	prune        pruning
}

func (f *buildFlags) run(c *cobra.Command, args []string) error {
	if err := f.prune.check(); err != nil {
		return err
	}
	var err error
	if f.out, err = stacksOf(c.Context(), f.out); err != nil {
		return err
	}
	stacks, err := f.findings.loadForStacks(c, c.ErrOrStderr(), args, f.out)
	if err != nil {
		return err
	}
	gone, err := withoutSpec(c.Context(), args, stacks, f.out)
	if err != nil {
		return err
	}
	if f.prune.wanted {
		orphans, _ := project.Orphans(gone)
		if err := f.prune.admit(c.Context(), c.ErrOrStderr(), orphans); err != nil {
			return err
		}
	}
	written, err := folder.Write(c.Context(), folder.Targets(stacks, f.out, f.ownRuntime(c)), f.force)
	if err != nil {
		return err
	}
	noteForeign(c.ErrOrStderr(), written)
	noteVersions(c.ErrOrStderr(), written)
	if !f.quiet {
		if err := printWritten(c.OutOrStdout(), written); err != nil {
			return err
		}
	}
	return f.clear(c, gone)
}

// ownRuntime is what --standalone says; nil where it is not given.
func (f *buildFlags) ownRuntime(c *cobra.Command) *bool {
	if !c.Flags().Changed("standalone") {
		return nil
	}
	return &f.standalone
}

// clear removes or names what no spec gives, then the runtimes that no stack uses.
func (f *buildFlags) clear(c *cobra.Command, gone []project.Leftover) error {
	if f.prune.wanted {
		orphans, copies := project.Orphans(gone)
		if err := f.prune.remove(c, project.Dirs(orphans), f.quiet); err != nil {
			return err
		}
		gone = copies
	}
	noteWithoutSpec(c.ErrOrStderr(), gone)
	unused, err := folder.RemoveUnusedRuntimes(f.out)
	noteKept(c.ErrOrStderr(), unused, err)
	if f.quiet {
		return nil
	}
	return printRemoved(c.OutOrStdout(), unused)
}

// noteForeign warns of files that build does not touch, but Go compiles. Those in a copy of
// the runtime that the stack no longer has were compiled, and are not any more.
func noteForeign(stderr io.Writer, written []folder.Written) {
	for _, w := range written {
		for _, path := range w.Foreign {
			name := printable.Line(filepath.Join(w.Dir, filepath.FromSlash(path)))
			if w.Stack.Runtime != nil && stack.IsRuntimeCopy(path) {
				fmt.Fprintf(stderr, "sfngen: note: %s was not written by sfngen, and is no longer compiled into the Lambdas: the stack has no runtime "+
					"of its own any more; build it with --standalone to keep one\n", name)
				continue
			}
			fmt.Fprintf(stderr, "sfngen: note: %s was not written by sfngen, but Go compiles it into the Lambdas: move it away\n", name)
		}
	}
}

// noteVersions says where the folder was another version's: that may have been the newer
// one, if it is not known which this is.
func noteVersions(stderr io.Writer, written []folder.Written) {
	var others folder.Upgrades
	for _, w := range written {
		if w.Stack == stack.Runtime() { // its name says what is in it
			continue
		}
		others.Add(w.Stack, w.Before.Version, w.Changes, w.Before.Runtime != w.Stack.Manifest.Runtime)
	}
	noteEach(stderr, others.Done())
}

// addQuiet adds -q: errors, findings and notes stay.
func addQuiet(c *cobra.Command, quiet *bool, without string) {
	c.Flags().BoolVarP(quiet, "quiet", "q", false, without)
}

func addOut(c *cobra.Command, out *string) {
	c.Flags().FuncP("out", "o", "the `folder` that holds the stacks; else that of "+project.FileName+", or "+folder.DefaultDir, given(out))
}

// printWritten prints for each stack what changed, file by file unless all of it is
// new, and the runtime that they share.
func printWritten(w io.Writer, written []folder.Written) error {
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
	_, err := io.WriteString(w, text.String())
	return err
}

// printRemoved prints the runtimes that are gone.
func printRemoved(w io.Writer, unused []folder.Unused) error {
	for _, u := range unused {
		if u.Keeps != "" {
			continue
		}
		if _, err := fmt.Fprintf(w, "%s: removed, no stack uses it any more\n", u.Dir); err != nil {
			return err
		}
	}
	return nil
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
