package probe

import (
	"context"
	"errors"
	"fmt"

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
			return nil, fmt.Errorf("the function is gone, although the stack has it; deploy the stack again: %w", err)
		case err != nil:
			return nil, err
		case out.FunctionError != nil:
			return nil, ReadFunctionError(out.Payload)
		}
		return out.Payload, nil
	}
}
