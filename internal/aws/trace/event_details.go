package trace

import (
	"strings"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// details are what a timeline needs of any event: the API has a
// type for each, the log an object with the same names.
type details struct {
	Name         text `json:"name"`
	Input        text `json:"input"`
	Output       text `json:"output"`
	Parameters   text `json:"parameters"`
	Resource     text `json:"resource"`
	ResourceType text `json:"resourceType"`
	Region       text `json:"region"`
	RoleARN      text `json:"roleArn"`
	Error        text `json:"error"`
	Cause        text `json:"cause"`
}

// text is a string; where a log has another value there, its JSON.
type text string

// of returns the details of an event of this type, nil when it has none.
func (d details) of(kind string) event.Details {
	resource, kindOf := string(d.Resource), string(d.ResourceType)
	failed, cause := string(d.Error), string(d.Cause)
	switch kind {
	case "ExecutionStarted":
		return event.ExecutionStartedDetails{Input: d.Input.json(), RoleARN: string(d.RoleARN)}
	case "ExecutionSucceeded":
		return event.ExecutionSucceededDetails{Output: d.Output.json()}
	case "ExecutionFailed":
		return event.ExecutionFailedDetails{Error: failed, Cause: cause}
	case "ExecutionAborted":
		return event.ExecutionAbortedDetails{Error: failed, Cause: cause}
	case "ExecutionTimedOut":
		return event.ExecutionTimedOutDetails{Error: failed, Cause: cause}
	case "TaskScheduled":
		return event.TaskScheduledDetails{ResourceType: kindOf, Resource: resource, Region: string(d.Region), Parameters: d.Parameters.json()}
	case "TaskStarted":
		return event.TaskStartedDetails{ResourceType: kindOf, Resource: resource}
	case "TaskSucceeded":
		return event.TaskSucceededDetails{ResourceType: kindOf, Resource: resource, Output: d.Output.json()}
	case "TaskFailed", "TaskStartFailed", "TaskSubmitFailed":
		return event.TaskFailedDetails{ResourceType: kindOf, Resource: resource, Error: failed, Cause: cause}
	case "TaskTimedOut":
		return event.TaskTimedOutDetails{ResourceType: kindOf, Resource: resource, Error: failed, Cause: cause}
	}
	switch {
	case strings.HasSuffix(kind, "StateEntered"):
		return event.StateEnteredDetails{Name: string(d.Name), Input: d.Input.json()}
	case strings.HasSuffix(kind, "StateExited"):
		return event.StateExitedDetails{Name: string(d.Name), Output: d.Output.json()}
	}
	return nil
}

// json reads what a state has carried. The log cuts it above 248 KiB ("Using
// CloudWatch Logs to log execution history"): what is no JSON any more is as good
// as left out.
func (t text) json() jsonvalue.Value {
	if t == "" {
		return jsonvalue.Value{}
	}
	v, err := jsonvalue.ParseString(string(t))
	if err != nil {
		return jsonvalue.Value{}
	}
	return v
}
