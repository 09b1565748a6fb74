package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/project"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/internal/term/shell"
)

// pruning removes the folders of stacks that no spec gives.
type pruning struct {
	wanted      bool
	notDeployed bool // the user says so; AWS is not asked
	aws         awsFlags
}

func (p *pruning) add(c *cobra.Command) {
	c.Flags().BoolVar(&p.wanted, "prune", false, "also remove the folders of stacks that no spec gives and that are not deployed (asks AWS)")
	c.Flags().BoolVar(&p.notDeployed, "not-deployed", false, "with --prune: do not ask AWS, because you know that they are not deployed")
	p.aws.add(c)
}

func (p *pruning) check() error {
	switch {
	case !p.wanted && p.notDeployed:
		return errors.New("--not-deployed is about what --prune removes: add --prune, or leave it out")
	case !p.wanted && (p.aws.region != "" || p.aws.profile != ""):
		return errors.New("--region and --profile say which AWS --prune asks: add --prune, or leave them out")
	}
	return nil
}

// admit fails, before anything is written, where one of the stacks is deployed, or where
// that cannot be known. Where none is, it says in which AWS it has looked.
func (p *pruning) admit(ctx context.Context, stderr io.Writer, gone []project.Leftover) error {
	if len(gone) == 0 || p.notDeployed {
		return nil
	}
	cl, err := p.aws.open(ctx)
	if err != nil {
		return unasked(project.Dirs(gone), err)
	}
	var deployed []string
	for _, l := range gone {
		how, err := isDeployed(ctx, cl, l.Stack)
		if err != nil {
			return unasked(project.Dirs(gone), err)
		}
		if how != "" {
			deployed = append(deployed, fmt.Sprintf("%s %s in %s of account %s: 'sfngen destroy %s%s' first", printable.Line(l.Dir), how,
				cl.Region, cl.Account, shell.Quote(l.Stack), p.aws.place()))
		}
	}
	if len(deployed) > 0 {
		return fmt.Errorf("nothing was written or removed: %s", strings.Join(deployed, "\n"))
	}
	fmt.Fprintf(stderr, "sfngen: note: not deployed in %s of account %s: %s\n", cl.Region, cl.Account,
		printable.Line(count.And(project.Dirs(gone)...)))
	return nil
}

func unasked(dirs []string, err error) error {
	return fmt.Errorf("nothing was written or removed, because AWS could not say whether %s deployed: %w\n"+
		"if you know that %s not: 'sfngen build --prune --not-deployed'", printable.Line(count.And(dirs...))+" "+
		count.Verb(len(dirs), "is", "are"), cloud.Explain(err), count.Verb(len(dirs), "it is", "they are"))
}

// isDeployed says what is there of a stack, "" for nothing. It leaves out what another
// tool or another spec has under that name.
func isDeployed(ctx context.Context, cl *cloud.Cloud, name string) (string, error) {
	found, err := live.Under(ctx, cl, name)
	switch found.Holder {
	case live.ChangeSets:
		return "is not deployed, but its change set waits", err
	case live.TheSpec:
		return "is deployed", err
	}
	return "", err
}

// remove removes them one after the other: each as a whole or not at all.
func (p *pruning) remove(c *cobra.Command, dirs []string, quiet bool) error {
	for _, dir := range dirs {
		r, err := folder.Discard(c.Context(), dir)
		if err != nil {
			return fmt.Errorf("removing %s: %w", printable.Line(dir), err)
		}
		noteStaying(c.ErrOrStderr(), r)
		if quiet {
			continue
		}
		if _, err := fmt.Fprintf(c.OutOrStdout(), "%s: %s removed\n", printable.Line(dir), count.Of(r.Files, "file")); err != nil {
			return err
		}
	}
	return nil
}

// noteStaying names what stays: whoever wrote it has to decide.
func noteStaying(stderr io.Writer, r folder.Removed) {
	for _, path := range r.Kept {
		fmt.Fprintf(stderr, "sfngen: note: %s stays: sfngen did not write it, or it was changed by hand since\n",
			printable.Line(filepath.Join(r.Dir, filepath.FromSlash(path))))
	}
}
