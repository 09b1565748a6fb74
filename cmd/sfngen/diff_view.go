package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/review"
	"github.com/sfngen/sfngen/internal/gen/revision"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// diffView says with what diff compares, and how it shows what differs.
type diffView struct {
	summary, stat, quiet bool
	format               format
	against              string
	againstEnv           string
}

func (v *diffView) add(c *cobra.Command) {
	flags := c.Flags()
	flags.BoolVar(&v.summary, "summary", false, "say in words what a deployment would do")
	v.format.add(c, "the summary", formatText, formatJSON, formatMarkdown)
	flags.BoolVar(&v.stat, "stat", false, "only how many lines of each file change")
	addQuiet(c, &v.quiet, "nothing about stacks that do not differ")
	flags.Func("against", "compare with a `commit`, such as origin/main; else with the folder", given(&v.against))
	flags.Func("against-env", "compare with another `environment` of the spec, names apart; else with the folder", given(&v.againstEnv))
	_ = c.RegisterFlagCompletionFunc("against-env", environmentsOfSpecs) // it was added a line above
	_ = c.RegisterFlagCompletionFunc("against", commits)
	c.MarkFlagsMutuallyExclusive("summary", "stat")
	c.MarkFlagsMutuallyExclusive("against", "against-env")
}

// formatMarkdown is for a comment of a pull request.
const formatMarkdown = "markdown"

func (v *diffView) check() error {
	if v.format.word != formatText && !v.summary {
		return errors.New("--format is the format of the summary: add --summary")
	}
	return nil
}

// difference is how a stack differs from what it is compared with.
type difference struct {
	folder.Target
	folder.Difference
	against string // the commit that it is compared with; "" for a folder
	other   string // the environment; "" for a folder
}

func (v *diffView) compare(ctx context.Context, targets []folder.Target) ([]difference, error) {
	with := func(t folder.Target) (folder.Difference, error) { return review.WithFolder(t, v.summary) }
	if v.against != "" {
		rev, err := revision.Of(v.against)
		if err != nil {
			return nil, fmt.Errorf("--against: %w", err)
		}
		with = func(t folder.Target) (folder.Difference, error) { return review.WithCommit(ctx, t, rev) }
	}
	var all []difference
	for _, t := range targets {
		found, err := with(t)
		if err != nil {
			return nil, err
		}
		all = append(all, difference{Target: t, Difference: found, against: v.against})
	}
	return all, nil
}

// unused are the runtimes that build removes; a commit is not looked through for them.
func (v *diffView) unused(out string, targets []folder.Target) ([]folder.Unused, error) {
	if v.against != "" {
		return nil, nil
	}
	list, err := folder.UnusedRuntimes(out, targets)
	return slices.DeleteFunc(list, func(u folder.Unused) bool { return u.Keeps != "" }), err
}

func (v *diffView) show(c *cobra.Command, all []difference, left leftovers) error {
	if v.quiet && !v.format.isJSON() && !v.stat { // a program gets all, and --stat counts them
		all = slices.DeleteFunc(slices.Clone(all), func(d difference) bool { return d.None() })
	}
	switch {
	case v.summary:
		noteUnused(c.ErrOrStderr(), left.runtimes)
		return showSummary(c, all, left, v.format.word)
	case v.stat:
		return showStat(c.OutOrStdout(), all, left)
	}
	return v.showPatch(c, all, left)
}

// noteSame says what was compared, beside the diff: a program may read that.
func noteSame(w io.Writer, d difference) {
	if d.other != "" {
		fmt.Fprintf(w, "%s and the environment %s differ in their names alone\n", printable.Line(d.Stack.Name), d.other)
		return
	}
	from := ""
	if d.against != "" {
		from = " in " + d.against
	}
	fmt.Fprintf(w, "%s%s is what %s gives: no difference in %s\n", printable.Line(d.Dir), from, printable.Line(d.Stack.Origin.Name()),
		count.Of(len(d.Stack.Files), "file")+d.sharing())
}

// sharing names the runtime, where the stack shares one.
func (d difference) sharing() string {
	if d.Runtime.Dir == "" {
		return ""
	}
	return " and the runtime"
}
