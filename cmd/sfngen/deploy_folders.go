package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// folders are those that the arguments name, or of all stacks of the project.
func (f *deployFlags) folders(c *cobra.Command, args []string) ([]*folder.Folder, error) {
	switch {
	case f.all && len(args) > 0:
		return nil, wrongArguments(c, "takes STACK or --all, not both")
	case f.all:
		return f.allFolders(c)
	case len(args) == 0:
		return nil, wrongArguments(c, "needs a STACK, or --all for every stack of the project")
	case len(args) > 1:
		if err := f.checkSeveral(); err != nil {
			return nil, err
		}
	}
	var list []*folder.Folder
	for _, arg := range args {
		arg, err := f.aws.env.stack(c.Context(), arg)
		if err != nil {
			return nil, err
		}
		built, err := openFolder(c.Context(), arg)
		if err != nil {
			return nil, err
		}
		for _, other := range list {
			if other.Name == built.Name {
				return nil, wrongArguments(c, "was given %s twice", built.Name)
			}
		}
		list = append(list, built)
	}
	return list, nil
}

// checkSeveral refuses what is about one stack.
func (f *deployFlags) checkSeveral() error {
	for _, flag := range []struct {
		name  string
		given bool
	}{{"--stack-name", f.aws.stackName != ""}, {"--spec", f.spec != ""}, {"--execute", f.changeSet != ""}} {
		if flag.given {
			return errors.New(flag.name + " is about one stack: name that one alone")
		}
	}
	return nil
}

// allFolders are those of all specs, in their order. A folder that no spec gives is left
// out, with a note.
func (f *deployFlags) allFolders(c *cobra.Command) ([]*folder.Folder, error) {
	p, err := projectThere(c.Context())
	if err != nil {
		return nil, err
	}
	if err := f.checkSeveral(); err != nil {
		return nil, err
	}
	f.specFindings.env = f.aws.env
	stacks, err := f.specFindings.loadSpecs(c, c.ErrOrStderr(), nil)
	if err != nil {
		return nil, asTrouble(err)
	}
	var list []*folder.Folder
	for _, s := range stacks {
		built, err := folder.Open(filepath.Join(p.Stacks(), s.Name))
		if err != nil {
			return nil, err
		}
		list = append(list, built)
	}
	gone, err := withoutSpec(c.Context(), nil, stacks, p.Stacks())
	for _, l := range gone {
		fmt.Fprintf(c.ErrOrStderr(), "sfngen: note: %s is left out: %s\n", printable.Line(l.Dir), aboutLeftover(l))
	}
	return list, err
}
