package redrive

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/sfngen/sfngen/internal/aws/cloud"
)

// HoldWhileAsking is for how long messages are held that are acted upon: somebody reads the
// list, and answers a question.
const HoldWhileAsking = 15 * time.Minute

// Send starts an execution for each of the items, in their order, and deletes its message
// once it has started. It waits so long between two starts. The items say what became of
// them; the error is why it ended before the last one.
func (s *Session) Send(ctx context.Context, items []*Item, pause time.Duration) error {
	for n, item := range items {
		if n > 0 {
			if err := s.rest(ctx, items[n:], pause); err != nil {
				return err
			}
		}
		if err := s.holdOn(ctx, items[n:]); err != nil {
			return err
		}
		if item.Result == Lost {
			continue
		}
		if err := s.sendOne(ctx, item); err != nil {
			return err
		}
	}
	return nil
}

// nap is how long it sleeps at once: a pause may be longer than messages are held.
const nap = time.Minute

// rest sleeps between two starts, and holds the items meanwhile.
func (s *Session) rest(ctx context.Context, items []*Item, pause time.Duration) error {
	for pause > 0 {
		if err := s.Clock.Sleep(ctx, min(pause, nap)); err != nil {
			return err
		}
		if err := s.holdOn(ctx, items); err != nil {
			return err
		}
		pause -= nap
	}
	return nil
}

// holdOn holds the items anew when a third of their time is left: the question may have
// waited for an answer, and many starts take long.
func (s *Session) holdOn(ctx context.Context, items []*Item) error {
	if s.heldTill.Sub(s.Clock.Now()) > HoldWhileAsking/3 {
		return nil
	}
	for _, q := range s.queues {
		mine := slices.DeleteFunc(slices.Clone(items), func(i *Item) bool { return i.Queue != q.kind || i.Result != "" })
		held, err := q.hold(ctx, mine, HoldWhileAsking)
		if err != nil {
			return err
		}
		for _, i := range mine {
			if !slices.Contains(held, i) {
				i.Result = Lost
			}
		}
	}
	s.heldTill = s.Clock.Now().Add(HoldWhileAsking)
	return nil
}

// sendOne starts before it deletes: an interrupt between the two leaves the message, and the
// name keeps it from starting twice.
func (s *Session) sendOne(ctx context.Context, i *Item) error {
	result, err := s.start(ctx, i)
	if err != nil || i.Result == Refused {
		return err
	}
	i.Execution, i.Result = i.name, Undelete
	s.Say(i.startedLine(result))
	// What has started is deleted, whatever happens meanwhile.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseTime)
	defer cancel()
	gone, err := s.queueOf(i).remove(ctx, []*Item{i})
	if len(gone) == 1 {
		i.Result = result
	}
	return err
}

// start starts the execution of an item, once: a queue may have two messages about the same
// (EventBridge, "at least once"), and an express workflow takes a name twice.
func (s *Session) start(ctx context.Context, i *Item) (Result, error) {
	if s.started[i.name] {
		return Before, nil
	}
	input, result := string(i.input), Started
	out, err := s.states.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: &s.machine, Name: &i.name, Input: &input})
	switch {
	case errors.As(err, new(*types.ExecutionAlreadyExists)):
		result = Before
	case cloud.IsCode(err, "InvalidExecutionInput", "ValidationException"):
		i.Result, i.Problem = Refused, cloud.Explain(err).Error()
		return Refused, nil
	case err != nil:
		return "", fmt.Errorf("starting an execution for the message %s: %w", i.Message, cloud.Explain(err))
	case aws.ToString(out.ExecutionArn) == "":
		return "", fmt.Errorf("starting an execution for the message %s: Step Functions' answer is empty; is it AWS that answers? look at the "+
			"proxy (HTTPS_PROXY) and at AWS_ENDPOINT_URL", i.Message)
	}
	s.started[i.name] = true
	return result, nil
}

func (s *Session) queueOf(i *Item) *queue {
	return s.queues[slices.IndexFunc(s.queues, func(q *queue) bool { return q.kind == i.Queue })]
}

// Delete deletes the messages of the items, and starts nothing.
func (s *Session) Delete(ctx context.Context, items []*Item) error {
	if err := s.holdOn(ctx, items); err != nil {
		return err
	}
	for _, q := range s.queues {
		mine := slices.DeleteFunc(slices.Clone(items), func(i *Item) bool { return i.Queue != q.kind || i.Result != "" })
		gone, err := q.remove(ctx, mine)
		for _, i := range gone {
			i.Result = Deleted
		}
		if err != nil {
			return err
		}
	}
	return nil
}
