package local

import (
	"context"
	"errors"
	"fmt"

	"github.com/sfngen/sfngen/internal/jsonvalue"
	"github.com/sfngen/sfngen/internal/local/engine"
	"github.com/sfngen/sfngen/internal/local/lambda"
	"github.com/sfngen/sfngen/internal/uuid"
)

// invoker is Lambda for the Tasks of a state machine (Step Functions developer
// guide, "Invoke Lambda with Step Functions").
type invoker struct{ lambda *lambda.Service }

func (i invoker) Invoke(ctx context.Context, function string, payload jsonvalue.Value) (engine.Reply, error) {
	id := uuid.New()
	result, err := i.lambda.Invoke(lambda.WithRequestID(ctx, id), function, body(payload))
	var refused *lambda.APIError
	switch {
	case errors.As(err, &refused):
		return engine.Reply{}, refusal(refused, id)
	case err != nil:
		return engine.Reply{}, err
	case result.FunctionError != "":
		return engine.Reply{}, functionError(result.Payload)
	}
	answer, err := jsonvalue.Parse(result.Payload)
	if err != nil {
		return engine.Reply{}, &engine.TaskError{Name: "Lambda.Unknown", Cause: "the function's result is not JSON: " + err.Error()}
	}
	return engine.Reply{Payload: answer, RequestID: result.RequestID}, nil
}

// body is the request that lambda:invoke builds from its Payload: none for null;
// for a string its text, which should be JSON (recorded: LocalStack,
// test_lambda_task_service, test_invoke and test_invoke_json_values). Other text
// goes to Lambda too, which refuses it with an InvalidRequestContentException; what
// AWS does was not recorded.
func body(payload jsonvalue.Value) []byte {
	switch payload.Kind() {
	case jsonvalue.Null:
		return nil
	case jsonvalue.String:
		return []byte(payload.Text())
	}
	return payload.JSON()
}

// refusal is an error of Lambda's API. Its cause has the text of the SDK that Step
// Functions uses (recorded: LocalStack, test_no_such_function).
func refusal(e *lambda.APIError, requestID string) error {
	return &engine.TaskError{
		Name: "Lambda." + e.Code,
		Cause: fmt.Sprintf("%s (Service: AWSLambda; Status Code: %d; Error Code: %s; Request ID: %s; Proxy: null)",
			e.Message, e.Status, e.Code, requestID),
	}
}

// functionError takes the error's name from its payload; the whole payload is
// the cause.
func functionError(payload []byte) error {
	name := "Lambda.Unknown"
	if v, err := jsonvalue.Parse(payload); err == nil {
		if kind, ok := v.Get("errorType"); ok && kind.Kind() == jsonvalue.String && kind.Text() != "" {
			name = kind.Text()
		}
	}
	return &engine.TaskError{Name: name, Cause: string(payload)}
}
