package invoke

import (
	"fmt"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/lazyregexp"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// urlHost is a function URL's: URL-ID.lambda-url.REGION.on.aws (Lambda developer guide,
// "Creating and managing Lambda function URLs", also that of the China regions). AWS
// GovCloud (US) has none.
var urlHost = lazyregexp.New(`^[a-z0-9]+\.lambda-url\.([a-z0-9-]+)\.on\.aws$`)

// checkURL refuses a URL that is no function URL of the region: requests go there with
// the caller's signature and headers, and an output of a stack is what whoever may change
// the stack has written. Where somebody has set another endpoint of AWS on purpose, as a
// test does, function URLs are there too.
func checkURL(c *cloud.Cloud, stack, text string) error {
	if hasOwnEndpoint(c) {
		return nil
	}
	why := ""
	u, err := url.Parse(text)
	switch {
	case err != nil, u.Host == "":
		why = "which is no URL"
	case u.Scheme != "https":
		why = "which is not https"
	case u.User != nil, u.Port() != "", u.RawQuery != "", u.Fragment != "", u.Path != "" && u.Path != "/":
		why = "and the URL of a function is https:// and a host alone"
	default:
		match := urlHost.FindStringSubmatch(u.Host)
		if match != nil && match[1] == c.Region {
			return nil
		}
		why = "which is no function URL of " + c.Region + " (ID.lambda-url." + c.Region + ".on.aws)"
	}
	return fmt.Errorf("nothing was sent: the output FunctionUrl of the stack %s is %s, %s; somebody may have changed the stack: "+
		"look at it in the AWS console, and deploy it again", stack, printable.Line(fmt.Sprintf("%q", text)), why)
}

// hasOwnEndpoint reports whether the environment or the profile sends calls of Lambda or
// CloudFormation elsewhere (AWS SDKs reference guide, "Service-specific endpoints").
func hasOwnEndpoint(c *cloud.Cloud) bool {
	return lambda.NewFromConfig(c.Config).Options().BaseEndpoint != nil ||
		cloudformation.NewFromConfig(c.Config).Options().BaseEndpoint != nil
}
