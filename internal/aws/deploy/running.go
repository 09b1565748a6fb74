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

// mostCounted is what one page of ListExecutions holds at most; who runs more wants
// no exact number.
const mostCounted = 1000

// tellRunning says what the deletion of a standard state machine waits for: it ends
// once each execution has come to its next transition, which a Wait state puts off
// (Step Functions API Reference, DeleteStateMachine). Express ones end by themselves
// within minutes, and cannot be listed.
func (d *Destruction) tellRunning(ctx context.Context, machine cfn.Summary) {
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
		d.say("note: %s%s of the workflow did not end yet: each ends at its next step, and the deletion waits for that; %s ends one at once",
			more, count.Of(len(out.Executions), "execution"), cited("aws stepfunctions stop-execution --execution-arn "+shell.Quote(aws.ToString(out.Executions[0].ExecutionArn))+d.place()))
	}
}
