package cfn

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/spec"
)

// The parts of an event that an input template takes, by the names of their
// variables. The id belongs to one event, and is the same each time EventBridge
// delivers it (EventBridge, "Event structure").
const (
	bodyVariable = "body"
	idVariable   = "id"
	idPath       = "$.id"
)

// ScheduledTime is replaced by the time that a run is for. It stays the same when
// Scheduler tries again; its execution-id changes with each try (Scheduler, "Adding
// context attributes").
const ScheduledTime = "<aws.scheduler.scheduled-time>"

// ScheduleInput is the execution input of a schedule, as compact JSON.
func ScheduleInput(s spec.Spec, schedule spec.Schedule) string {
	return compact(executionInput(scheduledRequest(s, schedule)))
}

func scheduledRequest(s spec.Spec, schedule spec.Schedule) spec.Request {
	return withKey(schedule.Request, s.Retry.Idempotency.Header, s.Name+"-"+schedule.Name+"-"+ScheduledTime)
}

// withKey gives a request the idempotency key that all runs for the same event or
// time share; without it the egress would use another key for each run. A key that
// the spec sets for a schedule stays; for an event it cannot set one.
func withKey(r spec.Request, header, key string) spec.Request {
	if header == "" {
		return r
	}
	headers := map[string]string{header: key}
	maps.Copy(headers, r.Headers)
	r.Headers = headers
	return r
}

// EventPaths are the variables of an event's input; none: the input is the same
// for all events.
func EventPaths(s spec.Spec, e spec.Event) document.Map {
	var paths document.Map
	if e.Request.BodyFrom != "" {
		paths = append(paths, document.Field{Name: bodyVariable, Value: e.Request.BodyFrom})
	}
	if s.Retry.Idempotency.Header != "" {
		paths = append(paths, document.Field{Name: idVariable, Value: idPath})
	}
	return paths
}

// EventInput is what a rule starts the workflow with: an execution input, or the
// template of one. EventBridge fills a variable inside quotes as text and one
// without as a JSON value, quoted if it is a string (EventBridge, "Input
// transformation"); so the body's has no quotes.
func EventInput(s spec.Spec, e spec.Event) string {
	input := executionInput(withKey(e.Request, s.Retry.Idempotency.Header, "<"+idVariable+">"))
	if e.Request.BodyFrom == "" {
		return compact(input)
	}
	variable := "<" + bodyVariable + ">"
	input.Request.Body = json.RawMessage(`"` + variable + `"`)
	// The body is always the last field.
	return strings.TrimSuffix(compact(input), `"`+variable+`"}}`) + variable + "}}"
}

func executionInput(r spec.Request) contract.ExecutionInput {
	input := contract.ExecutionInput{Request: contract.Request{
		Method: r.Method, Path: r.Path, Query: r.Query, Headers: r.Headers,
	}}
	if r.Body != nil {
		input.Request.Body = json.RawMessage(compact(r.Body))
	}
	return input
}

// compact is v as JSON on one line. "<", ">" and "&" stay: each escape would count
// towards the limits of an input.
func compact(v any) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(fmt.Sprintf("cfn: %v", err)) // a spec holds only what JSON can
	}
	return strings.TrimSuffix(out.String(), "\n")
}
