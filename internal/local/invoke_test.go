package local

import (
	"context"
	"regexp"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/jsonvalue"
	"github.com/sfngen/sfngen/internal/local/engine"
	"github.com/sfngen/sfngen/internal/local/lambda"
)

// identity answers with the event as it came.
type identity struct{}

func (identity) Invoke(_ context.Context, event []byte) ([]byte, error) { return event, nil }

// invokedWith runs a Task that calls a function with a Payload; the function
// called id answers with what it got, and there is no other.
func invokedWith(t *testing.T, function, payload string) engine.Result {
	t.Helper()
	service := lambda.New(lambda.Options{Region: "eu-west-1", AccountID: "111122223333"})
	t.Cleanup(func() { _ = service.Close(context.Background()) })
	id := lambda.Function{Name: "id", Timeout: 3 * time.Second, Code: lambda.InProcess(func(func(string) string) (lambda.Handler,
		error) {
		return identity{}, nil
	})}
	if err := service.Put(id); err != nil {
		t.Fatal(err)
	}
	m, err := engine.Load([]byte(`{"StartAt":"S","States":{"S":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke",`+
		`"Parameters":{"FunctionName":"`+function+`","Payload.$":"$.Payload"},"OutputPath":"$.Payload","End":true}}}`), nil)
	if err != nil {
		t.Fatal(err)
	}
	input, err := jsonvalue.ParseString(`{"Payload":` + payload + `}`)
	if err != nil {
		t.Fatal(err)
	}
	return m.Run(t.Context(), engine.Execution{Input: input}, engine.Environment{Clock: clock.System{}, Invoker: invoker{service}})
}

// TestPayloadsAsLambdaGetsThem: the names are those of the values in LocalStack's
// test_lambda_task_service, recorded from AWS with a function that answers with
// its event.
func TestPayloadsAsLambdaGetsThem(t *testing.T) {
	tests := []struct{ name, payload, want string }{
		{"test_invoke", `null`, `{}`},
		{"test_invoke_bytes_payload", `"\"'{'Hello':'World'}'\""`, `"'{'Hello':'World'}'"`},
		{"test_invoke_json_values[None]", `"null"`, `null`},
		{"test_invoke_json_values[HelloWorld]", `"\"HelloWorld\""`, `"HelloWorld"`},
		{"test_invoke_json_values[0.0]", `"0.0"`, `0.0`},
		{"test_invoke_json_values[0_0]", `"0"`, `0`},
		{"test_invoke_json_values[True]", `"true"`, `true`},
		{"test_invoke_json_values[json_value5]", `"{}"`, `{}`},
		{"test_invoke_json_values[json_value6]", `"[]"`, `[]`},
		{"an object", `{"a":["<b>"]}`, `{"a":["<b>"]}`},
		{"a number", `1.50`, `1.50`},
		{"an empty text, as a request without a body", `""`, `{}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if r := invokedWith(t, "id", tt.payload); r.Status != event.Succeeded || r.Output.String() != tt.want {
				t.Errorf("%s: %s (%s: %s), want %s", r.Status, r.Output, r.Error, r.Cause, tt.want)
			}
		})
	}
}

// TestLambdasRefusals: the cause's form was recorded in LocalStack's
// test_no_such_function; the others are by analogy.
func TestLambdasRefusals(t *testing.T) {
	const uuid = `[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`
	tests := []struct{ name, function, payload, wantError, wantCause string }{
		{"test_no_such_function", "nope", `{}`, "Lambda.ResourceNotFoundException",
			`Function not found: arn:aws:lambda:eu-west-1:111122223333:function:nope:\$LATEST ` +
				`\(Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: ` + uuid + `; Proxy: null\)`},
		{"a text that is no JSON", "id", `"not json"`, "Lambda.InvalidRequestContentException",
			`Could not parse request body into json: .+ \(Service: AWSLambda; Status Code: 400; Error Code: InvalidRequestContentException; ` +
				`Request ID: ` + uuid + `; Proxy: null\)`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := invokedWith(t, tt.function, tt.payload)
			if r.Error != tt.wantError || !regexp.MustCompile(`^`+tt.wantCause+`$`).MatchString(r.Cause) {
				t.Errorf("%s with %s: %s", r.Status, r.Error, r.Cause)
			}
		})
	}
}
