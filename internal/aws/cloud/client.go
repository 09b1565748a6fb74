package cloud

import (
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"

	"github.com/sfngen/sfngen/runtime/orchestrator"
)

// client is what the SDK calls AWS with. It keeps the SDK's own client in reach,
// which knows of proxies and certificates.
type client struct {
	aws.HTTPClient
	own aws.HTTPClient
}

// newClient wraps what the configuration has: none, unless it names authorities.
func newClient(own aws.HTTPClient) client {
	if own == nil {
		own = awshttp.NewBuildableClient()
	}
	return client{HTTPClient: orchestrator.PlainBodies(staying(own)), own: own}
}

// staying takes no redirect for an answer that leads elsewhere: AWS is asked at
// the address that a request is signed for, and who redirects that is not AWS.
func staying(own aws.HTTPClient) aws.HTTPClient {
	buildable, ok := own.(*awshttp.BuildableClient)
	if !ok {
		return own
	}
	frozen, ok := buildable.Freeze().(*http.Client)
	if !ok {
		return own
	}
	frozen.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return frozen
}

// Transport is a new transport for requests that no client of the SDK sends: by
// the proxy of the environment (HTTPS_PROXY, NO_PROXY), and trusting the
// authorities of AWS_CA_BUNDLE, or ca_bundle of the profile, as calls of AWS do.
func (c *Cloud) Transport() *http.Transport {
	if client, ok := c.Config.HTTPClient.(client); ok {
		if own, ok := client.own.(*awshttp.BuildableClient); ok {
			return own.GetTransport()
		}
	}
	return awshttp.NewBuildableClient().GetTransport()
}
