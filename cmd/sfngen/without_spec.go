package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/project"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// withoutSpec are the stacks' folders in out that no spec gives any more: the spec was
// removed, or has another name. loaded are the stacks of the arguments. Where the
// arguments are not all that there is, and no project file says it, none is known.
func withoutSpec(c *cobra.Command, args []string, loaded []*stack.Stack, out string) ([]string, error) {
	out, err := stacksOf(c.Context(), out)
	if err != nil {
		return nil, err
	}
	names, err := folder.StacksIn(out)
	if err != nil {
		return nil, err
	}
	names = slices.DeleteFunc(names, func(name string) bool {
		return slices.ContainsFunc(loaded, func(s *stack.Stack) bool { return s.Name == name })
	})
	if len(names) == 0 {
		return nil, nil // as a rule; nothing more is read
	}
	specs, exists, err := allSpecs(c, args)
	if err != nil || specs == nil {
		return nil, err
	}
	given, all := stacksGiven(c.InOrStdin(), specs)
	if !all {
		return nil, nil
	}
	var dirs []string
	for _, name := range names {
		dir := filepath.Join(out, name)
		if !slices.Contains(given, name) && (exists || folder.IsOrphan(dir)) {
			dirs = append(dirs, dir)
		}
	}
	return dirs, nil
}

// allSpecs are the specs of the project, or those of the arguments where these are all
// of their folders; else nil. exists is whether a project file says so.
func allSpecs(c *cobra.Command, args []string) (specs []string, exists bool, err error) {
	p, err := projectOf(c.Context())
	if err != nil {
		return nil, false, err
	}
	if p.Exists() {
		specs, err = p.Specs()
		if errors.Is(err, project.ErrNoSpecs) {
			return []string{}, true, nil
		}
		return specs, true, err
	}
	specs, err = specsOf(c, args)
	if err != nil || slices.Contains(specs, "-") {
		return nil, false, err
	}
	for i, name := range specs {
		specs[i] = filepath.Clean(name)
	}
	for _, name := range specs {
		beside, err := project.In(filepath.Dir(name))
		if err != nil || slices.ContainsFunc(beside, func(other string) bool { return !slices.Contains(specs, other) }) {
			return nil, false, err
		}
	}
	return specs, false, nil
}

// stacksGiven are the names of the stacks that the specs give, in all environments. all is
// false where a spec cannot be read: what it gives is not known.
func stacksGiven(stdin io.Reader, specs []string) (given []string, all bool) {
	all = true
	for _, name := range specs {
		source, err := readOne(stdin, name)
		if err != nil {
			all = false
			continue
		}
		names := folder.NamesIn(bytes.NewReader(source.Text))
		for _, name := range names {
			given = append(given, name.Stack)
		}
		all = all && len(names) > 0
	}
	return given, all
}

// tellWithoutSpec prints a line for each as diff -r would.
func tellWithoutSpec(out io.Writer, dirs []string) error {
	for _, dir := range dirs {
		if _, err := fmt.Fprintf(out, "Only in %s: %s (%s)\n", filepath.Dir(dir), printable.Line(filepath.Base(dir)), noSpecGives); err != nil {
			return err
		}
	}
	return nil
}

const noSpecGives = "no spec gives this stack: 'sfngen build --prune' removes its folder, once 'sfngen destroy' has deleted it in AWS"

// noteWithoutSpec is what build says, which does not touch them.
func noteWithoutSpec(stderr io.Writer, dirs []string) {
	for _, dir := range dirs {
		fmt.Fprintf(stderr, "sfngen: note: %s: %s\n", printable.Line(dir), noSpecGives)
	}
}

// stackIn is the name under which a stack's folder is deployed.
func stackIn(ctx context.Context, dir string) string {
	if built, err := openFolder(ctx, dir); err == nil {
		return built.Name
	}
	return filepath.Base(dir)
}
