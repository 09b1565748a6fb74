package trace

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/sfngen/sfngen/internal/history/event"
)

// fromAPI converts an event of GetExecutionHistory.
func fromAPI(h types.HistoryEvent) event.Event {
	return event.Event{
		Timestamp:       aws.ToTime(h.Timestamp).UTC(),
		Type:            string(h.Type),
		ID:              h.Id,
		PreviousEventID: h.PreviousEventId,
		Details:         detailsOf(h).of(string(h.Type)),
	}
}

// detailsOf takes them from whichever field of the event has them.
func detailsOf(h types.HistoryEvent) details {
	switch {
	case h.ExecutionStartedEventDetails != nil:
		d := h.ExecutionStartedEventDetails
		return details{Input: of(d.Input), RoleARN: of(d.RoleArn)}
	case h.ExecutionSucceededEventDetails != nil:
		return details{Output: of(h.ExecutionSucceededEventDetails.Output)}
	case h.ExecutionFailedEventDetails != nil:
		d := h.ExecutionFailedEventDetails
		return details{Error: of(d.Error), Cause: of(d.Cause)}
	case h.ExecutionAbortedEventDetails != nil:
		d := h.ExecutionAbortedEventDetails
		return details{Error: of(d.Error), Cause: of(d.Cause)}
	case h.ExecutionTimedOutEventDetails != nil:
		d := h.ExecutionTimedOutEventDetails
		return details{Error: of(d.Error), Cause: of(d.Cause)}
	case h.StateEnteredEventDetails != nil:
		d := h.StateEnteredEventDetails
		return details{Name: of(d.Name), Input: of(d.Input)}
	case h.StateExitedEventDetails != nil:
		d := h.StateExitedEventDetails
		return details{Name: of(d.Name), Output: of(d.Output)}
	}
	return taskDetailsOf(h)
}

func taskDetailsOf(h types.HistoryEvent) details {
	switch {
	case h.TaskScheduledEventDetails != nil:
		d := h.TaskScheduledEventDetails
		return details{Resource: of(d.Resource), ResourceType: of(d.ResourceType), Region: of(d.Region), Parameters: of(d.Parameters)}
	case h.TaskStartedEventDetails != nil:
		d := h.TaskStartedEventDetails
		return details{Resource: of(d.Resource), ResourceType: of(d.ResourceType)}
	case h.TaskSucceededEventDetails != nil:
		d := h.TaskSucceededEventDetails
		return details{Resource: of(d.Resource), ResourceType: of(d.ResourceType), Output: of(d.Output)}
	case h.TaskFailedEventDetails != nil:
		d := h.TaskFailedEventDetails
		return details{Resource: of(d.Resource), ResourceType: of(d.ResourceType), Error: of(d.Error), Cause: of(d.Cause)}
	case h.TaskStartFailedEventDetails != nil:
		d := h.TaskStartFailedEventDetails
		return details{Resource: of(d.Resource), ResourceType: of(d.ResourceType), Error: of(d.Error), Cause: of(d.Cause)}
	case h.TaskSubmitFailedEventDetails != nil:
		d := h.TaskSubmitFailedEventDetails
		return details{Resource: of(d.Resource), ResourceType: of(d.ResourceType), Error: of(d.Error), Cause: of(d.Cause)}
	case h.TaskTimedOutEventDetails != nil:
		d := h.TaskTimedOutEventDetails
		return details{Resource: of(d.Resource), ResourceType: of(d.ResourceType), Error: of(d.Error), Cause: of(d.Cause)}
	}
	return details{}
}

func of(s *string) text { return text(aws.ToString(s)) }
