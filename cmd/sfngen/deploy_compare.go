package main

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/specfile"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// compare does what diff does, unless --stale leaves it out, or what is deployed
// is a change set that waits. It answers with the spec's partition.
func (f *deployFlags) compare(c *cobra.Command, built *folder.Folder) (partition string, err error) {
	if f.changeSet != "" {
		return "", nil
	}
	if f.stale {
		return "", noteEditedTemplate(c.ErrOrStderr(), built)
	}
	file := f.spec
	if file == "" {
		if file, err = findSpec(c.Context(), built); err != nil {
			return "", err
		}
	}
	names := specfile.NamesInFile(file)
	environment := names.EnvironmentOf(built.Name)
	f.specFindings.env.names = only(environment)
	if environment == "" && len(names) > 0 && !names.Has(built.Name) {
		return "", fmt.Errorf("%s is the spec of %s, but %s is the stack of %s", file, names.Stacks(), built.Dir, built.Name)
	}
	stacks, err := f.specFindings.load(c, c.ErrOrStderr(), []string{file})
	if err != nil {
		return "", asTrouble(err)
	}
	return stacks[0].Plan.Partition, built.Matches(stacks[0], file)
}

// noteEditedTemplate says what --stale lets pass: packaging says it of what is compiled.
func noteEditedTemplate(to io.Writer, built *folder.Folder) error {
	edited, err := folder.IsEdited(built.Dir, stack.TemplateFile)
	if err == nil && edited {
		_, err = fmt.Fprintf(to, "note: %s is not as sfngen wrote it, and is deployed\n", filepath.Join(built.Dir, stack.TemplateFile))
	}
	return err
}
