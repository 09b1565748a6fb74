package orchestrator

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// express runs the workflow in one call. It is not idempotent (Step Functions
// API, StartSyncExecution): the call is repeated only after an answer that says it
// did nothing, never after a connection that broke.
func (o *Orchestrator) express(ctx context.Context, r *run) (answer, error) {
	ctx, cancel := o.env.Clock.WithDeadline(ctx, o.until(ctx))
	defer cancel()
	if err := o.choose(ctx, r); err != nil {
		return answer{}, err
	}
	out, err := calling(ctx, o, didNothing, func() (*sfn.StartSyncExecutionOutput, error) {
		return o.env.StepFunctions.StartSyncExecution(ctx, &sfn.StartSyncExecutionInput{
			StateMachineArn: aws.String(o.env.StateMachineARN),
			Name:            aws.String(r.name),
			Input:           aws.String(r.input),
		}, once)
	})
	if err != nil {
		return answer{}, expressProblem(ctx, err).of(r.name)
	}
	return outcome{
		execution: r.name,
		status:    types.ExecutionStatus(out.Status),
		output:    aws.ToString(out.Output),
		errorName: aws.ToString(out.Error),
		cause:     aws.ToString(out.Cause),
		locations: o.locations(r.input),
	}.answer()
}

func expressProblem(ctx context.Context, err error) *problem {
	if ctx.Err() != nil && !didNothing(err) {
		return waitEnded.problem("The orchestrator had no more time to wait. " +
			"The execution may continue, and the upstream may still act on the request.").because(err)
	}
	return awsProblem(err, executionLost.problem(
		"The connection to AWS Step Functions broke. The execution may continue, and the upstream may have acted on the request. "+
			"It was not started again."))
}
