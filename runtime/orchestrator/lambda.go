package orchestrator

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// stateMachineVariable is the environment variable that the template sets.
const stateMachineVariable = "SFNGEN_STATE_MACHINE_ARN"

// Start serves a Lambda's invocations and does not return. The state machine is
// the one whose ARN SFNGEN_STATE_MACHINE_ARN gives; region and credentials are
// the Lambda's own. With a config or an environment that cannot work it ends
// the process with status 1 and says why.
func Start(cfg Config) {
	o, err := newFromVariables(cfg, os.Getenv)
	if err != nil {
		fmt.Fprintf(os.Stderr, "orchestrator: %v\n", err)
		os.Exit(1)
	}
	lambda.Start(o.Handle)
}

func newFromVariables(cfg Config, getenv func(string) string) (*Orchestrator, error) {
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
		Log:             slog.New(slog.NewJSONHandler(os.Stdout, nil)),
	})
}

// NewClient is the client of a Lambda with these variables: AWS_REGION, the
// credentials, and AWS_ENDPOINT_URL_SFN, else AWS_ENDPOINT_URL, which point it
// elsewhere (AWS SDKs reference guide, "Service-specific endpoints"). It is built
// by hand: aws-sdk-go-v2/config would bring the profile, SSO and IMDS code into a
// Lambda that has everything in variables.
func NewClient(getenv func(string) string) (*sfn.Client, error) {
	region := getenv("AWS_REGION")
	if region == "" {
		return nil, errors.New("AWS_REGION is not set; Lambda sets it, elsewhere set it by hand")
	}
	options := sfn.Options{Region: region, Credentials: credentialsFrom(getenv)}
	endpoint := getenv("AWS_ENDPOINT_URL_SFN")
	if endpoint == "" {
		endpoint = getenv("AWS_ENDPOINT_URL")
	}
	if endpoint != "" {
		options.BaseEndpoint = aws.String(endpoint)
		options.APIOptions = append(options.APIOptions, withoutHostPrefix)
	}
	return sfn.New(options), nil
}

var errNoCredentials = errors.New("AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set; Lambda sets them, elsewhere set them by hand")

// credentialsFrom reads the variables at each call, not once.
func credentialsFrom(getenv func(string) string) aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		c := aws.Credentials{
			AccessKeyID:     getenv("AWS_ACCESS_KEY_ID"),
			SecretAccessKey: getenv("AWS_SECRET_ACCESS_KEY"),
			SessionToken:    getenv("AWS_SESSION_TOKEN"),
			Source:          "environment",
		}
		if !c.HasKeys() {
			return aws.Credentials{}, errNoCredentials
		}
		return c, nil
	})
}

// withoutHostPrefix keeps StartSyncExecution at the endpoint that was given:
// the SDK would call "sync-" + host, a name that no local endpoint has.
func withoutHostPrefix(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("WithoutHostPrefix",
		func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			return next.HandleInitialize(smithyhttp.DisableEndpointHostPrefix(ctx, true), in)
		}), middleware.Before)
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
