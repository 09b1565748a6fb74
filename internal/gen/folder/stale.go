package folder

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/shell"
)

// StaleError is a folder that is not what its spec gives.
type StaleError struct {
	Dir, Spec string
	// Environment is the stack's; "" for a spec without environments.
	Environment string
	Paths       []string // of the files that differ
	Foreign     []string // of those that sfngen did not write, but Go compiles
	// Runtime is what is wrong with the runtime that the stack shares; "" for nothing.
	Runtime string
}

func (e *StaleError) Error() string {
	var what, how []string
	if len(e.Paths) > 0 {
		what = append(what, some(e.Paths)+" "+count.Verb(len(e.Paths), "differs", "differ"))
	}
	if e.Runtime != "" {
		what = append(what, e.Runtime)
	}
	if len(what) > 0 {
		how = append(how, fmt.Sprintf("see it with 'sfngen diff %s', update it with 'sfngen build %s'", e.arguments(), e.arguments()))
	}
	if len(e.Foreign) > 0 {
		what = append(what, some(e.Foreign)+" "+count.Verb(len(e.Foreign), "is not a file", "are not files")+
			" of sfngen's, but would be compiled into the Lambdas")
		how = append(how, "move "+count.Verb(len(e.Foreign), "it", "them")+" out of the folder")
	}
	return fmt.Sprintf("%s no longer matches %s: %s; %s, or deploy the folder unchanged with --stale",
		e.Dir, e.Spec, strings.Join(what, "; "), strings.Join(how, ", "))
}

// some names the first few.
func some(paths []string) string {
	if n := len(paths); n > 3 {
		return fmt.Sprintf("%s and %d more", strings.Join(paths[:3], ", "), n-3)
	}
	return strings.Join(paths, ", ")
}

func (e *StaleError) arguments() string {
	text := shell.Quote(e.Spec)
	if e.Environment != "" {
		text += " --env " + shell.Quote(e.Environment)
	}
	if parent := filepath.Join(e.Dir, ".."); parent != DefaultDir { // also of "." and ".."
		text += " -o " + shell.Quote(parent)
	}
	return text
}

// Matches compares the folder with the stack that its spec gives now; file is the
// spec's. It fails with a StaleError, or a manifest.ErrNewer.
func (f *Folder) Matches(s *stack.Stack, file string) error {
	if s.Name != f.Name {
		return fmt.Errorf("%s is the spec of %s, but %s is the stack of %s", file, s.Name, f.Dir, f.Name)
	}
	s = shapedAs(s, f.Dir)
	d, err := Compare(s, f.Dir)
	if err != nil || d.None() {
		return err
	}
	if err := d.Written.NewerThan(s.Manifest.Version, f.Dir); err != nil {
		return fmt.Errorf("%w; --stale deploys the folder unchanged", err)
	}
	stale := &StaleError{
		Dir: f.Dir, Spec: file, Environment: s.Plan.Environment,
		Foreign: append(d.Foreign, d.Runtime.ForeignPaths()...), Runtime: d.Runtime.stale(),
	}
	for _, c := range d.Own() {
		stale.Paths = append(stale.Paths, c.Path)
	}
	slices.SortStableFunc(stale.Paths, func(a, b string) int { return cmp.Compare(rank(a), rank(b)) })
	return stale
}

// telling are the files of a stack that say most about how it differs, first.
var telling = []string{stack.MachineFile, stack.TemplateFile, stack.PlanFile}

// rank is a file's place in that order: what says little comes last.
func rank(path string) int {
	if i := slices.Index(telling, path); i >= 0 {
		return i
	}
	switch {
	case path == stack.ReadmeFile:
		return len(telling) + 2
	case path == manifest.Name:
		return len(telling) + 3
	case strings.HasPrefix(path, "cmd/"):
		return len(telling)
	}
	return len(telling) + 1
}

// stale says what a build would change of it.
func (r RuntimeDifference) stale() string {
	if r.From != "" && len(r.Code) > 0 {
		return "the runtime differs in " + count.Of(len(r.Code), "file")
	}
	return r.Broken()
}
