package credentials

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/sfngen/sfngen/runtime/egress"
)

const (
	// renewLimit is the longest that fetching again may take of a call that has an older
	// value: the rest of its time is for the upstream.
	renewLimit = 2 * time.Second
	// stalePause is the time between two tries to fetch again what could not be fetched.
	stalePause = 30 * time.Second
	// freshFor is how old a value must be to be fetched again after a 401: a younger one
	// is what the store has.
	freshFor = 5 * time.Second
	// refusedFor is how long a store that has refused is not asked again: it would refuse
	// every request of a crowd.
	refusedFor = time.Second
)

// version is a value as it was fetched once. Nothing changes it afterwards.
type version[T any] struct {
	secretive
	value   T
	fetched time.Time
	until   time.Time // after it, it is fetched again
	end     time.Time // after it, it serves no more; zero: it has no end
}

// kept is a value that is fetched when it is first needed, and again when it is old: once
// for all that need it at that time, and by the one of them that came first.
type kept[T any] struct {
	secretive
	name  string // for errors: "secret prod/acme"
	fetch func(context.Context) (version[T], error)
	now   func() time.Time
	stale func(err error) // is told that an older value serves because of it

	turn    chan struct{} // holds one token while somebody fetches
	mu      sync.Mutex    // guards what follows
	newest  *version[T]
	fetches int       // how many have ended
	failure error     // of the last one
	refused time.Time // when it was, if another try would be refused as well
	pause   time.Time
}

func keep[T any](name string, now func() time.Time, stale func(error), fetch func(context.Context) (version[T], error)) *kept[T] {
	return &kept[T]{name: name, now: now, stale: stale, fetch: fetch, turn: make(chan struct{}, 1)}
}

// get gives the value. One that is old serves while fetching it again fails.
func (k *kept[T]) get(ctx context.Context) (*version[T], error) {
	old, resting := k.look()
	now := k.now()
	if old == nil || old.ended(now) {
		if err := k.refusal(now); err != nil {
			return nil, err
		}
		return k.next(ctx, old)
	}
	if now.Before(old.until) || resting {
		return old, nil
	}
	fresh, err := k.nextSoon(ctx, old)
	if err != nil {
		if ctx.Err() == nil && k.rest() {
			k.stale(err)
		}
		return old, nil
	}
	return fresh, nil
}

func (v *version[T]) ended(now time.Time) bool { return !v.end.IsZero() && !now.Before(v.end) }

// look gives what there is, and whether to fetch again has just failed.
func (k *kept[T]) look() (newest *version[T], resting bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.newest, k.now().Before(k.pause)
}

// refusal is the last failure, where asking again has no use yet.
func (k *kept[T]) refusal(now time.Time) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if since := now.Sub(k.refused); k.failure == nil || since < 0 || since >= refusedFor {
		return nil
	}
	return k.failure
}

// rest begins the time in which nobody tries again, and reports whether it was not on.
func (k *kept[T]) rest() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	began := !k.now().Before(k.pause)
	if began {
		k.pause = k.now().Add(stalePause)
	}
	return began
}

// next gives a version after old: one that somebody has fetched meanwhile, or fetches it.
// Those who waited for a fetch share its failure.
func (k *kept[T]) next(ctx context.Context, old *version[T]) (*version[T], error) {
	k.mu.Lock()
	before := k.fetches
	k.mu.Unlock()
	select {
	case k.turn <- struct{}{}:
		defer func() { <-k.turn }()
	case <-ctx.Done():
		return nil, &egress.CredentialError{Reason: k.name + ": no answer in time", Again: true}
	}
	if newest, failure := k.since(before); newest != old || failure != nil {
		return newest, failure
	}
	fetched, err := k.fetch(ctx)
	return k.put(ctx, &fetched, err)
}

// nextSoon is next for a call that has an older value. An error while the call's own time
// is over says nothing of the store: the next call tries again.
func (k *kept[T]) nextSoon(ctx context.Context, old *version[T]) (*version[T], error) {
	ctx, cancel := context.WithTimeout(ctx, renewLimit)
	defer cancel()
	return k.next(ctx, old)
}

// since gives the newest version, or why there is none, where a fetch has ended since.
func (k *kept[T]) since(fetches int) (*version[T], error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.fetches > fetches && k.failure != nil {
		return nil, k.failure
	}
	return k.newest, nil
}

// put takes in what a fetch gave. That a caller had no time left is not told to others.
func (k *kept[T]) put(ctx context.Context, fetched *version[T], err error) (*version[T], error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err != nil {
		err = k.asCredentialError(ctx, err)
		if ctx.Err() == nil {
			k.fetches, k.failure, k.refused = k.fetches+1, err, time.Time{}
			if known := new(egress.CredentialError); errors.As(err, &known) && !known.Again {
				k.refused = k.now()
			}
		}
		return nil, err
	}
	k.fetches, k.failure, k.newest, k.pause = k.fetches+1, nil, fetched, time.Time{}
	return fetched, nil
}

func (k *kept[T]) asCredentialError(ctx context.Context, err error) error {
	var known *egress.CredentialError
	switch {
	case errors.As(err, &known):
		return known
	case ctx.Err() != nil:
		return &egress.CredentialError{Reason: k.name + ": no answer in time", Again: true}
	}
	return &egress.CredentialError{Reason: fmt.Sprintf("%s: %v", k.name, err), Again: true}
}

// renewed is what became of fetching a version again.
type renewed int

const (
	changed  renewed = iota
	same             // the store has the same value
	tooYoung         // it was fetched just now
	failed
)

// renew gives what follows a version that the upstream has refused. differ compares.
func (k *kept[T]) renew(ctx context.Context, refused *version[T], differ func(a, b T) bool) (renewed, error) {
	newest, resting := k.look()
	switch {
	case newest != refused:
	case k.now().Sub(refused.fetched) <= freshFor:
		return tooYoung, nil
	case resting: // whoever makes the upstream answer with 401 must not make calls of the store
		return failed, &egress.CredentialError{Reason: k.name + ": fetching it has failed just now", Again: true}
	default:
		var err error
		if newest, err = k.nextSoon(ctx, refused); err != nil {
			if ctx.Err() == nil {
				k.rest()
			}
			return failed, err
		}
	}
	if differ(refused.value, newest.value) {
		return changed, nil
	}
	return same, nil
}
