package stepfunctions

import (
	"context"
	"time"

	"github.com/sfngen/sfngen/internal/local/engine"
)

type startExecutionInput struct {
	StateMachineARN *string `json:"stateMachineArn"`
	Name            *string `json:"name"`
	Input           *string `json:"input"`
}

func (in startExecutionInput) check(c *constraints) {
	c.arn("stateMachineArn", in.StateMachineARN)
	c.length("name", in.Name, 1, nameLimit)
	c.input("input", in.Input)
}

type startExecutionOutput struct {
	ExecutionARN string    `json:"executionArn"`
	StartDate    timestamp `json:"startDate"`
}

func (s *Service) startExecution(ctx context.Context, in startExecutionInput) (any, error) {
	x, err := s.begin(ctx, in)
	if err != nil {
		return nil, err
	}
	return startExecutionOutput{x.ARN, timestamp(x.StartDate)}, nil
}

type startSyncExecutionInput struct {
	startExecutionInput
	IncludedData *string `json:"includedData"`
}

func (in startSyncExecutionInput) check(c *constraints) {
	in.startExecutionInput.check(c)
	checkIncludedData(c, in.IncludedData)
}

type startSyncExecutionOutput struct {
	executionView
	BillingDetails billingDetails `json:"billingDetails"`
}

type billingDetails struct {
	DurationMs int64 `json:"billedDurationInMilliseconds"`
	MemoryMB   int64 `json:"billedMemoryUsedInMB"`
}

// startSyncExecution answers when the execution has ended, always with status 200:
// also for ABORTED, which only Close causes and AWS does not have. Unlike
// DescribeExecution it returns the output's details even without an output
// (recorded for FAILED: LocalStack, test_express_sync). A client that disconnects
// does not end the execution.
func (s *Service) startSyncExecution(ctx context.Context, in startSyncExecutionInput) (any, error) {
	m, err := s.machine(ctx, *in.StateMachineARN)
	if err != nil {
		return nil, err
	}
	if m.Type != Express {
		return nil, typeNotSupported()
	}
	x, err := s.start(m, in.startExecutionInput)
	if err != nil {
		return nil, err
	}
	if err := x.wait(ctx); err != nil {
		return nil, err
	}
	view := x.view(in.IncludedData)
	view.OutputDetails = view.InputDetails
	return startSyncExecutionOutput{view, billing(x.result)}, nil
}

// wait returns when the execution has ended, or with an error when ctx has ended.
func (x *execution) wait(ctx context.Context) error {
	select {
	case <-x.ended:
		return nil
	case <-ctx.Done():
		return givenUp()
	}
}

// Express is billed by 100 ms and by 64 MB (Step Functions pricing); an
// execution of 256 KiB at most fits into the first 64.
const (
	billedStep   = 100 * time.Millisecond
	billedMemory = 64
)

func billing(r engine.Result) billingDetails {
	steps := (r.StopDate.Sub(r.StartDate) + billedStep - 1) / billedStep
	return billingDetails{DurationMs: (max(steps, 1) * billedStep).Milliseconds(), MemoryMB: billedMemory}
}
