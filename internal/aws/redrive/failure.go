package redrive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/runtime/contract"
)

// statusEvent is Step Functions' word about the end of an execution (EventBridge Events
// Reference, "Step Functions Execution Status Change").
type statusEvent struct {
	Source     string `json:"source"`
	DetailType string `json:"detail-type"`
	Detail     struct {
		ExecutionARN    string `json:"executionArn"`
		StateMachineARN string `json:"stateMachineArn"`
		Name            string `json:"name"`
		Status          string `json:"status"`
		RedriveCount    int    `json:"redriveCount"`
		Input           string `json:"input"` // "" where AWS left it out: over 248 KiB
		// Not in every event.
		Error string `json:"error"`
		Cause string `json:"cause"`
	} `json:"detail"`
}

const statusChange = "Step Functions Execution Status Change"

// failedExecution reads a message of the queue of failed executions. The error is AWS's.
func (s *Session) failedExecution(ctx context.Context, m message, i *Item) error {
	var e statusEvent
	if err := json.Unmarshal([]byte(m.Body), &e); err != nil || e.Source != "aws.states" || e.DetailType != statusChange {
		i.foreign("its body is no event of an execution")
		return nil
	}
	d := e.Detail
	i.Failed, i.Status = d.Name, d.Status
	if d.StateMachineARN != s.machine {
		i.foreign("it is about an execution of another state machine, " + d.StateMachineARN)
		return nil
	}
	// The same end may be told twice (EventBridge, "at least once"): both are one name.
	i.name = s.nameOf(d.ExecutionARN, strconv.Itoa(d.RedriveCount))
	if d.Input == "" || d.Error == "" && d.Status == string(types.ExecutionStatusFailed) {
		if err := s.complete(ctx, &e, i); err != nil {
			return err
		}
		d = e.Detail
	}
	i.Why = joined(d.Status, d.Error, orReason(d.Cause))
	if i.Problem == "" {
		s.take(i, d.Input, d.Name)
		i.Caller = i.Trigger == "" && i.Method != ""
	}
	return nil
}

// orReason is an egress's report in words, or a cause as it is.
func orReason(cause string) string {
	if said := reason(cause); said != "" {
		return said
	}
	var c contract.Cause
	if json.Unmarshal([]byte(cause), &c) == nil && c.ErrorMessage != "" {
		return c.ErrorMessage
	}
	return cause
}

// complete asks Step Functions for what the event leaves out.
func (s *Session) complete(ctx context.Context, e *statusEvent, i *Item) error {
	d := &e.Detail
	out, err := s.states.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &d.ExecutionARN})
	switch {
	case errors.As(err, new(*types.ExecutionDoesNotExist)):
		if d.Input == "" {
			i.Problem = "AWS left its input out of the message, and Step Functions does not know the execution any more"
		}
		return nil
	case cloud.IsDenied(err):
		if d.Input == "" {
			i.Problem = "AWS left its input out of the message: " + cloud.Explain(err).Error()
		}
		s.note("why executions failed is not known: %v", cloud.Explain(err))
		return nil
	case err != nil:
		return fmt.Errorf("asking Step Functions about the execution %s: %w", d.Name, cloud.Explain(err))
	}
	if d.Input == "" {
		d.Input = aws.ToString(out.Input)
	}
	if d.Error == "" {
		d.Error, d.Cause = aws.ToString(out.Error), aws.ToString(out.Cause)
	}
	if d.Input == "" {
		i.Problem = "AWS left its input out of the message, and Step Functions does not say it"
	}
	return nil
}
