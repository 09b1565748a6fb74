package spec

import (
	"fmt"
	"slices"
	"strings"
)

// checkCORS refuses settings without an origin, and what browsers or AWS would not
// take of them.
func (c *checker) checkCORS(cors CORS) {
	const path = "triggers.functionUrl.cors"
	c.checkCORSHeaders(cors)
	c.checkCredentials(cors)
	settings := len(cors.Methods)+len(cors.Headers)+len(cors.ExposeHeaders) > 0 || cors.AllowCredentials || cors.MaxAge > 0
	if len(cors.Origins) == 0 && settings {
		c.fail("cors-without-origins", path, "has settings, but no origin that they apply to", "list some in origins, or remove the rest")
	}
}

// checkCredentials: where any origin may call, a function URL with AllowCredentials
// answers each with its own name, so that the rule of browsers against "*" does not
// protect anyone (Fetch standard, "CORS protocol and credentials"). In the other lists
// "*" is the name of a header or method as soon as there are credentials.
func (c *checker) checkCredentials(cors CORS) {
	const path = "triggers.functionUrl.cors."
	if !cors.AllowCredentials {
		return
	}
	if i := slices.IndexFunc(cors.Origins, isAnyOrigin); i >= 0 {
		c.fail("cors-credentials-for-anyone", path+"allowCredentials", fmt.Sprintf(
			"with the origin %q lets any web page send its visitors' cookies along and read the answers", cors.Origins[i]),
			"name each origin, as in https://shop.example, or remove it")
		return
	}
	for _, list := range []struct {
		name   string
		values []string
	}{{"methods", cors.Methods}, {"headers", cors.Headers}, {"exposeHeaders", cors.ExposeHeaders}} {
		if slices.Contains(list.values, "*") {
			c.warn("cors-credentials-wildcard", path+list.name, "with allowCredentials browsers take * for a name, not for all", "name each one")
		}
	}
}

func isAnyOrigin(origin string) bool { return origin == "*" || strings.HasSuffix(origin, "://*") }

// maxCORSHeaders is how many AllowHeaders a function URL takes (Lambda API, Cors).
const maxCORSHeaders = 100

// checkCORSHeaders: without a list of its own, CORS allows the forwarded headers.
func (c *checker) checkCORSHeaders(cors CORS) {
	const path = "upstream.forwardHeaders"
	n := len(c.spec.Upstream.ForwardHeaders)
	taken := len(cors.Origins) > 0 && len(cors.Headers) == 0 && c.spec.HasFunctionURL()
	if taken && n > maxCORSHeaders && c.sound(path) {
		c.fail("too-many-cors-headers", path, fmt.Sprintf("is also the list of CORS headers, of which AWS takes %d, got %d", maxCORSHeaders, n),
			`list those of browsers in triggers.functionUrl.cors.headers, or write ["*"] there`)
	}
}
