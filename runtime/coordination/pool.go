// Package coordination is what the executions of one stack know of each other: until when
// an egress must not call, because the upstream said so to any of them, and which moments
// are booked for calls, so that all together keep the upstream's limits.
//
// It decides; a Store keeps it. Package dynamodb, a Go module of its own, has one.
package coordination

import (
	"context"
	"errors"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// Pool is what egresses and orchestrators ask. It is safe for concurrent use.
//
// An error that wraps ErrUnavailable says that nobody knows: the caller goes on as without
// coordination, and writes one line. One that wraps ErrContended says that too many book at
// the same time: nothing is booked, and who calls all the same may exceed a limit.
type Pool interface {
	// Choose says which egress may call next and when, and books a slot for it where there
	// are limits.
	Choose(context.Context, Ask) (Choice, error)
	// Tell notes a cool-down. It never shortens one.
	Tell(context.Context, CoolDown) error
	// Now is the time by which Choose and Tell count: that of the clock, or of the store
	// where the dates of its answers show that the clock is off. Who finds it more than a
	// second from his own clock writes one line.
	Now() time.Time
}

var (
	// ErrUnavailable: the store is gone, refuses, or has not answered within Limit.
	ErrUnavailable = errors.New("the table of the pool is not available")
	// ErrContended: others booked first, again and again, for as long as Limit. One identity
	// is booked for about once in the time in which the store answers: about a hundred times
	// a second where that is 10 ms.
	ErrContended = errors.New("too many book at the same time")
)

// Limit is how long one call of Pool takes at most.
const Limit = 2 * time.Second

// Opener opens the pool of a stack; its error names what can never work.
type Opener func(Environment) (Pool, error)

// Environment is what a Pool reaches outside itself. Getenv must be set.
type Environment struct {
	// Getenv reads the variables of the Lambda: EnvTable, the region, AWS credentials, an
	// endpoint.
	Getenv func(string) string
	Now    func() time.Time // nil: time.Now
	Random func() float64   // uniform in [0, 1); nil: math/rand/v2
	// Sleep waits between two tries to book; nil: contract.SystemClock's.
	Sleep func(context.Context, time.Duration) error
}

// Ask is a question who may call.
type Ask struct {
	// Execution is who asks.
	Execution string
	// Egresses is the size of the pool.
	Egresses int
	// Limits are those that a call keeps. Nothing is booked without any.
	Limits []contract.Limit
	// OwnCredentials: each egress has a credential of its own, so that what counts per
	// credential counts per egress.
	OwnCredentials bool
	// Credential is a key of the credential that the caller brings; "" for the one that all
	// share. See Identity.
	Credential string
	// From is the earliest moment of the call; zero: now. A later one than in two seconds
	// (a backoff) books nothing: it is booked when it has come.
	From time.Time
	// Latest is the latest moment at which the call is of use: nothing later is booked. Zero:
	// all are.
	Latest time.Time
	// Prefer goes itself if it may within a second of the first that may; 0 for none. It is
	// the egress that asks before its call.
	Prefer int
	// InOrder takes the first egress of those that may go equally early; else one at random.
	InOrder bool
	// Held was booked, and is not used: it is given back.
	Held *contract.Slot
}

// Choice is who may call.
type Choice struct {
	// Next are all egresses (from 1) in the order in which they may go.
	Next []int
	// At is when the first of them may. It may be later than Ask.Latest: then nothing is
	// booked.
	At time.Time
	// Slot is booked for it; nil where there are no limits, or it is too late.
	Slot *contract.Slot
	// CoolDown is what holds the first of them back until At; nil where that is a limit, or
	// nothing.
	CoolDown *CoolDown
	// Waits are when each egress of the pool may go, in the order of their numbers.
	Waits []time.Time
}

// Egress is the first that may go.
func (c Choice) Egress() int { return c.Next[0] }

// Identity is what the upstream tells callers apart by.
type Identity struct {
	Scope contract.Scope // ip: an egress; credential; pool: all
	// Egress is set for ScopeIP, and for ScopeCredential where each egress has its own.
	Egress int
	// Credential is a key of a caller's own credential; "" for the one that all share.
	Credential string
}

// CoolDown is the time in which an identity must not call.
type CoolDown struct {
	Of          Identity
	Told, Until time.Time
	Minimum     bool   // a wait of the spec, longer than what was requested
	UsedUp      bool   // nothing was refused: the last call of a window was made
	Rule        string // that said so; "" for none
	Execution   string // that was told
}

// Source says in words which execution was told, and of what. Lines of Lambdas and sfngen
// pool have the same words.
func (c CoolDown) Source() string {
	by := "asked by"
	switch {
	case c.UsedUp:
		by = "last call of its window by"
	case c.Rule != "":
		by = contract.RuleWords(c.Rule) + ", met by"
	}
	return by + " execution " + c.Execution
}
