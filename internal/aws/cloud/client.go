package cloud

import (
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"

	"github.com/sfngen/sfngen/runtime/orchestrator"
)

// client is the SDK's HTTP client. own is the SDK's original one, which knows the proxies
// and certificates.
type client struct {
	aws.HTTPClient
	own aws.HTTPClient
}

// newClient wraps the configuration's client: nil, unless the configuration names CAs.
func newClient(own aws.HTTPClient) client {
	if own == nil {
		own = awshttp.NewBuildableClient()
	}
	return client{HTTPClient: orchestrator.PlainBodies(staying(own)), own: own}
}

// staying does not follow redirects: a request is signed for its address, and only
// something that is not AWS would redirect it.
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

// Transport is a new transport for requests that no client of the SDK sends. As calls of
// AWS do, it uses the proxy of the environment (HTTPS_PROXY, NO_PROXY) and trusts the CAs
// of AWS_CA_BUNDLE, or of ca_bundle of the profile.
func (c *Cloud) Transport() *http.Transport {
	if client, ok := c.Config.HTTPClient.(client); ok {
		if own, ok := client.own.(*awshttp.BuildableClient); ok {
			return own.GetTransport()
		}
	}
	return awshttp.NewBuildableClient().GetTransport()
}
