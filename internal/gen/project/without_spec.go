package project

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/revision"
	"github.com/sfngen/sfngen/internal/gen/specfile"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// Leftover is a stack's folder that no spec gives any more: the spec was removed, or has
// another name.
type Leftover struct {
	Dir   string
	Stack string // the name under which it is deployed
	// IsCopy: the stack has a spec, which gives another folder. What is deployed is that
	// one's, and not to be destroyed on account of this one.
	IsCopy bool
	// Removed: the folder is gone too, since the commit that is compared with.
	Removed bool
}

// Orphans are those whose stacks have no spec at all, and copies the others.
func Orphans(all []Leftover) (orphans, copies []Leftover) {
	for _, l := range all {
		if l.IsCopy {
			copies = append(copies, l)
		} else {
			orphans = append(orphans, l)
		}
	}
	return orphans, copies
}

// Dirs are their folders.
func Dirs(all []Leftover) (dirs []string) {
	for _, l := range all {
		dirs = append(dirs, l.Dir)
	}
	return dirs
}

// WithoutSpec are the stacks' folders in out that no spec gives. specs are what the user
// has named, as Named takes it, and loaded the stacks that these gave. Where they are not
// all that there is, and no project file says it, none is known.
func (p *Project) WithoutSpec(specs []string, loaded []*stack.Stack, out string) ([]Leftover, error) {
	names, err := folder.StacksIn(out)
	if err != nil {
		return nil, err
	}
	names, given, err := p.notGiven(specs, loaded, names)
	var left []Leftover
	for _, name := range names {
		l := Leftover{Dir: filepath.Join(out, name), Stack: p.deployedAs(filepath.Join(out, name))}
		l.IsCopy = l.Stack != name && slices.Contains(given, l.Stack)
		if p.Exists() || l.IsCopy || folder.IsOrphan(l.Dir) {
			left = append(left, l)
		}
	}
	return left, err
}

// RemovedSince are the folders of stacks that a commit has and out has no more, and whose
// stacks no spec gives: whoever reviews the commits since would not see them else. specs
// and loaded are as for WithoutSpec.
func (p *Project) RemovedSince(ctx context.Context, rev revision.Revision, specs []string, loaded []*stack.Stack,
	out string) ([]Leftover, error) {
	paths, err := rev.Paths(ctx, out)
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
	names, _, err = p.notGiven(specs, loaded, names)
	var gone []Leftover
	for _, name := range names {
		gone = append(gone, Leftover{Dir: filepath.Join(out, name), Stack: name, Removed: true})
	}
	return gone, err
}

// deployedAs is the name under which a stack's folder is deployed.
func (p *Project) deployedAs(dir string) string {
	if built, err := folder.OpenIn(p.Stacks(), dir); err == nil {
		return built.Name
	}
	return filepath.Base(dir)
}

// notGiven are those of some stacks that no spec gives; given are those that the specs
// give.
func (p *Project) notGiven(specs []string, loaded []*stack.Stack, names []string) (left, given []string, err error) {
	names = slices.DeleteFunc(names, func(name string) bool {
		return slices.ContainsFunc(loaded, func(s *stack.Stack) bool { return s.Name == name })
	})
	if len(names) == 0 {
		return nil, nil, nil // as a rule; nothing more is read
	}
	files, known, err := p.all(specs)
	if err != nil || !known {
		return nil, nil, err
	}
	given, known = stacksOf(files)
	if !known {
		return nil, nil, nil
	}
	return slices.DeleteFunc(names, func(name string) bool { return slices.Contains(given, name) }), given, nil
}

// all are the specs of the project, or those that the user has named where these are all
// of their folders; else they are not known.
func (p *Project) all(named []string) (files []string, known bool, err error) {
	if p.Exists() {
		files, err = p.Specs()
		if errors.Is(err, ErrNoSpecs) {
			err = nil
		}
		return files, err == nil, err
	}
	files, err = p.Named(named)
	if err != nil || slices.Contains(files, "-") {
		return nil, false, err
	}
	for i, name := range files {
		files[i] = filepath.Clean(name)
	}
	for _, name := range files {
		beside, err := In(filepath.Dir(name))
		if err != nil || slices.ContainsFunc(beside, func(other string) bool { return !slices.Contains(files, other) }) {
			return nil, false, err
		}
	}
	return files, true, nil
}

// stacksOf are the names of the stacks that the specs give, in all environments. They are
// not known where a spec cannot be read.
func stacksOf(files []string) (stacks []string, known bool) {
	known = true
	for _, file := range files {
		names := specfile.NamesInFile(file)
		for _, name := range names {
			stacks = append(stacks, name.Stack)
		}
		known = known && len(names) > 0
	}
	return stacks, known
}
