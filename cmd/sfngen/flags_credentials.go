package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/gen/revision"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/local/secrets"
	"github.com/sfngen/sfngen/internal/term/shell"
)

// credentialFlags are where the values of a spec's credentials come from on this machine.
type credentialFlags struct{ texts []string }

func (f *credentialFlags) add(c *cobra.Command) {
	c.Flags().StringArrayVar(&f.texts, "credential", nil, "where a credential of the spec is: `NAME=env:VARIABLE`, or NAME=file:PATH; again "+
		"for another; else in SFNGEN_CREDENTIAL_NAME, or in "+secrets.FileName+" beside the spec")
	_ = c.RegisterFlagCompletionFunc("credential", credentialsOfSpec) // it was added a line above
}

// credentialsOfSpec offers the names of the spec before it; where the value is, the user
// knows.
func credentialsOfSpec(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	var names []string
	if p := planOfFirst(args); p != nil {
		for _, g := range secrets.New(local.Needs(p), secrets.Sources{}).Given() {
			names = append(names, g.Name+"=env:", g.Name+"=file:")
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// sources are those of a spec's file; "-" is read from here.
func (f *credentialFlags) sources(specName string) (secrets.Sources, error) {
	flags, err := secrets.ParseFlags(f.texts)
	return secrets.Sources{Flags: flags, LookupEnv: os.LookupEnv, File: filepath.Join(filepath.Dir(specName), secrets.FileName)}, err
}

// noteSecrets says what of the sources a stack does not use, which value has its prefix
// twice, and who else may read the file that the stack does use.
func noteSecrets(ctx context.Context, stderr io.Writer, s *stack.Stack, sources secrets.Sources) {
	needs := local.Needs(s.Plan)
	values := secrets.New(needs, sources)
	for _, note := range append(values.UnusedFlags(), values.TwicePrefixed()...) {
		fmt.Fprintln(stderr, "note:", note)
	}
	if len(needs) == 0 {
		return
	}
	for _, danger := range dangersOf(ctx, sources) {
		fmt.Fprintln(stderr, "warning:", danger)
	}
}

// dangersOf are what is wrong with a file of values as a place of secrets.
func dangersOf(ctx context.Context, sources secrets.Sources) []string {
	file := sources.File
	if _, err := os.Stat(file); err != nil {
		return nil
	}
	var dangers []string
	if sources.IsOpen() {
		dangers = append(dangers, fmt.Sprintf("other users of this machine may read %s: chmod 600 %s", file, shell.Quote(file)))
	}
	switch revision.StandingOf(ctx, file) {
	case revision.Tracked:
		dangers = append(dangers, fmt.Sprintf("%s is tracked by git, so its values are in the repository: run 'git rm --cached %s', "+
			"add it to .gitignore, and change the values", file, shell.Quote(file)))
	case revision.Untracked:
		dangers = append(dangers, fmt.Sprintf("%s is not ignored by git, so git add takes its values along: add %s to .gitignore", file,
			secrets.FileName))
	}
	return dangers
}
