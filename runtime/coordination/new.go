package coordination

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// pool is the Pool whose items a store keeps.
type pool struct {
	store  Store
	clock  clock
	random func() float64
	sleep  func(context.Context, time.Duration) error

	mu     sync.Mutex
	failed time.Time // when the store was found not to answer; zero: it does
	reason error
}

// New is the pool whose items the store keeps.
func New(store Store, environment Environment) Pool {
	p := &pool{store: store, random: environment.Random, sleep: environment.Sleep}
	if p.clock.now = environment.Now; p.clock.now == nil {
		p.clock.now = time.Now
	}
	if p.random == nil {
		p.random = rand.Float64
	}
	if p.sleep == nil {
		p.sleep = contract.SystemClock{}.Sleep
	}
	return p
}

// None is the pool of a Lambda whose variables name no table, as in the middle of an update
// of its stack: nobody knows. Time must be set.
type None struct{ Time func() time.Time }

// Choose is ErrUnavailable, with the variable that is not set.
func (None) Choose(context.Context, Ask) (Choice, error) { return Choice{}, errNone }

// Tell is ErrUnavailable, as Choose.
func (None) Tell(context.Context, CoolDown) error { return errNone }

var errNone = fmt.Errorf("%w: %s is not set; the template of a stack with egress.coordination sets it", ErrUnavailable, contract.EnvTable)

// Now is Time's.
func (n None) Now() time.Time { return n.Time() }

// Now is the pool's time.
func (p *pool) Now() time.Time { return p.clock.time() }

// Choose says who may call next, and books a slot.
func (p *pool) Choose(ctx context.Context, ask Ask) (Choice, error) {
	var choice Choice
	asked := p.clock.ahead()
	err := p.try(ctx, ask.Credential, func(items Items) []Change {
		c := newChoosing(ask.later(p.clock.ahead()-asked), items, p.Now())
		choice = c.choose(p.random)
		return c.changes()
	})
	if err != nil {
		return Choice{}, err
	}
	return choice, nil
}

// Tell notes a cool-down.
func (p *pool) Tell(ctx context.Context, told CoolDown) error {
	of := told.Of.own()
	asked := p.clock.ahead()
	return p.try(ctx, of.Credential, func(items Items) []Change {
		return noted(of, told.later(p.clock.ahead()-asked), items[of], p.Now())
	})
}

// later are the times by a clock that turns out to be so much ahead, because the answer of the
// store sets it: who asks counts by what it was before. What is held has been booked by the
// store's time.
func (a Ask) later(by time.Duration) Ask {
	a.From, a.Latest = shifted(a.From, by), shifted(a.Latest, by)
	return a
}

func (c CoolDown) later(by time.Duration) CoolDown {
	c.Told, c.Until = shifted(c.Told, by), shifted(c.Until, by)
	return c
}

func shifted(at time.Time, by time.Duration) time.Time {
	if at.IsZero() {
		return at
	}
	return at.Add(by)
}

// try reads the items, and writes what decide makes of them, until nobody has changed them
// in between. It ends after Limit, and asks nothing for a while after a failure.
func (p *pool) try(ctx context.Context, credential string, decide func(Items) []Change) error {
	if err := p.resting(); err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, Limit)
	defer cancel()
	contended, err := p.tries(limited, credential, decide)
	switch {
	case err == nil:
		p.answered()
		return nil
	case contended:
		return fmt.Errorf("%w: %w", ErrContended, err)
	case !errors.Is(err, ErrUnavailable):
		err = fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	if ctx.Err() == nil { // it was the store, and not who asks
		p.rest(err)
	}
	return err
}

// tries are those of one call. contended: others were first, and it is not known that the
// store does not answer.
func (p *pool) tries(ctx context.Context, credential string, decide func(Items) []Change) (contended bool, err error) {
	items, err := p.read(ctx, credential)
	for try := 0; err == nil; try++ {
		changes := decide(items)
		if len(changes) == 0 {
			return false, nil
		}
		err = p.store.Write(ctx, changes)
		var conflict *Conflict
		if !errors.As(err, &conflict) {
			break
		}
		contended = true
		if late := p.sleep(ctx, p.pause(try)); late != nil {
			return true, err
		}
		items, err = p.after(ctx, conflict, changes, items, credential)
	}
	return contended && ctx.Err() != nil, err
}

// read reads the items, and sets the clock by the answer.
func (p *pool) read(ctx context.Context, credential string) (Items, error) {
	asked := p.clock.now()
	items, date, err := p.store.Read(ctx, credential)
	if err != nil {
		return nil, err
	}
	p.clock.observe(date, asked, p.clock.now())
	if items == nil {
		items = Items{}
	}
	return items, nil
}

// after is what is known after a conflict. Where it does not say all, it is read again.
func (p *pool) after(ctx context.Context, conflict *Conflict, changes []Change, items Items, credential string) (Items, error) {
	isNew := false
	for _, change := range changes {
		now, said := conflict.Items[change.Of]
		if said && now.Version != change.From.Version {
			items[change.Of], isNew = now, true
		}
	}
	if isNew {
		return items, nil
	}
	return p.read(ctx, credential)
}

const (
	// firstPause is short: of the few that usually meet one has booked by then. Of nine that
	// book at once from three egresses the last one waits half as long as with 5 ms.
	firstPause   = time.Millisecond
	longestPause = 80 * time.Millisecond
)

// pause is the random time before another try, so that those who met do not meet again.
func (p *pool) pause(try int) time.Duration {
	most := min(firstPause<<min(try, 10), longestPause)
	return time.Duration(p.random() * float64(most))
}
