package event

import (
	"strconv"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// Milliseconds is RFC 3339 with a fraction of always three digits, as Step
// Functions writes times.
const Milliseconds = "2006-01-02T15:04:05.000Z07:00"

// MarshalJSON writes an event as `aws stepfunctions get-execution-history` prints
// it, with the time as RFC 3339 in milliseconds. Inputs and outputs of states are
// strings that hold JSON, as in the API.
func (e Event) MarshalJSON() ([]byte, error) {
	w := writer{append(make([]byte, 0, 512), '{')}
	w.text("timestamp", e.Timestamp.UTC().Format(Milliseconds))
	w.text("type", e.Type)
	w.number("id", e.ID)
	w.number("previousEventId", e.PreviousEventID)
	if e.Details != nil {
		w.name(e.Details.Field())
		w.open()
		writeDetails(&w, e.Details)
		w.close()
	}
	w.close()
	return w.b, nil
}

func writeDetails(w *writer, d Details) {
	switch d := d.(type) {
	case ExecutionStartedDetails:
		w.carried("input", d.Input)
		w.text("roleArn", d.RoleARN)
	case ExecutionSucceededDetails:
		w.carried("output", d.Output)
	case ExecutionFailedDetails:
		w.failure(d.Error, d.Cause)
	case ExecutionAbortedDetails:
		w.failure(d.Error, d.Cause)
	case ExecutionTimedOutDetails:
		w.failure(d.Error, d.Cause)
	case StateEnteredDetails:
		w.text("name", d.Name)
		w.carried("input", d.Input)
	case StateExitedDetails:
		w.text("name", d.Name)
		w.carried("output", d.Output)
		w.assigned(d.Assigned)
	case TaskScheduledDetails:
		w.scheduled(d)
	case TaskStartedDetails:
		w.resource(d.ResourceType, d.Resource)
	case TaskSucceededDetails:
		w.resource(d.ResourceType, d.Resource)
		w.carried("output", d.Output)
	case TaskFailedDetails:
		w.resource(d.ResourceType, d.Resource)
		w.failure(d.Error, d.Cause)
	case TaskTimedOutDetails:
		w.resource(d.ResourceType, d.Resource)
		w.failure(d.Error, d.Cause)
	}
}

// writer appends the members of objects.
type writer struct{ b []byte }

func (w *writer) open()  { w.b = append(w.b, '{') }
func (w *writer) close() { w.b = append(w.b, '}') }

func (w *writer) name(name string) {
	if w.b[len(w.b)-1] != '{' {
		w.b = append(w.b, ',')
	}
	w.b = jsonvalue.OfString(name).AppendJSON(w.b)
	w.b = append(w.b, ':')
}

func (w *writer) text(name, text string) {
	w.name(name)
	w.b = jsonvalue.OfString(text).AppendJSON(w.b)
}

func (w *writer) number(name string, n int64) {
	w.name(name)
	w.b = strconv.AppendInt(w.b, n, 10)
}

// json writes a value as text.
func (w *writer) json(name string, v jsonvalue.Value) { w.text(name, v.String()) }

// carried is the input or output of a state or task, with the API's flag that it is
// not truncated.
func (w *writer) carried(name string, v jsonvalue.Value) {
	w.json(name, v)
	w.truncated(name + "Details")
}

func (w *writer) truncated(name string) {
	w.name(name)
	w.b = append(w.b, `{"truncated":false}`...)
}

func (w *writer) assigned(v jsonvalue.Value) {
	if v.Len() == 0 {
		return
	}
	w.name("assignedVariables")
	w.open()
	for name, member := range v.Members() {
		w.json(name, member)
	}
	w.close()
	w.truncated("assignedVariablesDetails")
}

func (w *writer) resource(resourceType, resource string) {
	w.text("resourceType", resourceType)
	w.text("resource", resource)
}

func (w *writer) scheduled(d TaskScheduledDetails) {
	w.resource(d.ResourceType, d.Resource)
	w.text("region", d.Region)
	w.json("parameters", d.Parameters)
	if d.TimeoutSeconds > 0 {
		w.number("timeoutInSeconds", int64(d.TimeoutSeconds))
	}
}

// failure omits empty fields, as the API does.
func (w *writer) failure(name, cause string) {
	if name != "" {
		w.text("error", name)
	}
	if cause != "" {
		w.text("cause", cause)
	}
}
