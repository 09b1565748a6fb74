// Package redrive reads the queues of a deployed stack: what its schedules and events could
// not start, and which executions failed. It starts them again, or deletes their messages.
//
// A message that was received is held: nobody else gets it. What is not deleted is given
// back at the end, and by SQS itself where this program cannot.
package redrive

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/uuid"
)

// Session holds messages of a stack's queues, until Release.
type Session struct {
	// Clock is the system's unless a test sets another.
	Clock clock.Clock
	// Say gets a line about what happens.
	Say func(string)

	cloud    *cloud.Cloud
	stack    *live.Stack
	states   *sfn.Client
	machine  string // its ARN
	triggers cfn.Triggers
	queues   []*queue
	sizes    map[Kind]int // about how many messages there were
	held     []*Item
	others   []*Item          // held because they came first, of a search by id
	known    map[string]*Item // all of these, by queue and id
	started  map[string]bool  // by the name of the execution
	heldTill time.Time
	notes    []string
}

// Open finds the queues of a stack: that of this kind, or all for "". It does not call AWS.
func Open(c *cloud.Cloud, s *live.Stack, want Kind) (*Session, error) {
	machine := s.Outputs[cfn.OutputStateMachineARN]
	if machine == "" {
		return nil, fmt.Errorf("the stack %s has no output %s (it is in %s): wait until it is deployed", s.Name, cfn.OutputStateMachineARN,
			s.Status)
	}
	session := &Session{
		Clock: clock.System{}, Say: func(string) {}, cloud: c, stack: s, states: c.StepFunctions(), machine: machine,
		triggers: cfn.ReadTriggers([]byte(s.Template)), sizes: map[Kind]int{}, known: map[string]*Item{}, started: map[string]bool{},
	}
	for kind, output := range map[Kind]string{DeadLetters: cfn.OutputDeadLetters, FailedExecutions: cfn.OutputFailedExecutions} {
		if url := s.Outputs[output]; url != "" && (want == "" || want == kind) {
			session.queues = append(session.queues, &queue{kind: kind, url: url, cloud: c})
		}
	}
	slices.SortFunc(session.queues, func(a, b *queue) int { return cmp.Compare(a.kind, b.kind) })
	if len(session.queues) == 0 {
		return nil, noQueue(s.Name, want)
	}
	return session, nil
}

// noQueue says which field of the spec gives one.
func noQueue(stack string, want Kind) error {
	dead := "triggers.schedules or triggers.events give it one, for what they could not start"
	failed := "triggers.onFailure: {queue: true} gives it one, with workflow.type: standard"
	switch want {
	case DeadLetters:
		return fmt.Errorf("the stack %s has no dead-letter queue: %s", stack, dead)
	case FailedExecutions:
		return fmt.Errorf("the stack %s has no queue of failed executions: %s", stack, failed)
	}
	return fmt.Errorf("the stack %s has no queue. Of dead letters: %s. Of failed executions: %s", stack, dead, failed)
}

// namespace is the UUID, version 5, of the URL https://github.com/sfngen/sfngen#redrive. It
// never changes: another one would be another name for what was started already.
var namespace = [16]byte{0x26, 0xe6, 0x23, 0xe4, 0xcb, 0xd6, 0x51, 0x56, 0x8e, 0xd9, 0xc1, 0x00, 0x67, 0xcb, 0x9e, 0xf0}

// nameOf is the name of the execution that is started for this: always the same. A standard
// workflow takes a name once in 90 days, longer than a queue keeps a message.
func (s *Session) nameOf(parts ...string) string {
	return uuid.Named(namespace, strings.Join(parts, " "))
}

// note adds what is not known, once.
func (s *Session) note(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(s.notes, text) {
		s.notes = append(s.notes, text)
	}
}

// Want is which messages to read.
type Want struct {
	Limit int           // of them all, >= 1; not for IDs
	IDs   []string      // ids of messages, or their beginnings; none: any message
	Hold  time.Duration // for how long nobody else gets them, whole seconds
}

const (
	// MostHeld bounds how many messages are read: SQS lets 120,000 be held.
	MostHeld = 10_000
	// mostBytes bounds the memory that they take.
	mostBytes = 256 << 20
)

// Read receives messages, the oldest first in its result. Release gives them back, also
// after an error.
func (s *Session) Read(ctx context.Context, want Want) (*Report, error) {
	for _, q := range s.queues {
		q.clock = s.Clock
		size, err := q.size(ctx)
		if err != nil {
			return nil, err
		}
		s.sizes[q.kind] = size
	}
	s.heldTill = s.Clock.Now().Add(want.Hold)
	bytes := 0
	for _, q := range s.queues {
		if err := s.readFrom(ctx, q, want, &bytes); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(s.held, func(a, b *Item) int { return a.Sent.Compare(b.Sent) })
	r := s.report()
	r.limited = len(want.IDs) == 0 && len(s.held) >= want.Limit
	return r, notFound(want.IDs, s.held)
}

// readFrom receives from a queue until there are enough, or no others.
func (s *Session) readFrom(ctx context.Context, q *queue, want Want, bytes *int) error {
	for len(s.held)+len(s.others) < MostHeld && *bytes < mostBytes {
		n := most
		if len(want.IDs) == 0 {
			n = min(most, want.Limit-len(s.held))
		} else if notFound(want.IDs, s.held) == nil && allWhole(want.IDs) {
			return nil
		}
		if n < 1 {
			return nil
		}
		messages, err := q.receive(ctx, n, want.Hold)
		if err != nil || len(messages) == 0 {
			return err
		}
		known := len(s.known)
		for _, m := range messages {
			if err := s.keep(ctx, q, m, want); err != nil {
				return err
			}
			*bytes += len(m.Body)
		}
		if len(s.known) == known {
			return nil // the first ones come again: they were held too long
		}
	}
	return nil
}

// keep holds a message. One that comes again, because it was held too long, has a new handle.
func (s *Session) keep(ctx context.Context, q *queue, m message, want Want) error {
	key := string(q.kind) + " " + m.ID
	if known := s.known[key]; known != nil {
		known.handle = m.Handle
		return nil
	}
	i := &Item{Queue: q.kind, Message: m.ID, Sent: m.sent(), handle: m.Handle}
	s.known[key] = i
	if len(want.IDs) > 0 && !slices.ContainsFunc(want.IDs, i.is) {
		s.others = append(s.others, i)
		return nil
	}
	s.held = append(s.held, i)
	if q.kind == DeadLetters {
		s.deadLetter(m, i)
		return nil
	}
	return s.failedExecution(ctx, m, i)
}

// is reports whether an id means this message.
func (i *Item) is(id string) bool { return strings.HasPrefix(i.Message, id) }

// whole is how long the id of a message is: a UUID.
const whole = 36

func allWhole(ids []string) bool {
	return !slices.ContainsFunc(ids, func(id string) bool { return len(id) < whole })
}

// notFound says which ids mean no message, or several.
func notFound(ids []string, items []*Item) error {
	var all []error
	for _, id := range ids {
		switch n := len(slices.DeleteFunc(slices.Clone(items), func(i *Item) bool { return !i.is(id) })); {
		case n == 0:
			all = append(all, fmt.Errorf("no message %s in the queue: it is gone, or somebody else reads it at this moment", id))
		case n > 1:
			all = append(all, fmt.Errorf("%s is the beginning of %s: write more of the one that you mean", id, count.Of(n, "message")))
		}
	}
	return errors.Join(all...)
}

// releaseTime is how long giving back may take after an interrupt.
const releaseTime = time.Minute

// Release gives back what is held and was not deleted, also after an interrupt. What cannot
// be given back is back when its time is over.
func (s *Session) Release(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseTime)
	defer cancel()
	var all []error
	for _, q := range s.queues {
		mine := slices.DeleteFunc(slices.Concat(s.held, s.others), func(i *Item) bool { return i.Queue != q.kind || i.isGone() })
		if len(mine) == 0 {
			continue
		}
		if _, err := q.hold(ctx, mine, 0); err != nil {
			all = append(all, fmt.Errorf("%s in %s cannot be seen until %s: %w", count.Of(len(mine), "message"), q.name(),
				s.heldTill.UTC().Format(time.TimeOnly)+" UTC", err))
		}
	}
	s.held, s.others = nil, nil
	return errors.Join(all...)
}

// isGone reports whether there is nothing to give back.
func (i *Item) isGone() bool {
	return slices.Contains([]Result{Started, Before, Deleted, Lost}, i.Result)
}
