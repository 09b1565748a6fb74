package orchestrator

import (
	"errors"
	"fmt"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/sfngen/sfngen/runtime/contract"
)

// Start runs the Lambda and does not return. A cfg or environment that cannot
// be right ends the process with exit status 1 and one line that says why.
func Start(cfg Config) {
	o, err := start(cfg, os.Getenv)
	if err != nil {
		fmt.Fprintf(os.Stderr, "orchestrator: %v\n", err)
		os.Exit(1)
	}
	lambda.Start(o.Handle)
}

func start(cfg Config, getenv func(string) string) (*Orchestrator, error) {
	env, err := FromVariables(getenv)
	if err != nil {
		return nil, err
	}
	return New(cfg, env)
}

// FromVariables gives the environment that the variables of a Lambda describe:
// contract.EnvStateMachine, the region, the credentials and perhaps an endpoint.
func FromVariables(getenv func(string) string) (Environment, error) {
	client, err := newClient(getenv)
	if err != nil {
		return Environment{}, err
	}
	arn := getenv(contract.EnvStateMachine)
	if arn == "" {
		return Environment{}, errors.New(contract.EnvStateMachine + " is not set; the template sets it to the ARN of the stack's state machine")
	}
	return Environment{StepFunctions: client, StateMachineARN: arn}, nil
}
