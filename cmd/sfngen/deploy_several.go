package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/deploy"
	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// severally is a deployment of several stacks: first all are proposed, then one question
// is about all of them, then one after the other is deployed. The first failure ends it,
// and what was proposed and not deployed is withdrawn; with --keep-going the others go
// on.
type severally struct {
	flags *deployFlags
	c     *cobra.Command
	cl    *cloud.Cloud
	list  []*oneOfSeveral
}

// oneOfSeveral is one of several.
type oneOfSeveral struct {
	folder    *folder.Folder
	partition string
	proposal  *deploy.Proposal
	outcome   deploy.Outcome
	result    result
	err       error
}

// result is how it ended for one stack, in words.
type result string

const (
	notBegun  result = "not deployed"
	deployed  result = "deployed"
	unchanged result = "no changes"
	shownOnly result = "would change"
	waiting   result = "change set waits"
	failed    result = "failed"
)

func (f *deployFlags) runSeveral(c *cobra.Command, folders []*folder.Folder) error {
	s := &severally{flags: f, c: c}
	for _, built := range folders {
		one := &oneOfSeveral{folder: built, result: notBegun}
		s.list = append(s.list, one)
		var err error
		if one.partition, err = f.compare(c, built); err != nil {
			return err // nothing has begun
		}
	}
	var err error
	if s.cl, err = f.aws.open(c.Context()); err != nil {
		return err
	}
	if f.mode() == deploy.Execute {
		s.execute(c.Context())
	} else {
		f.results.to = c.OutOrStdout()
		s.forEach(func(one *oneOfSeveral) (err error) {
			s.head(one)
			one.outcome, err = s.deployment(one).Run(c.Context())
			one.succeed(map[deploy.Mode]result{deploy.DryRun: shownOnly, deploy.NoExecute: waiting}[f.mode()])
			return err
		})
	}
	return s.finish()
}

func (s *severally) deployment(one *oneOfSeveral) *deploy.Deployment {
	d := s.flags.deployment(s.c, s.cl, one.folder)
	d.Partition = one.partition
	return d
}

// head says on stdout whose changes follow; stderr has its own line.
func (s *severally) head(one *oneOfSeveral) {
	if !s.flags.format.isJSON() {
		fmt.Fprintf(&s.flags.results, "%s:\n", printable.Line(one.folder.Name))
	}
}

// succeed is for a step that may have failed: then forEach says so.
func (one *oneOfSeveral) succeed(as result) {
	one.result = unchanged
	if one.outcome.Changed {
		one.result = as
	}
}

// forEach stops at the first that fails, unless the user wants to go on. An interrupt
// ends it in any case.
func (s *severally) forEach(step func(*oneOfSeveral) error) {
	for _, one := range s.list {
		if one.result == failed {
			continue
		}
		if one.err = step(one); one.err != nil {
			one.result = failed
			s.say(one)
		}
		if s.isOver() {
			return
		}
	}
}

// isOver reports whether no more may begin.
func (s *severally) isOver() bool {
	return s.c.Context().Err() != nil || s.failures() > 0 && !s.flags.keepGoing
}

func (s *severally) failures() (n int) {
	for _, one := range s.list {
		if one.err != nil {
			n++
		}
	}
	return n
}

// say says at once what failed; the summary is only names.
func (s *severally) say(one *oneOfSeveral) {
	fmt.Fprintf(s.c.ErrOrStderr(), "sfngen: %s: %s\n", printable.Line(one.folder.Name), printable.Lines(cloud.Explain(one.err).Error()))
}

func (s *severally) execute(ctx context.Context) {
	s.forEach(func(one *oneOfSeveral) (err error) {
		one.proposal, err = s.deployment(one).Propose(ctx)
		one.outcome = one.proposal.Outcome
		if err == nil && !one.outcome.Changed {
			one.result = unchanged
		}
		return err
	})
	if s.isOver() {
		s.withdraw(ctx, errors.New("not deployed, because another stack failed"))
		return
	}
	if err := s.ask(ctx); err != nil {
		s.withdraw(ctx, err)
		return
	}
	s.forEach(func(one *oneOfSeveral) (err error) {
		if one.result == unchanged {
			return nil
		}
		one.outcome, err = one.proposal.Execute(ctx)
		one.proposal = nil
		one.succeed(deployed)
		return err
	})
	s.withdraw(ctx, errors.New("not deployed, because another stack failed"))
}

// ask asks about all that was proposed; nothing to change needs no answer.
func (s *severally) ask(ctx context.Context) error {
	var names []string
	changes := 0
	for _, one := range s.list {
		if one.result == notBegun {
			names = append(names, one.folder.Name)
			changes += len(one.outcome.Changes)
		}
	}
	if len(names) == 0 {
		return nil
	}
	yes, err := s.flags.consent.ask(s.c)(ctx, fmt.Sprintf("deploy %s to %s in %s of account %s?", count.Of(changes, "change"),
		count.And(names...),
		s.cl.Region, s.cl.Account))
	if err == nil && !yes {
		err = deploy.Decline()
	}
	return err
}

// withdraw deletes the change sets that are still proposed.
func (s *severally) withdraw(ctx context.Context, why error) {
	for _, one := range s.list {
		if one.result != notBegun || one.proposal == nil {
			continue
		}
		if ctx.Err() != nil {
			why = ctx.Err()
		}
		if one.err = one.proposal.Withdraw(ctx, why); one.err != nil {
			s.say(one)
		}
	}
}
