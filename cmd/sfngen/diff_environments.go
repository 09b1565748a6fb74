package main

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/review"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// diffEnvironments compares environments of each spec with another one of it: those of
// --env, or all others.
func diffEnvironments(c *cobra.Command, findings *findingFlags, args []string, out string, view diffView) error {
	if slices.Contains(findings.env.names, view.againstEnv) {
		return seeHelp(c, fmt.Errorf("--env and --against-env both name %s: compare it with another environment", view.againstEnv))
	}
	if slices.Contains(args, "-") {
		return seeHelp(c, fmt.Errorf("--against-env reads the spec twice, so it cannot be standard input"))
	}
	if !slices.Contains([]string{formatJSON, formatMarkdown}, view.format.word) {
		fmt.Fprintf(c.ErrOrStderr(), "sfngen: note: compared with the environment %s, names apart\n", view.againstEnv)
	}
	meant := findings.env.names
	if findings.env.names = nil; len(meant) > 0 {
		findings.env.names = append(slices.Clone(meant), view.againstEnv)
	}
	stacks, err := findings.loadSpecs(c, c.ErrOrStderr(), args)
	if err != nil {
		return asTrouble(err)
	}
	if out, err = stacksOf(c.Context(), out); err != nil {
		return err
	}
	var all []difference
	for _, s := range stacks {
		if s.Origin.Environment() == view.againstEnv {
			continue
		}
		d, err := betweenEnvironments(s, view.againstEnv, out)
		if err != nil {
			return err
		}
		all = append(all, d)
	}
	return view.tell(c, all, leftovers{})
}

// betweenEnvironments compares a stack with what the other environment gives under its
// name, so that what is called otherwise is no difference.
func betweenEnvironments(s *stack.Stack, environment, out string) (difference, error) {
	source, err := readSpec(nil, s.Origin.Name())
	if err != nil {
		return difference{}, err
	}
	if known := s.Origin.Environments(); !slices.Contains(known, environment) {
		return difference{}, fmt.Errorf("--against-env: %w", noEnvironment(environment, []stack.Source{source}, known))
	}
	dir := filepath.Join(out, s.Name)
	d := difference{Target: folder.Target{Stack: s, Dir: dir}, other: environment}
	d.Changes, err = review.BetweenEnvironments(s, dir, source, environment)
	return d, err
}
