package orchestrator

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/sfngen/sfngen/runtime/contract"
)

// standard starts the workflow and waits for it, for as long as the caller and the
// Lambda's time allow.
func (o *Orchestrator) standard(ctx context.Context, r *run, prefer preference) (answer, error) {
	began, until := o.env.Clock.Now(), o.until(ctx)
	ctx, cancel := o.env.Clock.WithDeadline(ctx, until)
	defer cancel()
	if err := o.choose(ctx, r); err != nil {
		return answer{}, err
	}
	if err := o.start(ctx, *r); err != nil {
		return answer{}, err
	}
	switch {
	case o.cfg.Deadline > contract.LambdaLimit:
		return pending(r.name, types.ExecutionStatusRunning, preference{respondAsync: prefer.respondAsync}), nil
	case prefer.hasWait:
		until = earlier(until, began.Add(prefer.wait))
	case prefer.respondAsync:
		return pending(r.name, types.ExecutionStatusRunning, prefer), nil
	}
	out, err := o.wait(ctx, r.name, until)
	switch {
	case err == nil:
		return out.answer()
	case errors.Is(err, errWaitEnded) && prefer.hasWait:
		return pending(r.name, types.ExecutionStatusRunning, prefer), nil
	}
	return answer{}, waitProblem(err).of(r.name).header("location", contract.ExecutionsPath+r.name)
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// start starts the execution. Name and input make that idempotent (Step
// Functions API, StartExecution), so the call is repeated when its answer was lost.
func (o *Orchestrator) start(ctx context.Context, r run) error {
	lost := false // an answer was lost: an execution may exist whatever comes after
	again := func(err error) bool {
		lost = lost || mayPass(err) && !didNothing(err)
		return mayPass(err)
	}
	_, err := calling(ctx, o, again, func() (*sfn.StartExecutionOutput, error) {
		return o.env.StepFunctions.StartExecution(ctx, &sfn.StartExecutionInput{
			StateMachineArn: aws.String(o.env.StateMachineARN),
			Name:            aws.String(r.name),
			Input:           aws.String(r.input),
		}, once)
	})
	var exists *types.ExecutionAlreadyExists
	switch {
	case err == nil:
		return nil
	case errors.As(err, &exists):
		return o.isSame(ctx, r)
	}
	unknown := unknownStart(ctx, r)
	if lost {
		return unknown.because(operatorError(err))
	}
	return awsProblem(err, unknown).of(r.name)
}

func unknownStart(ctx context.Context, r run) *problem {
	kind := executionLost
	if ctx.Err() != nil {
		kind = waitEnded
	}
	return kind.problem("AWS Step Functions did not say whether the execution was started. If it was, its answer will be at the Location.").
		of(r.name).header("location", contract.ExecutionsPath+r.name)
}

// isSame lets a request join an execution of its name only if that is its own:
// one that an earlier try started, and that has ended since.
func (o *Orchestrator) isSame(ctx context.Context, r run) error {
	out, err := calling(ctx, o, func(err error) bool { return mayPass(err) || isAbsent(err) }, o.describe(ctx, r.name))
	if err != nil {
		return waitProblem(err).of(r.name).header("location", contract.ExecutionsPath+r.name)
	}
	if !isSameRequest(aws.ToString(out.Input), r.input) {
		return executionConflict.problem("An execution with this name has carried another request. " +
			"Send the request again, under a new request id.").of(r.name)
	}
	return nil
}

func (o *Orchestrator) describe(ctx context.Context, name string) func() (*sfn.DescribeExecutionOutput, error) {
	arn := o.machine.execution(name)
	return func() (*sfn.DescribeExecutionOutput, error) {
		return o.env.StepFunctions.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: aws.String(arn)}, once)
	}
}

func isAbsent(err error) bool {
	var absent *types.ExecutionDoesNotExist
	return errors.As(err, &absent)
}

// waitProblem says why an execution that was started has no answer yet.
func waitProblem(err error) *problem {
	const continues = "The execution continues; its answer will be at the Location."
	switch {
	case errors.Is(err, errWaitEnded):
		return waitEnded.problem("The orchestrator had no more time to wait. " + continues).because(err).retryLater()
	case isThrottle(err):
		return throttled.problem("AWS Step Functions refuses more calls at the moment. " + continues).
			retryLater().because(operatorError(err))
	case isAbsent(err):
		return executionLost.problem("AWS Step Functions does not know the execution that it started.").because(operatorError(err))
	case isRefusal(err):
		return misconfigured.problem("AWS refused to describe the execution, which continues. The orchestrator's log says why.").
			because(operatorError(err))
	}
	return workflowUnavailable.problem("AWS Step Functions could not describe the execution. " + continues).
		retryLater().because(operatorError(err))
}
