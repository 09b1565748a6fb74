package story

import (
	"encoding/json"

	"github.com/sfngen/sfngen/internal/jsonvalue"
	"github.com/sfngen/sfngen/runtime/contract"
)

// requestIn is the request of an execution's input, as an egress sends it: where parts of
// it come from an event, with the event's values, or as it is written where they cannot
// be had.
func requestIn(input jsonvalue.Value) jsonvalue.Value {
	template, ok := input.Get("template")
	if !ok {
		request, _ := input.Get("request")
		return request
	}
	var in contract.ExecutionInput
	if json.Unmarshal(input.JSON(), &in) != nil || in.Template == nil {
		return template
	}
	filled, err := in.Template.Fill(in.Event)
	if err != nil {
		return template
	}
	return jsonvalue.OfObject(
		jsonvalue.Member{Name: "method", Value: jsonvalue.OfString(filled.Method)},
		jsonvalue.Member{Name: "path", Value: jsonvalue.OfString(filled.Path)},
		jsonvalue.Member{Name: "query", Value: jsonvalue.OfString(filled.Query)})
}
