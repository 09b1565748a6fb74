package project

import (
	"path/filepath"
	"slices"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/specfile"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/spec"
)

// Listed is one stack: what gives it, and how its folder is. It is part of the JSON of
// sfngen list.
type Listed struct {
	Stack       string      `json:"stack"`                 // NoName for a spec that says none
	Environment string      `json:"environment,omitempty"` // of the spec
	Spec        string      `json:"spec"`                  // its file; "" where no spec gives the stack
	Folder      string      `json:"folder"`
	State       FolderState `json:"state"`
	Files       int         `json:"files,omitempty"` // that differ from what the spec gives
}

// NoName stands for the stacks of a spec that says none.
const NoName = "-"

// FolderState compares a stack's folder with its spec.
type FolderState string

const (
	Same       FolderState = "same"
	Differs    FolderState = "differs"
	NotBuilt   FolderState = "not built"
	NoSpec     FolderState = "no spec"
	Copy       FolderState = "copy" // of the folder of another stack
	SpecWrong  FolderState = "spec has errors"
	Unreadable FolderState = "cannot be read"
)

// List are the stacks of the specs in their order, then those in out without a spec. specs
// are what the user has named, as Named takes it, and sources the files of these. With
// environments it is their stacks alone: what is without a spec is in none.
func (p *Project) List(specs []string, sources []stack.Source, out string, environments []string) ([]Listed, error) {
	list := []Listed{}
	var all []*stack.Stack
	for _, source := range sources {
		stacks, findings := stack.LoadAll([]stack.Source{source})
		if spec.HasErrors(findings) {
			list = append(list, withErrors(source.Name, out)...)
			continue
		}
		all = append(all, stacks...)
		for _, t := range folder.Targets(stacks, out, nil) {
			list = append(list, compared(t))
		}
	}
	markTwice(list)
	left, err := p.WithoutSpec(specs, all, out)
	for _, l := range left {
		one := Listed{Stack: l.Stack, Folder: l.Dir, State: NoSpec}
		if l.IsCopy {
			one.State = Copy
		}
		list = append(list, one)
	}
	if len(environments) > 0 {
		list = slices.DeleteFunc(list, func(l Listed) bool { return l.Stack != NoName && !slices.Contains(environments, l.Environment) })
	}
	return list, err
}

// markTwice marks what two specs give: build writes neither.
func markTwice(list []Listed) {
	specs := map[string]int{} // by the stack's name
	for _, l := range list {
		specs[l.Stack]++
	}
	for i, l := range list {
		if specs[l.Stack] > 1 && l.Stack != NoName {
			list[i].State, list[i].Files = SpecWrong, 0
		}
	}
}

// withErrors names the stacks of a spec with errors as far as they are known.
func withErrors(file, out string) (list []Listed) {
	for _, name := range specfile.NamesInFile(file) {
		list = append(list, Listed{Stack: name.Stack, Environment: name.Environment, Spec: file, Folder: filepath.Join(out, name.Stack),
			State: SpecWrong})
	}
	if len(list) == 0 {
		list = append(list, Listed{Stack: NoName, Spec: file, State: SpecWrong})
	}
	return list
}

func compared(t folder.Target) Listed {
	l := Listed{Stack: t.Stack.Name, Environment: t.Stack.Plan.Environment, Spec: t.Stack.Origin.Name(), Folder: t.Dir, State: Same}
	if !manifest.In(t.Dir) {
		l.State = NotBuilt
		return l
	}
	d, err := folder.Compare(t.Stack, t.Dir)
	switch {
	case err != nil:
		l.State = Unreadable
	case !d.None():
		l.State, l.Files = Differs, len(d.Changes)+len(d.Foreign)
	}
	return l
}
