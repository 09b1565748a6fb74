package orchestrator

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// How often a waiting orchestrator calls DescribeExecution. All callers of an account share a
// bucket of 250 to 300 DescribeExecution calls that 10 to 15 a second refill
// (Step Functions quotas), so the pause grows, and more so after a refusal.
const (
	firstPause     = 500 * time.Millisecond
	longestPause   = 10 * time.Second
	throttledPause = 30 * time.Second
	throttledRate  = 4
	// lastLook is the time for the look at the end of a wait.
	lastLook = 500 * time.Millisecond
	// visibleWithin is how long a new execution may be unknown: DescribeExecution
	// is eventually consistent (Step Functions API).
	visibleWithin = 30 * time.Second
)

// errWaitEnded: the time to wait is over, and the execution still runs.
var errWaitEnded = errors.New("the wait ended before the execution")

// wait looks at the execution until it has ended, but not after until, and not
// after ctx. After an error that may pass it looks again.
func (o *Orchestrator) wait(ctx context.Context, name string, until time.Time) (outcome, error) {
	began := o.env.Clock.Now()
	look := o.describe(ctx, name)
	pause := firstPause
	ended := errWaitEnded
	for {
		rest := until.Sub(o.env.Clock.Now()) - lastLook
		if rest <= 0 || o.env.Clock.Sleep(ctx, min(o.jittered(pause), rest)) != nil {
			return outcome{}, ended
		}
		out, err := look()
		switch {
		case err == nil && hasEnded(out):
			return o.outcomeOf(name, out), nil
		case err == nil:
			pause = min(pause*2, longestPause)
		case ctx.Err() != nil:
			return outcome{}, ended
		case isThrottle(err):
			pause = min(pause*throttledRate, throttledPause)
		case mayPass(err), isAbsent(err) && o.env.Clock.Now().Sub(began) < visibleWithin:
			pause = min(pause*2, longestPause)
		default:
			return outcome{}, err
		}
		ended = afterLook(err)
	}
}

// afterLook keeps the last look's error for the operator.
func afterLook(err error) error {
	if err == nil {
		return errWaitEnded
	}
	return fmt.Errorf("%w; the last look at it: %w", errWaitEnded, operatorError(err))
}

// hasEnded knows a status that AWS may add one day by the stop date. PENDING_REDRIVE
// is that of a child of a Distributed Map alone (Step Functions API, ListExecutions):
// sfngen generates none, but somebody may have changed the machine by hand.
func hasEnded(out *sfn.DescribeExecutionOutput) bool {
	switch out.Status {
	case types.ExecutionStatusSucceeded, types.ExecutionStatusFailed, types.ExecutionStatusTimedOut, types.ExecutionStatusAborted:
		return true
	case types.ExecutionStatusRunning, types.ExecutionStatusPendingRedrive:
		return false
	}
	return out.StopDate != nil
}

func (o *Orchestrator) outcomeOf(name string, out *sfn.DescribeExecutionOutput) outcome {
	return outcome{
		execution: name,
		status:    out.Status,
		output:    aws.ToString(out.Output),
		errorName: aws.ToString(out.Error),
		cause:     aws.ToString(out.Cause),
		locations: o.locations(aws.ToString(out.Input)),
	}
}
