package local

import (
	"context"
	"errors"
	"fmt"

	"github.com/sfngen/sfngen/internal/engine"
	"github.com/sfngen/sfngen/internal/engine/value"
	"github.com/sfngen/sfngen/internal/local/lambda"
)

// invoker is Lambda as a Task of a state machine sees it (Step Functions
// developer guide, "Invoke Lambda with Step Functions").
type invoker struct{ lambda *lambda.Service }

func (i invoker) Invoke(ctx context.Context, function string, payload value.Value) (engine.Reply, error) {
	result, err := i.lambda.Invoke(ctx, function, payload.JSON())
	var refused *lambda.APIError
	switch {
	case errors.As(err, &refused):
		return engine.Reply{}, &engine.TaskError{
			Name:  "Lambda." + refused.Code,
			Cause: fmt.Sprintf("%s (Service: Lambda, Status Code: %d)", refused.Message, refused.Status),
		}
	case err != nil:
		return engine.Reply{}, err
	case result.FunctionError != "":
		return engine.Reply{}, functionError(result.Payload)
	}
	answer, err := value.Parse(result.Payload)
	if err != nil {
		return engine.Reply{}, &engine.TaskError{Name: "Lambda.Unknown", Cause: "the function's result is not JSON: " + err.Error()}
	}
	return engine.Reply{Payload: answer, RequestID: result.RequestID}, nil
}

// functionError takes the error's name from its payload; the whole payload is
// the cause.
func functionError(payload []byte) error {
	name := "Lambda.Unknown"
	if v, err := value.Parse(payload); err == nil {
		if kind, ok := v.Get("errorType"); ok && kind.Kind() == value.String && kind.Text() != "" {
			name = kind.Text()
		}
	}
	return &engine.TaskError{Name: name, Cause: string(payload)}
}
