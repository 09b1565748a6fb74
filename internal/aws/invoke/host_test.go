package invoke_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/invoke"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/gen/cfn"
)

// Whoever may write a stack's outputs must not get signed requests.
func TestOnlyFunctionURLsOfTheRegionAreCalled(t *testing.T) {
	for _, test := range []struct{ name, url, why string }{
		{"a function URL", "https://abc123.lambda-url.eu-central-1.on.aws/", ""},
		{"without the slash", "https://abc123.lambda-url.eu-central-1.on.aws", ""},
		{"plain HTTP", "http://abc123.lambda-url.eu-central-1.on.aws/", "which is not https"},
		{"another host", "https://evil.example/", "which is no function URL of eu-central-1"},
		{"ours as a part of another", "https://abc123.lambda-url.eu-central-1.on.aws.evil.example/", "which is no function URL"},
		{"ours as the user", "https://abc123.lambda-url.eu-central-1.on.aws@evil.example/", "a host alone"},
		{"ours in the path", "https://evil.example/abc123.lambda-url.eu-central-1.on.aws", "a host alone"},
		{"ours behind a backslash", `https://evil.example\.lambda-url.eu-central-1.on.aws/`, "which is no URL"},
		{"another label before it", "https://x.y.lambda-url.eu-central-1.on.aws/", "which is no function URL"},
		{"another region", "https://abc123.lambda-url.us-east-1.on.aws/", "which is no function URL of eu-central-1"},
		{"a port", "https://abc123.lambda-url.eu-central-1.on.aws:8443/", "a host alone"},
		{"a query", "https://abc123.lambda-url.eu-central-1.on.aws/?next=1", "a host alone"},
		{"a path", "https://abc123.lambda-url.eu-central-1.on.aws/v1", "a host alone"},
		{"this machine", "http://127.0.0.1:8420/", "which is not https"},
		{"the metadata service", "http://169.254.169.254/", "which is not https"},
		{"no URL", "abc123.lambda-url.eu-central-1.on.aws", "which is no URL"},
		{"control characters", "https://evil\x1b[31m.example/", "which is no URL"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, auth := range []string{"AWS_IAM", "NONE"} {
				stack := &live.Stack{Name: "orders", Status: types.StackStatusCreateComplete,
					Summary: cfn.Summary{AuthType: auth, Orchestrator: "orders-orchestrator"}, Outputs: map[string]string{"FunctionUrl": test.url}}
				c := &cloud.Cloud{Config: aws.Config{Region: "eu-central-1"}, Region: "eu-central-1", Partition: "aws"}
				_, err := invoke.Open(c, stack, invoke.Options{})
				switch {
				case test.why == "" && err != nil:
					t.Errorf("%s: %v", auth, err)
				case test.why != "" && (err == nil || !strings.Contains(err.Error(), test.why) || strings.Contains(err.Error(), "\x1b")):
					t.Errorf("%s: %v, want %q", auth, err, test.why)
				}
			}
		})
	}
}

// Who sends AWS's calls elsewhere on purpose has the function URL there too.
func TestAnEndpointThatWasSetHasItsOwnFunctionURLs(t *testing.T) {
	endpoint := "http://127.0.0.1:4566"
	c := &cloud.Cloud{Config: aws.Config{Region: "eu-central-1", BaseEndpoint: &endpoint}, Region: "eu-central-1", Partition: "aws"}
	stack := &live.Stack{
		Name: "orders", Summary: cfn.Summary{AuthType: "AWS_IAM"}, Outputs: map[string]string{"FunctionUrl": "http://127.0.0.1:1/"},
	}
	if _, err := invoke.Open(c, stack, invoke.Options{}); err != nil {
		t.Error(err)
	}
}
