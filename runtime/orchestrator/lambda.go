package orchestrator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/sfngen/sfngen/runtime/contract"
)

// stateMachineVariable is the environment variable that the template sets.
const stateMachineVariable = "SFNGEN_STATE_MACHINE_ARN"

// Start serves a Lambda's invocations and does not return. The state machine is
// the one whose ARN SFNGEN_STATE_MACHINE_ARN gives; region and credentials are
// the Lambda's own. With a config or an environment that cannot work it ends
// the process with status 1 and says why.
func Start(cfg Config) {
	o, err := newFromVariables(cfg, os.Getenv, os.Stdout)
	if err != nil {
		fmt.Fprintf(os.Stderr, "orchestrator: %v\n", err)
		os.Exit(1)
	}
	lambda.Start(o.Handle)
}

func newFromVariables(cfg Config, getenv func(string) string, stdout io.Writer) (*Orchestrator, error) {
	client, err := NewClient(getenv)
	if err != nil {
		return nil, err
	}
	if getenv(stateMachineVariable) == "" {
		return nil, errors.New(stateMachineVariable + " is not set; the template sets it to the ARN of the stack's state machine")
	}
	return New(cfg, Environment{
		StepFunctions:   client,
		StateMachineARN: getenv(stateMachineVariable),
		Log:             contract.NewLogger(stdout),
	})
}

// systemClock is the machine's time.
type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func (systemClock) Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (systemClock) WithDeadline(ctx context.Context, at time.Time) (context.Context, context.CancelFunc) {
	return context.WithDeadline(ctx, at)
}
