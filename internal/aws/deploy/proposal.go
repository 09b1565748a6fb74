package deploy

import "context"

// Proposal is a deployment up to the question: its changes have been shown, and nothing
// of the stack has changed. Several can so be asked about together. It ends with Execute
// or with Withdraw.
type Proposal struct {
	deployment *Deployment
	outcome    Outcome
	set        *changeSet // nil where nothing waits for a yes
}

// Propose does what Run does before it asks, in the mode Execute. Its errors are those of
// Run.
func (d *Deployment) Propose(ctx context.Context) (*Proposal, error) {
	d.inTurn = &inTurn{to: d.Out}
	outcome, set, err := d.ask(ctx)
	p := &Proposal{deployment: d, outcome: outcome, set: set}
	if err == nil && set != nil {
		p.outcome = d.showIn(outcome, set)
	}
	return p, err
}

// Outcome is what is known so far; Changed is false where there is nothing to deploy.
func (p *Proposal) Outcome() Outcome { return p.outcome }

// Execute deploys what was shown.
func (p *Proposal) Execute(ctx context.Context) (Outcome, error) {
	if p.set == nil {
		return p.outcome, nil
	}
	return p.deployment.execute(ctx, p.outcome, p.set)
}

// Withdraw deletes the change set. The error is why, with what remains in AWS; nil where
// nothing waited.
func (p *Proposal) Withdraw(ctx context.Context, why error) error {
	if p.set == nil {
		return nil
	}
	return p.deployment.abandon(ctx, p.set, why)
}

// Decline is the error of a user's no.
func Decline() error { return &Error{Kind: Declined, Message: declined} }
