package orchestrator

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// newClient is the client of a Lambda with these variables: AWS_REGION, the
// credentials, and AWS_ENDPOINT_URL_SFN, else AWS_ENDPOINT_URL, which point it
// elsewhere (AWS SDKs reference guide, "Service-specific endpoints"). It is built
// by hand: aws-sdk-go-v2/config would bring the profile, SSO and IMDS code into a
// Lambda that has everything in variables.
func newClient(getenv func(string) string) (*sfn.Client, error) {
	region := getenv("AWS_REGION")
	if region == "" {
		return nil, errors.New("AWS_REGION is not set; Lambda sets it, elsewhere set it by hand")
	}
	options := sfn.Options{
		Region: region, Credentials: credentialsFrom(getenv),
		HTTPClient: PlainBodies(awshttp.NewBuildableClient()),
	}
	if endpoint := cmp.Or(getenv("AWS_ENDPOINT_URL_SFN"), getenv("AWS_ENDPOINT_URL")); endpoint != "" {
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
		func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
		) (middleware.InitializeOutput, middleware.Metadata, error) {
			return next.HandleInitialize(smithyhttp.DisableEndpointHostPrefix(ctx, true), in)
		}), middleware.Before)
}

// PlainBodies hides the WriteTo of the SDK's request bodies. The SDK closes a body
// as soon as the answer begins; a closed one's WriteTo fails where its Read only
// ends, and net/http, if it still looks for the body's end, then closes the
// connection under the answer. A server must be quick for that: one on loopback
// loses one answer of a hundred.
func PlainBodies(client aws.HTTPClient) aws.HTTPClient { return plainBodies{client} }

type plainBodies struct{ client aws.HTTPClient }

func (p plainBodies) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = struct {
			io.Reader
			io.Closer
		}{r.Body, r.Body}
	}
	return p.client.Do(r)
}
