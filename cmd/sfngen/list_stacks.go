package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/gen/project"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// listedStack is one stack as sfngen list shows it, and its JSON.
type listedStack struct {
	project.Listed
	AWS *live.Brief `json:"aws,omitempty"`
}

func (s listedStack) words() string {
	switch {
	case s.State == project.Same:
		return "as its spec"
	case s.State == project.Differs && s.Files > 0:
		return count.Of(s.Files, "file") + " " + count.Verb(s.Files, "differs", "differ")
	case s.State == project.Copy:
		return "a copy in " + printable.Line(s.Folder)
	}
	return string(s.State)
}

// inAWS is what is deployed of it, in words.
func (s listedStack) inAWS() string {
	switch s.AWS.State {
	case live.IsNone:
		return "not deployed"
	case live.IsOther:
		return "another stack has this name"
	case live.IsDeployed:
		text := printable.Line(s.AWS.Status)
		if s.AWS.SameTemplate != nil && !*s.AWS.SameTemplate {
			text += ", another template"
		}
		return text
	}
	return "unknown"
}

// listed are the stacks of the specs, then those without a spec.
func listed(c *cobra.Command, args []string, out string, env envFlag) ([]listedStack, error) {
	files, err := specsOf(c, args)
	if err != nil {
		return nil, err
	}
	sources, err := readAll(c.InOrStdin(), files)
	if err != nil {
		return nil, err
	}
	if _, err = env.choose(c.ErrOrStderr(), sources); err != nil {
		return nil, err
	}
	if out, err = stacksOf(c.Context(), out); err != nil {
		return nil, err
	}
	p, err := projectOf(c.Context())
	if err != nil {
		return nil, err
	}
	list, err := p.List(args, sources, out, env.names)
	rows := make([]listedStack, len(list))
	for i, l := range list {
		rows[i].Listed = l
	}
	return rows, err
}

// askAWS adds to each row what is deployed. The error is why it is not known of all.
func (f *listFlags) askAWS(ctx context.Context, rows []listedStack) error {
	stacks := make([]live.Wanted, len(rows))
	for i, r := range rows {
		rows[i].AWS = &live.Brief{State: live.IsUnknown}
		if stacks[i].Dir = r.Folder; r.Stack != project.NoName {
			stacks[i].Name = r.Stack
		}
	}
	cl, err := f.aws.open(ctx)
	if err == nil {
		var found []live.Brief
		found, err = live.Briefs(ctx, cl, stacks)
		for i := range found {
			rows[i].AWS = &found[i]
		}
	}
	if err != nil {
		return fmt.Errorf("what is deployed is not known: %w", cloud.Explain(err))
	}
	return nil
}
