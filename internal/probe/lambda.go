package probe

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// ThroughLambda invokes deployed functions. The SDK's own retries are safe here:
// a probe changes nothing. It takes lambda:InvokeFunction on each function.
func ThroughLambda(client *lambda.Client) Invoke {
	return func(ctx context.Context, function string, payload []byte) ([]byte, error) {
		out, err := client.Invoke(ctx, &lambda.InvokeInput{FunctionName: &function, Payload: payload})
		var gone *types.ResourceNotFoundException
		switch {
		case errors.As(err, &gone):
			return nil, &goneError{err}
		case err != nil:
			return nil, err
		case out.FunctionError != nil:
			return nil, ReadFunctionError(out.Payload)
		}
		return out.Payload, nil
	}
}

// goneError is a function of the stack that no longer exists.
type goneError struct{ err error }

func (e *goneError) Error() string {
	return "the function is gone, although the stack has it; deploy the stack again"
}

func (e *goneError) Unwrap() error { return e.err }
