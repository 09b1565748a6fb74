package spec

import (
	"cmp"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
)

// checkHeaders checks every header name against those that a spec
// cannot set.
func (c *checker) checkHeaders() {
	c.checkHeaderMap("upstream.headers")
	c.checkHeaderList("upstream.forwardHeaders", c.spec.Upstream.ForwardHeaders)
	c.checkFixedQuery()
	c.checkOwnHeader("retry.idempotency.header", c.spec.Retry.Idempotency.Header)
	c.checkRename()
	c.checkForwardedSignature()
	c.checkFixedKey()
}

func (c *checker) checkHeaderMap(path string) {
	for _, name := range c.keysOf(path) {
		at := keyPath(path, name)
		if !c.sound(at) || c.checkOwnHeader(at, name) {
			continue
		}
		if text := c.written[at].text; c.isSecretHere(at, text, isSecretName(name)) {
			copied := "generated code"
			if strings.HasPrefix(path, "triggers.") {
				copied = "template"
			}
			c.warn("secret-in-spec", at, "looks like a secret, and the spec is committed and copied into the "+copied, c.secretAdvice(path, name))
		}
	}
}

// isFromEvent reports whether the text at path is no more than the event's own.
func (c *checker) isFromEvent(path string) bool {
	n := c.root.at(path)
	return strings.HasPrefix(path, "triggers.events") && n != nil && contract.HasPlaceholders(n.text)
}

func (c *checker) checkHeaderList(path string, names []string) {
	if !c.has(path) || !c.sound(path) {
		return
	}
	for i, name := range names {
		c.checkOwnHeader(itemPath(path, i), name)
	}
}

// checkOwnHeader reports whether the name is one that a spec cannot set.
func (c *checker) checkOwnHeader(path, name string) bool {
	name = strings.ToLower(name)
	why, own := contract.OwnHeaders[name]
	advice := "remove it"
	if name == "accept-encoding" {
		advice = "remove it; upstream.acceptEncoding: identity requests answers without gzip"
	}
	if own && c.sound(path) {
		c.fail("connection-header", path, name+" cannot be set by a spec: "+why, advice)
	}
	return own
}

// isSecretName reports whether a header of that name usually carries what must
// not be in a repository.
func isSecretName(name string) bool {
	name = strings.ToLower(name)
	switch name {
	case "authorization", "cookie", "x-api-key", "api-key", "apikey", "x-auth", "private-token":
		return true
	}
	for _, end := range []string{"-token", "-secret", "-password", "-api-key", "-apikey", "-access-key", "-signature"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

// checkFixedKey: a key that is the same for all requests makes the API take the
// second request for a repetition of the first. A schedule may have one if it
// runs once, or holds what Scheduler makes different for each run.
func (c *checker) checkFixedKey() {
	header := cmp.Or(c.spec.Retry.Idempotency.Header, "idempotency-key")
	c.rejectFixedKey("upstream.headers", header)
	for i, schedule := range c.spec.Triggers.Schedules {
		path := itemPath("triggers.schedules", i)
		varies := strings.Contains(schedule.Request.Headers[header], "<aws.scheduler.")
		if !varies && !strings.HasPrefix(schedule.Expression, "at(") && c.sound(path+".expression") {
			c.rejectFixedKey(path+".request.headers", header)
		}
	}
	for i := range c.spec.Triggers.Events {
		c.rejectFixedKey(itemPath("triggers.events", i)+".request.headers", header)
	}
}

func (c *checker) rejectFixedKey(path, header string) {
	for _, name := range c.keysOf(path) {
		if at := keyPath(path, name); strings.ToLower(name) == header && c.sound(at) && !c.isFromEvent(at) {
			c.fail("fixed-idempotency-key", at, "every request would carry the same key, and the API would act on the first one only",
				"remove it and set retry.idempotency.header: "+header+", then each request gets its own")
		}
	}
}
