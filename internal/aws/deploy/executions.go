package deploy

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/shell"
)

// mostCounted is the size of one page of ListExecutions; above that the exact number does
// not matter.
const mostCounted = 1000

// noteRunning says what the deletion of a standard state machine waits for: it ends
// once each execution has reached its next transition, which a Wait state delays (Step
// Functions API Reference, DeleteStateMachine). Express executions end on their own
// within minutes, and cannot be listed.
func (d *Destruction) noteRunning(ctx context.Context, machine cfn.Summary) {
	if machine.Express || machine.StateMachine == "" {
		return
	}
	arn := d.Cloud.ARN("states", "stateMachine:"+machine.StateMachine)
	out, err := d.Cloud.StepFunctions().ListExecutions(ctx, &sfn.ListExecutionsInput{
		StateMachineArn: &arn, StatusFilter: sfntypes.ExecutionStatusRunning, MaxResults: mostCounted,
	})
	switch {
	case err != nil && ctx.Err() == nil:
		d.say("note: whether executions are running, for which the deletion would wait, is not known: %v", cloud.Explain(err))
	case err == nil && len(out.Executions) > 0:
		more := ""
		if out.NextToken != nil {
			more = "more than "
		}
		d.say("note: the workflow still has %s%s running: each ends at its next step, and the deletion waits for that; %s ends one at once",
			more, count.Of(len(out.Executions), "execution"), cited("aws stepfunctions stop-execution --execution-arn "+
				shell.Quote(aws.ToString(out.Executions[0].ExecutionArn))+d.place()))
	}
}
