package spec

import (
	"slices"
	"strings"
)

// checkForwardedSignature warns where a caller's signature goes on to the upstream.
//
// Behind auth iam it is that of AWS, and no API outside of it should see it. Elsewhere
// Authorization may be a signature of the request, which fits neither the upstream's
// host and path nor the time of a later attempt; or a key, for which all is well. What
// it will be the spec does not say, so only fields that can be nothing else count.
func (c *checker) checkForwardedSignature() {
	if !c.allSound("triggers.functionUrl.auth", "upstream.forwardHeaders") {
		return
	}
	for i, name := range c.spec.Upstream.ForwardHeaders {
		path, name := itemPath("upstream.forwardHeaders", i), strings.ToLower(name)
		switch {
		case c.isSigned() && slices.Contains(signatureHeaders, name):
			c.warn("forwarded-signature", path,
				"with triggers.functionUrl.auth iam it holds the caller's AWS signature, which the API would get",
				"remove it; if callers must send the API's own, they can send it as "+nameBeside(name)+": write "+renaming(name))
		case slices.Contains(signatureFields, name):
			c.warn("stale-signature", path,
				"belongs to a signature of the caller's request: it covers the host and path of the function URL, not those of upstream.url, "+
					"and its time, which a retry does not renew: after a wait the API may refuse it as too old",
				"remove it, and let callers sign nothing that the API checks; a key or a bearer token passes in authorization")
		}
	}
}

// signatureFields say that a request is signed, with a time: HTTP Message Signatures
// (RFC 9421 4) and the draft before them, DPoP (RFC 9449 4.2), AWS Signature Version 4,
// and those of Google and Azure that are like it.
var signatureFields = []string{"signature", "signature-input", "dpop", "x-amz-date", "x-amz-content-sha256", "x-goog-date", "x-ms-date"}
