package orchestrator

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/aws/aws-lambda-go/events"

	"github.com/sfngen/sfngen/runtime/contract"
)

// Handler is the Lambda, for lambda.Start of aws-lambda-go. A cfg or environment that
// cannot be right ends the process with exit status 1 and one line that says why.
//
// The main calls lambda.Start, and not this package, so that a program on one machine
// that runs an Orchestrator is not linked with what only Lambda needs.
func Handler(cfg Config) func(context.Context, events.LambdaFunctionURLRequest) (events.LambdaFunctionURLResponse, error) {
	o, err := start(cfg, os.Getenv)
	if err != nil {
		fmt.Fprintf(os.Stderr, "orchestrator: %v\n", err)
		os.Exit(1)
	}
	return o.Handle
}

func start(cfg Config, getenv func(string) string) (*Orchestrator, error) {
	env, err := FromVariables(getenv)
	if err != nil {
		return nil, err
	}
	return New(cfg, env)
}

// FromVariables gives the environment that the variables of a Lambda describe:
// contract.EnvStateMachine, the region, the credentials and perhaps an endpoint; those of a
// table are read by Config.Coordination.
func FromVariables(getenv func(string) string) (Environment, error) {
	client, err := newClient(getenv)
	if err != nil {
		return Environment{}, err
	}
	arn := getenv(contract.EnvStateMachine)
	if arn == "" {
		return Environment{}, errors.New(contract.EnvStateMachine + " is not set; the template sets it to the ARN of the stack's state machine")
	}
	return Environment{StepFunctions: client, StateMachineARN: arn, Getenv: getenv}, nil
}
