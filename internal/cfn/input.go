package cfn

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/spec"
)

// bodyVariable names the part of an event in an input template.
const bodyVariable = "body"

// scheduleInput is the execution input of a schedule, as compact JSON.
func scheduleInput(s spec.Schedule) string { return compact(executionInput(s.Request)) }

// eventInput is what a rule starts the workflow with: an execution input, or,
// with bodyFrom, the template of one. There the variable stands for a JSON value
// and so without quotes; EventBridge adds those of a string (EventBridge, "Input
// transformation").
func eventInput(e spec.Event) string {
	input := executionInput(e.Request)
	if e.Request.BodyFrom == "" {
		return compact(input)
	}
	variable := "<" + bodyVariable + ">"
	input.Request.Body = json.RawMessage(`"` + variable + `"`)
	// The body is the last field, whatever else the request holds.
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

// compact is v as JSON on one line. "<", ">" and "&" stay: each escape would
// count against the limits of an input.
func compact(v any) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(fmt.Sprintf("cfn: %v", err)) // a spec holds only what JSON can
	}
	return strings.TrimSuffix(out.String(), "\n")
}
