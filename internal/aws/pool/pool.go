// Package pool reads the table of a deployed stack by which its executions know of each
// other, and takes cool-downs out of it.
package pool

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/coordination"
	"github.com/sfngen/sfngen/runtime/coordination/dynamodb"
)

// Pool is that of a stack.
type Pool struct {
	stack *live.Stack
	cloud *cloud.Cloud
	about cfn.Pool
}

// Open finds the table of a stack. It does not call AWS.
func Open(c *cloud.Cloud, s *live.Stack) (*Pool, error) {
	about, ok := cfn.ReadPool([]byte(s.Template))
	if !ok {
		return nil, fmt.Errorf("the stack %s has no table of a pool: each of its executions is alone; with egress.coordination: dynamodb "+
			"in the spec, built and deployed, they know of each other", s.Name)
	}
	return &Pool{stack: s, cloud: c, about: about}, nil
}

// Read is how the pool stands at a moment.
func (p *Pool) Read(ctx context.Context, now time.Time) (Report, error) {
	items, err := p.items(ctx)
	if err != nil {
		return Report{}, err
	}
	return p.report(items, now), nil
}

func (p *Pool) items(ctx context.Context) (coordination.Items, error) {
	var body json.RawMessage
	if err := p.call(ctx, "Query", dynamodb.PoolQuery(p.about.Table), &body); err != nil {
		return nil, p.failed("reading", err)
	}
	items, err := dynamodb.PoolItems(body)
	if err != nil {
		return nil, fmt.Errorf("the table %s has something else than a pool in it: %w", p.about.Table, err)
	}
	return items, nil
}

func (p *Pool) call(ctx context.Context, operation string, request []byte, answer any) error {
	call := cloud.JSONCall{ServiceID: "DynamoDB", Service: "dynamodb", Target: "DynamoDB_20120810", Operation: operation, Version: "1.0"}
	return p.cloud.Call(ctx, call, json.RawMessage(request), answer)
}

// failed says what there is to do where AWS does not.
func (p *Pool) failed(doing string, err error) error {
	if cloud.IsCode(err, "ResourceNotFoundException") {
		return fmt.Errorf("the table %s of the stack %s does not exist in %s of account %s, and until it does each execution is alone: "+
			"deploy the stack with --revert-drift", p.about.Table, p.stack.Name, p.cloud.Region, p.cloud.Account)
	}
	return fmt.Errorf("%s the table %s of the stack %s: %w", doing, p.about.Table, p.stack.Name, cloud.Explain(err))
}

func (p *Pool) ask() coordination.Ask {
	return coordination.Ask{
		Egresses: len(p.stack.Summary.Egresses), Limits: p.about.Limits, OwnCredentials: p.about.OwnCredentials,
	}
}

// clearTries is how often a write is tried that others were faster than.
const clearTries = 8

// Clear takes the cool-downs away that the standings of a Report show, and leaves what is
// booked. One that was told since is none of those, and stays: that is an error.
func (p *Pool) Clear(ctx context.Context, shown []Standing) error {
	for try := 1; len(shown) > 0; try++ {
		items, err := p.items(ctx)
		if err != nil {
			return err
		}
		if shown, err = p.clear(ctx, items, shown); err != nil {
			return err
		}
		if try == clearTries && len(shown) > 0 {
			return fmt.Errorf("%s is being written all the time: try again", shown[0].Who)
		}
	}
	return nil
}

// clear returns those that others have written at the same time.
func (p *Pool) clear(ctx context.Context, items coordination.Items, shown []Standing) (again []Standing, err error) {
	for i, s := range shown {
		item := items[s.of]
		if item.CoolDown.Until.IsZero() {
			continue // somebody has done it
		}
		if !item.CoolDown.Told.Equal(s.CoolDown.Told) {
			return nil, fmt.Errorf("%s was told to cool down once more meanwhile, until %s: look again (sfngen pool %s)",
				s.Who, item.CoolDown.Until.UTC().Format(time.DateTime), p.stack.Name)
		}
		var answer json.RawMessage
		err := p.call(ctx, "UpdateItem", dynamodb.ChangeRequest(p.about.Table, item.WithoutCoolDown(s.of)), &answer)
		switch {
		case cloud.IsCode(err, "ConditionalCheckFailedException", "TransactionConflictException"):
			again = append(again, shown[i])
		case err != nil:
			return nil, p.failed("writing into", err)
		}
	}
	return again, nil
}

// Which picks standings by what a user calls them: a number, credential, pool or all.
func (r Report) Which(name string) ([]Standing, error) {
	if name == "all" {
		return r.Standings, nil
	}
	i := slices.IndexFunc(r.Standings, func(s Standing) bool {
		return s.Scope == contract.ScopeIP && fmt.Sprint(s.Egress) == name || s.Scope != contract.ScopeIP && string(s.Scope) == name
	})
	if i < 0 {
		return nil, fmt.Errorf("must be an egress (1 to %d), credential, pool or all, got %q", r.Egresses, name)
	}
	return r.Standings[i : i+1], nil
}

// Cooling are those that have a cool-down.
func Cooling(all []Standing) []Standing {
	return slices.DeleteFunc(slices.Clone(all), func(s Standing) bool { return s.CoolDown == nil })
}
