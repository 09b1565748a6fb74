// Package dynamodb keeps what the executions of a stack know of each other in its table in
// DynamoDB, by signed requests: the real client would make a Lambda far larger.
//
// An item for each identity, its key as coordination.Identity.Key has it: the attributes pk
// and sk. What all callers share has one partition, so that one Query reads it.
package dynamodb

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/sfngen/sfngen/runtime/awscall"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/coordination"
)

const (
	// tryLimit is the time limit of one request: DynamoDB answers in a few milliseconds, a
	// new connection takes a small Lambda some hundred.
	tryLimit = time.Second
	// tries is how often a request is made that might work the next time, with pauses that
	// double: 4 of them are under a second.
	tries = 5
	// pause is the first one, at most.
	pause = 50 * time.Millisecond
	// idle is how long a connection is kept: a Lambda that slept longer opens another.
	idle = 20 * time.Second
	// bodyMost is more than the items of the largest pool have: 52 of under 2 KB.
	bodyMost = 1 << 20
)

var service = awscall.Service{Title: "DynamoDB", Name: "dynamodb", Version: "1.0", Variable: "AWS_ENDPOINT_URL_DYNAMODB"}

// store implements coordination.Store.
type store struct {
	table  string
	client *awscall.Client
	random func() float64
	sleep  func(context.Context, time.Duration) error
	times  times
}

// times are how long things take: one request at most, all tries of a call at most, the
// first pause between two at most.
type times struct{ try, call, pause time.Duration }

var usual = times{tryLimit, coordination.Limit, pause}

// Open gives the pool whose table contract.EnvTable names, in the account and region of the
// Lambda's variables; see awscall.Options. The endpoint has AWS_ENDPOINT_URL_DYNAMODB too.
// It is a coordination.Opener.
func Open(env coordination.Environment) (coordination.Pool, error) {
	s, err := newStore(env, usual)
	if err != nil {
		return nil, err
	}
	return coordination.New(s, env), nil
}

// OpenStore gives the table itself, for who shows or mends what a pool knows.
func OpenStore(env coordination.Environment) (coordination.Store, error) {
	s, err := newStore(env, usual)
	if err != nil {
		return nil, err
	}
	return s, nil
}

func newStore(env coordination.Environment, t times) (*store, error) {
	table := env.Getenv(contract.EnvTable)
	if !isName(table) {
		return nil, fmt.Errorf("environment variable %s must be the name of the pool's table: deploy the stack again", contract.EnvTable)
	}
	if env.Now == nil {
		env.Now = time.Now
	}
	if env.Random == nil {
		env.Random = rand.Float64
	}
	if env.Sleep == nil {
		env.Sleep = contract.SystemClock{}.Sleep
	}
	client := awscall.New(awscall.Options{Getenv: env.Getenv, Now: env.Now, Limit: t.try, Idle: idle, Most: bodyMost})
	return &store{table, client, env.Random, env.Sleep, t}, nil
}

// isName reports whether a table may have a name (API Reference, CreateTable).
func isName(name string) bool {
	const characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-."
	return len(name) >= 3 && len(name) <= 255 && strings.Trim(name, characters) == ""
}

// call makes a request until it works, never will, or the time is over: that of ctx, and
// coordination.Limit.
func (s *store) call(ctx context.Context, operation string, body []byte) (awscall.Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, s.times.call)
	defer cancel()
	for try := 1; ; try++ {
		answer, err := s.client.Do(ctx, awscall.Call{Of: service, Target: "DynamoDB_20120810." + operation, Body: body})
		again := errors.As(err, new(*awscall.UnreachableError))
		if err == nil {
			again, err = s.refused(operation, answer)
		} else {
			err = s.unreachable(err)
		}
		if err == nil || !again || try == tries || !s.wait(ctx, try) {
			return answer, err
		}
	}
}

// wait reports whether there is time left after the pause: half of it is fixed.
func (s *store) wait(ctx context.Context, try int) bool {
	long := float64(s.times.pause<<(try-1)) * (1 + s.random()) / 2
	return s.sleep(ctx, time.Duration(long)) == nil && ctx.Err() == nil
}
