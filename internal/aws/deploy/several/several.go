// Package several deploys several stacks: first all are proposed, then one question is
// about all of them, then one after the other is deployed.
package several

import (
	"context"
	"errors"

	"github.com/sfngen/sfngen/internal/aws/deploy"
)

// Deployment is that of one stack: a deploy.Deployment, see Of.
type Deployment interface {
	Run(ctx context.Context) (deploy.Outcome, error)
	Propose(ctx context.Context) (Proposal, error)
}

// Proposal is a deploy.Proposal.
type Proposal interface {
	Outcome() deploy.Outcome
	Execute(ctx context.Context) (deploy.Outcome, error)
	Withdraw(ctx context.Context, why error) error
}

// Of is the deployment of a stack as one of several.
func Of(d *deploy.Deployment) Deployment { return ofStack{d} }

type ofStack struct{ *deploy.Deployment }

// Propose is that of deploy, whose proposal is there even where it fails.
func (o ofStack) Propose(ctx context.Context) (Proposal, error) { return o.Deployment.Propose(ctx) }

// Stack is one of several, and what became of it.
type Stack struct {
	Name       string
	Deployment Deployment

	Outcome deploy.Outcome
	Result  Result
	Err     error // nil where it is done, and where it was never its turn

	proposal Proposal // what waits for its execution
}

// Stacks deploys stacks in their order. The first failure ends it, and what was proposed
// and not deployed is withdrawn.
type Stacks struct {
	List []*Stack
	Mode deploy.Mode // of their deployments
	// KeepGoing deploys the others although one has failed. An interrupt ends it in any
	// case.
	KeepGoing bool
	// Confirm asks about the changes of these stacks together. It is not called where
	// nothing changes, nor in other modes than Execute.
	Confirm func(ctx context.Context, stacks []string, changes int) (bool, error)
	// Begins is told of each stack before its changes are shown, in other modes than
	// Execute; Ends of each that is not done, as soon as that is so: its Err says why.
	Begins, Ends func(*Stack)
}

// Run deploys them. What became of each is in its Stack.
func (s *Stacks) Run(ctx context.Context) {
	for _, one := range s.List {
		one.Result = NotDeployed
	}
	if s.Mode != deploy.Execute {
		s.forEach(ctx, s.runOne)
		return
	}
	s.forEach(ctx, propose)
	err := errOther
	if !s.isOver(ctx) {
		if err = s.confirm(ctx); err == nil {
			s.forEach(ctx, execute)
			err = errOther
		}
	}
	s.withdraw(ctx, err)
}

// errOther is why what was proposed is withdrawn.
var errOther = errors.New("not deployed, because another stack failed")

// runOne is for a dry run, and for change sets that are left waiting.
func (s *Stacks) runOne(ctx context.Context, one *Stack) (err error) {
	s.Begins(one)
	one.Outcome, err = one.Deployment.Run(ctx)
	if s.Mode == deploy.DryRun {
		return one.end(WouldChange, err)
	}
	return one.end(Waits, err)
}

func propose(ctx context.Context, one *Stack) (err error) {
	one.proposal, err = one.Deployment.Propose(ctx)
	one.Outcome = one.proposal.Outcome()
	if err == nil && one.Outcome.Changed {
		return nil
	}
	one.proposal = nil
	return one.end(Unchanged, err)
}

func execute(ctx context.Context, one *Stack) (err error) {
	if one.proposal == nil {
		return nil
	}
	one.Outcome, err = one.proposal.Execute(ctx)
	one.proposal = nil
	return one.end(Deployed, err)
}

// end is the end of one's turn: as is its result where something changes, and err is nil.
func (one *Stack) end(as Result, err error) error {
	switch {
	case err != nil:
		one.Result = resultOf(err)
	case one.Outcome.Changed:
		one.Result = as
	default:
		one.Result = Unchanged
	}
	return err
}

// forEach leaves out what has failed already. It stops at the first failure, unless the
// others are to go on.
func (s *Stacks) forEach(ctx context.Context, step func(context.Context, *Stack) error) {
	for _, one := range s.List {
		if one.Err != nil {
			continue
		}
		if one.Err = step(ctx, one); one.Err != nil {
			s.Ends(one)
		}
		if s.isOver(ctx) {
			return
		}
	}
}

// isOver reports whether no more may begin.
func (s *Stacks) isOver(ctx context.Context) bool {
	return ctx.Err() != nil || !s.KeepGoing && len(s.failures()) > 0
}

// failures are those of one's turn, and those of what was withdrawn.
func (s *Stacks) failures() (errs []error) {
	for _, one := range s.List {
		if one.Err != nil {
			errs = append(errs, one.Err)
		}
	}
	return errs
}

// confirm asks about all that was proposed; nothing to change needs no answer.
func (s *Stacks) confirm(ctx context.Context) error {
	var names []string
	changes := 0
	for _, one := range s.List {
		if one.proposal != nil {
			names = append(names, one.Name)
			changes += len(one.Outcome.Changes)
		}
	}
	if len(names) == 0 {
		return nil
	}
	yes, err := s.Confirm(ctx, names, changes)
	if err == nil && !yes {
		err = deploy.Decline()
	}
	return err
}

// withdraw deletes the change sets that are still proposed.
func (s *Stacks) withdraw(ctx context.Context, why error) {
	for _, one := range s.List {
		if one.proposal == nil {
			continue
		}
		if ctx.Err() != nil {
			why = ctx.Err()
		}
		if one.Err = one.proposal.Withdraw(ctx, why); one.Err != nil {
			s.Ends(one)
		}
	}
}
