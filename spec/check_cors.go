package spec

import (
	"fmt"
	"maps"
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

// checkCORSHeaders: without a list of its own, CORS allows all that a caller can use.
func (c *checker) checkCORSHeaders(cors CORS) {
	const path = "upstream.forwardHeaders"
	n, all := len(c.spec.Upstream.ForwardHeaders), len(c.spec.CORSHeaders())
	taken := len(cors.Origins) > 0 && len(cors.Headers) == 0 && c.spec.HasFunctionURL()
	if !taken || all <= maxCORSHeaders || !c.sound(path) {
		return
	}
	got := fmt.Sprintf("got %d", n)
	if all > n {
		got += fmt.Sprintf(" and %d that callers of the function URL send beside them", all-n)
	}
	everything := `["*"]`
	if c.isSigned() {
		everything = `["*", authorization]` // which * does not mean (Fetch standard, "CORS non-wildcard request-header name")
	}
	c.fail("too-many-cors-headers", path, fmt.Sprintf("is also the list of CORS headers, of which AWS takes %d, %s", maxCORSHeaders, got),
		"list those of browsers in triggers.functionUrl.cors.headers, or write "+everything+" there")
}

// signingHeaders are what a browser sends that signs its request for AWS (AWS General
// Reference, "Signature Version 4").
var signingHeaders = []string{"authorization", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"}

// CORSHeaders are the headers of requests, lower case, that a browser may send: the list
// of the spec, or all that any other caller can use: those that pass, under another
// name too, the idempotency key, Prefer where the function URL reads it, and the signature where it checks one.
func (s Spec) CORSHeaders() []string {
	if written := s.Triggers.FunctionURL.CORS.Headers; len(written) > 0 {
		return written
	}
	var more []string
	if key := s.Retry.Idempotency.Header; key != "" {
		more = append(more, key)
	}
	if s.Workflow.Type == WorkflowStandard {
		more = append(more, "prefer")
	}
	if s.Triggers.FunctionURL.Auth == "iam" {
		more = append(more, signingHeaders...)
	}
	more = append(more, slices.Sorted(maps.Keys(s.Upstream.RenameHeaders))...)
	all := slices.Clone(s.Upstream.ForwardHeaders)
	for _, name := range more {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}
