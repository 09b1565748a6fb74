package redrive

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strconv"
	"time"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/clock"
)

// Kind says what a queue of a stack holds.
type Kind string

// The queues that a stack can have.
const (
	DeadLetters      Kind = "dead-letters"      // schedules and events that could not start an execution
	FailedExecutions Kind = "failed-executions" // executions that started, and failed
)

// Kinds are all of them.
var Kinds = []Kind{DeadLetters, FailedExecutions}

// queue is one of SQS's, and the calls of it that are needed here.
type queue struct {
	kind  Kind
	url   string
	cloud *cloud.Cloud
	clock clock.Clock
}

func (q *queue) name() string { return path.Base(q.url) }

// message is one that was received: nobody else gets it while it is held.
type message struct {
	ID         string `json:"MessageId"`
	Handle     string `json:"ReceiptHandle"`
	Body       string
	Attributes struct {
		Sent string `json:"SentTimestamp"` // milliseconds of the Unix epoch
	}
	MessageAttributes map[string]struct{ StringValue string }
}

func (m message) attribute(name string) string { return m.MessageAttributes[name].StringValue }

// sent is when the queue got it; zero where it does not say so.
func (m message) sent() time.Time {
	ms, err := strconv.ParseInt(m.Attributes.Sent, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// most is what SQS takes or gives in one call (SQS quotas, "Batched messages").
const most = 10

// receive gets up to n messages, 1 to 10, and holds them so long. None: there are no others
// that somebody else does not hold. It asks all of SQS's servers ("long polling").
func (q *queue) receive(ctx context.Context, n int, hold time.Duration) ([]message, error) {
	in := map[string]any{
		"QueueUrl": q.url, "MaxNumberOfMessages": n, "VisibilityTimeout": seconds(hold), "WaitTimeSeconds": 1,
		"MessageAttributeNames": []string{"All"}, "MessageSystemAttributeNames": []string{"SentTimestamp"},
	}
	var out struct{ Messages []message }
	if err := q.call(ctx, "ReceiveMessage", in, &out); err != nil {
		return nil, err
	}
	return out.Messages, nil
}

// size is about how many messages there are, the held ones included (SQS, "approximate").
func (q *queue) size(ctx context.Context) (int, error) {
	names := []string{"ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"}
	var out struct{ Attributes map[string]string }
	if err := q.call(ctx, "GetQueueAttributes", map[string]any{"QueueUrl": q.url, "AttributeNames": names}, &out); err != nil {
		return 0, err
	}
	total := 0
	for _, name := range names {
		n, _ := strconv.Atoi(out.Attributes[name]) // SQS writes numbers
		total += n
	}
	return total, nil
}

// entry is of a batch.
type entry struct {
	ID      string `json:"Id"`
	Handle  string `json:"ReceiptHandle"`
	Timeout *int   `json:"VisibilityTimeout,omitempty"`
}

// hold sets for how long from now nobody else gets these; 0: everybody may at once. It
// returns those of which that is so.
func (q *queue) hold(ctx context.Context, items []*Item, d time.Duration) ([]*Item, error) {
	timeout := seconds(d)
	return q.batches(ctx, "ChangeMessageVisibilityBatch", items, &timeout)
}

// remove deletes messages, and returns those that are gone.
func (q *queue) remove(ctx context.Context, items []*Item) ([]*Item, error) {
	return q.batches(ctx, "DeleteMessageBatch", items, nil)
}

func (q *queue) batches(ctx context.Context, operation string, items []*Item, timeout *int) ([]*Item, error) {
	var done []*Item
	for batch := range slices.Chunk(items, most) {
		entries := make([]entry, len(batch))
		for i, item := range batch {
			entries[i] = entry{strconv.Itoa(i), item.handle, timeout}
		}
		var out struct {
			Successful []struct {
				ID string `json:"Id"`
			}
		}
		if err := q.call(ctx, operation, map[string]any{"QueueUrl": q.url, "Entries": entries}, &out); err != nil {
			return done, err
		}
		for _, ok := range out.Successful {
			if i, err := strconv.Atoi(ok.ID); err == nil && i >= 0 && i < len(batch) {
				done = append(done, batch[i])
			}
		}
	}
	return done, nil
}

func seconds(d time.Duration) int { return int(d / time.Second) }

// tries is how often a call is made that SQS could not serve: each can be repeated.
const tries = 4

func (q *queue) call(ctx context.Context, operation string, in, out any) error {
	call := cloud.JSONCall{ServiceID: "SQS", Service: "sqs", Target: "AmazonSQS", Operation: operation, Version: "1.0"}
	for try := 1; ; try++ {
		err := q.cloud.Call(ctx, call, in, out)
		if err == nil || try == tries || ctx.Err() != nil || !cloud.IsRetryable(err) {
			return q.explained(err)
		}
		if err := q.clock.Sleep(ctx, time.Duration(try)*300*time.Millisecond); err != nil {
			return err
		}
	}
}

func (q *queue) explained(err error) error {
	switch {
	case err == nil:
		return nil
	case cloud.IsCode(err, "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"):
		return fmt.Errorf("the queue %s of the stack does not exist in %s of account %s: deploy the stack with --revert-drift; the "+
			"messages that it had are lost", q.name(), q.cloud.Region, q.cloud.Account)
	}
	if cloud.IsCode(err, "KmsAccessDenied", "KMS.AccessDeniedException") {
		return fmt.Errorf("the queue %s: %w; it is encrypted with a key of your own, on which you need kms:Decrypt", q.name(), cloud.Explain(err))
	}
	return fmt.Errorf("the queue %s: %w", q.name(), cloud.Explain(err))
}
