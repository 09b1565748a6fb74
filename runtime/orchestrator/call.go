package orchestrator

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
)

// A call to AWS that may be repeated is made at most callTries times, with 200, 400,
// 800 and 1600 ms between them (jittered): long enough for a token bucket to refill,
// short enough for a caller that waits.
const (
	callTries    = 5
	callMinDelay = 200 * time.Millisecond
)

// once turns off the SDK's own retries. They would repeat a StartSyncExecution
// whose answer was lost, and wait by another clock.
func once(options *sfn.Options) { options.Retryer = aws.NopRetryer{} }

// calling repeats call while again allows it for its error, tries are left and ctx
// has not ended. It returns the last answer.
func calling[Out any](ctx context.Context, o *Orchestrator, again func(error) bool, call func() (Out, error)) (out Out, err error) {
	delay := callMinDelay
	for try := 1; ; try++ {
		out, err = call()
		if err == nil || try == callTries || ctx.Err() != nil || !again(err) {
			return out, err
		}
		if o.env.Clock.Sleep(ctx, o.jittered(delay)) != nil {
			return out, err
		}
		delay *= 2
	}
}

// The invocation ends answerMargin before Lambda would end it, so that there is
// time to answer. deadlineGrace is how long after its deadline an execution may
// take to be reported as timed out.
const (
	answerMargin  = time.Second
	deadlineGrace = 15 * time.Second
)

// until is when this invocation stops waiting.
func (o *Orchestrator) until(ctx context.Context) time.Time {
	until := o.env.Clock.Now().Add(o.cfg.Deadline + deadlineGrace)
	if end, ok := ctx.Deadline(); ok && end.Add(-answerMargin).Before(until) {
		return end.Add(-answerMargin)
	}
	return until
}
