package folder

import (
	"errors"
	"path/filepath"
	"slices"

	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// Target is a stack and the folder to write it to.
type Target struct {
	Stack *stack.Stack
	Dir   string
}

// Targets are the stacks, each with the folder of its name in out. standalone says
// whether each has a copy of the runtime of its own; nil: as its folder is now, and
// without one where there is none yet.
func Targets(stacks []*stack.Stack, out string, standalone *bool) []Target {
	list := make([]Target, len(stacks))
	for i, s := range stacks {
		dir := filepath.Join(out, s.Name)
		if standalone == nil {
			s = shapedAs(s, dir)
		} else if *standalone {
			s = s.Standalone()
		}
		list[i] = Target{Stack: s, Dir: dir}
	}
	return list
}

// shapedAs is the stack with its runtime where that of the folder is.
func shapedAs(s *stack.Stack, dir string) *stack.Stack {
	written, err := manifest.Read(dir)
	if (err == nil || errors.Is(err, manifest.ErrMerge)) && written.IsStandalone() {
		return s.Standalone()
	}
	return s
}

// runtimesOf are the runtimes that the targets share, each once.
func runtimesOf(targets []Target) []Target {
	var list []Target
	for _, t := range targets {
		if t.Stack.Runtime == nil {
			continue
		}
		dir := manifest.RuntimeDir(t.Dir, t.Stack.Runtime.Name)
		if !slices.ContainsFunc(list, func(known Target) bool { return known.Dir == dir }) {
			list = append(list, Target{Stack: t.Stack.Runtime, Dir: dir})
		}
	}
	return list
}
