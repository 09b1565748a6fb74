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
// that cannot be known.
func (p *pruning) admit(ctx context.Context, dirs []string) error {
	if len(dirs) == 0 || p.notDeployed {
		return nil
	}
	cl, err := p.aws.open(ctx)
	if err != nil {
		return unasked(dirs, err)
	}
	var deployed []string
	for _, dir := range dirs {
		name := stackIn(ctx, dir)
		is, err := isDeployed(ctx, cl, name)
		if err != nil {
			return unasked(dirs, err)
		}
		if is {
			deployed = append(deployed, fmt.Sprintf("%s is deployed in %s of account %s: 'sfngen destroy %s%s' first", printable.Line(dir),
				cl.Region, cl.Account, shell.Quote(name), p.aws.place()))
		}
	}
	if len(deployed) > 0 {
		return fmt.Errorf("nothing was written or removed: %s", strings.Join(deployed, "\n"))
	}
	return nil
}

func unasked(dirs []string, err error) error {
	return fmt.Errorf("nothing was written or removed, because AWS could not say whether %s deployed: %w\n"+
		"if you know that %s not: 'sfngen build --prune --not-deployed'", printable.Line(count.And(dirs...))+" "+
		count.Verb(len(dirs), "is", "are"), cloud.Explain(err), count.Verb(len(dirs), "it is", "they are"))
}

// isDeployed leaves out what is not sfngen's, or of another spec: a stack of that name
// which somebody else has.
func isDeployed(ctx context.Context, cl *cloud.Cloud, name string) (bool, error) {
	found, err := live.Describe(ctx, cl.CloudFormation(), name)
	if errors.Is(err, live.ErrNone) {
		return false, nil
	}
	if err != nil || found.StackStatus == "REVIEW_IN_PROGRESS" {
		return true, err
	}
	s, err := live.Read(ctx, cl, found)
	if errors.As(err, new(*live.ForeignError)) {
		return false, nil
	}
	return err == nil && s.Summary.Name == name, err
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
