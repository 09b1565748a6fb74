package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/project"
	"github.com/sfngen/sfngen/internal/gen/revision"
	"github.com/sfngen/sfngen/internal/gen/specfile"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// leftover is a stack's folder that no spec gives.
type leftover struct {
	dir   string
	stack string // the name under which it is deployed
	// isCopy: the stack has a spec, which gives another folder. What is deployed is that
	// one's, and not to be destroyed on account of this one.
	isCopy bool
	// removed: the folder is gone too, since the commit of --against.
	removed bool
}

// all are the folders without a spec, those that a commit had included.
func (l leftovers) all() []leftover {
	list := slices.Clone(l.stacks)
	for _, dir := range l.removed {
		list = append(list, leftover{dir: dir, removed: true})
	}
	return list
}

func (l leftover) words() string {
	if l.isCopy {
		return "a copy of the stack " + printable.Line(l.stack) + ", which its spec gives in another folder: move it away, or remove it yourself"
	}
	return "no spec gives this stack: 'sfngen build --prune' removes its folder, once 'sfngen destroy' has deleted it in AWS"
}

// dirsOf are their folders.
func dirsOf(all []leftover) (dirs []string) {
	for _, l := range all {
		dirs = append(dirs, l.dir)
	}
	return dirs
}

// withoutSpec are the stacks' folders in out that no spec gives any more: the spec was
// removed, or has another name. loaded are the stacks of the arguments. Where the
// arguments are not all that there is, and no project file says it, none is known.
func withoutSpec(c *cobra.Command, args []string, loaded []*stack.Stack, out string) ([]leftover, error) {
	out, err := stacksOf(c.Context(), out)
	if err != nil {
		return nil, err
	}
	names, err := folder.StacksIn(out)
	if err != nil {
		return nil, err
	}
	names, given, exists, err := notGiven(c, args, loaded, names)
	var left []leftover
	for _, name := range names {
		l := leftover{dir: filepath.Join(out, name), stack: stackIn(c.Context(), filepath.Join(out, name))}
		l.isCopy = l.stack != name && slices.Contains(given, l.stack)
		if exists || l.isCopy || folder.IsOrphan(l.dir) {
			left = append(left, l)
		}
	}
	return left, err
}

// notGiven are those of some stacks that no spec gives. given are those that the specs
// give; exists is whether a project file says which specs there are.
func notGiven(c *cobra.Command, args []string, loaded []*stack.Stack, names []string) (left, given []string, exists bool, err error) {
	names = slices.DeleteFunc(names, func(name string) bool {
		return slices.ContainsFunc(loaded, func(s *stack.Stack) bool { return s.Name == name })
	})
	if len(names) == 0 {
		return nil, nil, false, nil // as a rule; nothing more is read
	}
	specs, exists, err := allSpecs(c, args)
	if err != nil || specs == nil {
		return nil, nil, false, err
	}
	given, all := stacksGiven(c.InOrStdin(), specs)
	if !all {
		return nil, nil, false, nil
	}
	names = slices.DeleteFunc(names, func(name string) bool { return slices.Contains(given, name) })
	return names, given, exists, nil
}

// removedSince are the folders of stacks that a commit has and out has no more, and whose
// stacks no spec gives: whoever reviews the commits since would not see them else.
func removedSince(c *cobra.Command, args []string, loaded []*stack.Stack, out, commit string) ([]string, error) {
	rev, err := revision.Of(commit)
	if err != nil {
		return nil, fmt.Errorf("--against: %w", err)
	}
	paths, err := rev.Paths(c.Context(), out)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, path := range paths {
		name, file, _ := strings.Cut(path, "/")
		if file == manifest.Name && name[0] != '_' && !manifest.In(filepath.Join(out, name)) {
			names = append(names, name)
		}
	}
	names, _, _, err = notGiven(c, args, loaded, names)
	for i, name := range names {
		names[i] = filepath.Join(out, name)
	}
	return names, err
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
		names := specfile.NamesIn(bytes.NewReader(source.Text))
		for _, name := range names {
			given = append(given, name.Stack)
		}
		all = all && len(names) > 0
	}
	return given, all
}

// tellWithoutSpec prints a line for each as diff -r would.
func tellWithoutSpec(out io.Writer, left []leftover) error {
	for _, l := range left {
		if _, err := fmt.Fprintf(out, "Only in %s: %s (%s)\n", filepath.Dir(l.dir), printable.Line(filepath.Base(l.dir)), l.words()); err != nil {
			return err
		}
	}
	return nil
}

// tellRemoved says the same of folders that are gone since a commit.
func tellRemoved(out io.Writer, dirs []string, commit string) error {
	for _, dir := range dirs {
		if _, err := fmt.Fprintf(out, "Only in %s of %s: %s (no spec gives this stack: if it is deployed, it stays so until "+
			"'sfngen destroy' deletes it)\n",
			filepath.Dir(dir), printable.Line(commit), printable.Line(filepath.Base(dir))); err != nil {
			return err
		}
	}
	return nil
}

// noteWithoutSpec is what build says, which does not touch them.
func noteWithoutSpec(stderr io.Writer, left []leftover) {
	for _, l := range left {
		fmt.Fprintf(stderr, "sfngen: note: %s: %s\n", printable.Line(l.dir), l.words())
	}
}

// stackIn is the name under which a stack's folder is deployed.
func stackIn(ctx context.Context, dir string) string {
	if built, err := openFolder(ctx, dir); err == nil {
		return built.Name
	}
	return filepath.Base(dir)
}
