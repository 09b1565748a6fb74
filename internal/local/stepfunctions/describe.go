package stepfunctions

import (
	"context"
	"fmt"

	"github.com/sfngen/sfngen/internal/history/event"
)

// The values of includedData; the second leaves input, output and definition out.
const (
	allData      = "ALL_DATA"
	metadataOnly = "METADATA_ONLY"
)

func checkIncludedData(c *constraints, includedData *string) {
	c.oneOf("includedData", includedData, allData, metadataOnly)
}

// executionView is the part that DescribeExecution and StartSyncExecution share.
type executionView struct {
	ExecutionARN    string       `json:"executionArn"`
	StateMachineARN string       `json:"stateMachineArn"`
	Name            string       `json:"name"`
	Status          event.Status `json:"status"`
	StartDate       timestamp    `json:"startDate"`
	StopDate        *timestamp   `json:"stopDate,omitempty"`
	Input           *string      `json:"input,omitempty"`
	InputDetails    *dataDetails `json:"inputDetails,omitempty"`
	Output          *string      `json:"output,omitempty"`
	OutputDetails   *dataDetails `json:"outputDetails,omitempty"`
	Error           string       `json:"error,omitempty"`
	Cause           string       `json:"cause,omitempty"`
}

type dataDetails struct {
	Included bool `json:"included"`
}

// view is the execution as it is now. Only a success has an output, and
// TIMED_OUT has no error.
func (x *execution) view(includedData *string) executionView {
	result := x.outcome()
	data := textOf(includedData) != metadataOnly
	view := executionView{
		ExecutionARN:    x.ARN,
		StateMachineARN: x.StateMachine,
		Name:            x.Name,
		Status:          result.Status,
		StartDate:       timestamp(x.StartDate),
		StopDate:        dateOf(result.StopDate),
		InputDetails:    &dataDetails{data},
	}
	if data {
		view.Input = &x.Input
	}
	if result.Status == event.Succeeded {
		view.OutputDetails = &dataDetails{data}
		if data {
			output := result.Output.String()
			view.Output = &output
		}
	}
	if result.Status == event.Failed || result.Status == event.Aborted {
		view.Error, view.Cause = result.Error, result.Cause
	}
	return view
}

type describeExecutionInput struct {
	ExecutionARN *string `json:"executionArn"`
	IncludedData *string `json:"includedData"`
}

func (in describeExecutionInput) check(c *constraints) {
	c.arn("executionArn", in.ExecutionARN)
	checkIncludedData(c, in.IncludedData)
}

type describeExecutionOutput struct {
	executionView
	redrive
}

// redrive is whether an execution could be redriven. RedriveExecution is not
// implemented here, so none ever is.
type redrive struct {
	Count  int    `json:"redriveCount"`
	Status string `json:"redriveStatus"`
	Reason string `json:"redriveStatusReason,omitempty"`
}

// redriveOf returns what was recorded from AWS (LocalStack, test_state_fail,
// test_global_timeout), and ABORTED as the API reference has it.
func redriveOf(status event.Status) redrive {
	switch status {
	case event.Failed, event.TimedOut, event.Aborted:
		return redrive{Status: "REDRIVABLE"}
	}
	return redrive{Status: "NOT_REDRIVABLE", Reason: fmt.Sprintf("Execution is %s and cannot be redriven", status)}
}

func (s *Service) describeExecution(_ context.Context, in describeExecutionInput) (any, error) {
	x, err := s.execution(*in.ExecutionARN)
	if err != nil {
		return nil, err
	}
	view := x.view(in.IncludedData)
	return describeExecutionOutput{view, redriveOf(view.Status)}, nil
}

// execution is the Standard one with this ARN. Express executions have ARNs of
// another type, which AWS refuses here.
func (s *Service) execution(arn string) (*execution, error) {
	if err := checkARN(arn, "execution"); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if x := s.executions[arn]; x != nil {
		return x, nil
	}
	return nil, noSuchExecution(arn)
}
