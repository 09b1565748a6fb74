package main

import (
	"cmp"
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/deploy/several"
	"github.com/sfngen/sfngen/internal/aws/network"
	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// severally is a deployment of several stacks: it asks, and says what becomes of each.
type severally struct {
	flags *deployFlags
	c     *cobra.Command
	cl    *cloud.Cloud
	several.Stacks
}

func (f *deployFlags) runSeveral(c *cobra.Command, folders []*folder.Folder) error {
	var partitions []string
	for _, built := range folders {
		partition, err := f.compare(c, built)
		if err != nil {
			return err // nothing has begun
		}
		partitions = append(partitions, partition)
	}
	cl, err := f.aws.open(c.Context())
	if err != nil {
		return err
	}
	f.claims = network.Claims{}
	s := &severally{flags: f, c: c, cl: cl, Stacks: several.Stacks{Mode: f.mode(), KeepGoing: f.keepGoing}}
	s.Confirm, s.Begins, s.Ends = s.ask, s.head, s.say
	for i, built := range folders {
		d := f.deployment(c, cl, built)
		d.Partition = partitions[i]
		s.List = append(s.List, &several.Stack{Name: built.Name, Deployment: several.Of(d)})
	}
	f.results.to = c.OutOrStdout()
	s.Run(c.Context())
	return s.finish()
}

// head says on stdout whose changes follow; stderr has its own line.
func (s *severally) head(one *several.Stack) {
	if !s.flags.format.isJSON() {
		fmt.Fprintf(&s.flags.results, "%s:\n", printable.Line(one.Name))
	}
}

// say says at once what is not done, and why; the summary is only names.
func (s *severally) say(one *several.Stack) {
	fmt.Fprintf(s.c.ErrOrStderr(), "sfngen: %s: %s\n", printable.Line(one.Name), printable.Lines(cloud.Explain(one.Err).Error()))
}

func (s *severally) ask(ctx context.Context, stacks []string, changes int) (bool, error) {
	return s.flags.consent.ask(s.c)(ctx, fmt.Sprintf("deploy %s to %s in %s of account %s?", count.Of(changes, "change"),
		count.And(stacks...), s.cl.Region, s.cl.Account))
}

// finish prints the outcomes, and says in the end what was done and what was not.
func (s *severally) finish() error {
	lost := cmp.Or(s.flags.results.err, s.print())
	s.summarize()
	if lost != nil {
		return fmt.Errorf("the results could not be written: %w", lost)
	}
	left := len(s.NotDone())
	if left == 0 {
		return nil
	}
	err := fmt.Errorf("%d of %s not done", left, count.Of(len(s.List), "stack"))
	if !s.IsRefused(s.c.Context()) {
		return err
	}
	fmt.Fprintf(s.c.ErrOrStderr(), "sfngen: %v\n", err) // as of one stack
	return errFindings
}
