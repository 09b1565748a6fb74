package spec

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// checkCredentialHeaders: a header has one place that says what it is. Only a caller's is
// replaced, as the API would not take it for ours.
func (c *checker) checkCredentialHeaders() {
	for _, name := range c.keysOf(credentialsPath + ".headers") {
		path := keyPath(credentialsPath+".headers", name)
		if c.sound(path) && !c.checkOwnHeader(path, name) {
			c.checkHeaderTaken(path, strings.ToLower(name))
		}
	}
	if oauth := credentialsPath + ".oauth2"; c.spec.Upstream.Credentials.OAuth2 != nil && c.has(oauth) {
		c.checkHeaderTaken(oauth, "authorization")
	}
}

// checkHeaderTaken checks a header that the field at path sets against the others.
func (c *checker) checkHeaderTaken(path, name string) {
	other := ""
	headers := credentialsPath + ".headers"
	switch {
	case c.keyIn("upstream.headers", name) != "":
		other = c.keyIn("upstream.headers", name)
	case path == credentialsPath+".oauth2" && c.keyIn(headers, name) != "":
		other = c.keyIn(headers, name)
	case c.spec.Retry.Idempotency.Header == name && c.sound("retry.idempotency.header"):
		other = "retry.idempotency.header"
	}
	if other != "" && c.allSound(path, other) {
		c.fail("credential-conflict", path, fmt.Sprintf("sets %s, and so does %s", name, other), "keep one of them")
		return
	}
	c.checkReplaced(path, name)
}

// renamedTo is the path of a caller's header that goes out under that name; "" for none.
func (c *checker) renamedTo(name string) string {
	for _, written := range c.keysOf(renamePath) {
		if c.spec.Upstream.RenameHeaders[strings.ToLower(written)] == name {
			return keyPath(renamePath, written)
		}
	}
	return ""
}

// keyIn is the path of a header of that name in a mapping; "" where there is none.
func (c *checker) keyIn(mapping, name string) string {
	for _, key := range c.keysOf(mapping) {
		if strings.EqualFold(key, name) {
			return keyPath(mapping, key)
		}
	}
	return ""
}

// checkReplaced warns where the spec lets a header in that never goes out.
func (c *checker) checkReplaced(path, name string) {
	const why = ": what is written here never goes out"
	i := slices.IndexFunc(c.spec.Upstream.ForwardHeaders, func(forwarded string) bool { return strings.EqualFold(forwarded, name) })
	if at := itemPath("upstream.forwardHeaders", max(i, 0)); i >= 0 && c.has("upstream.forwardHeaders") && c.sound(at) {
		c.warn("replaced-by-credential", at, path+" replaces the caller's "+name, "remove it from upstream.forwardHeaders")
	}
	if at := c.renamedTo(name); at != "" && c.sound(at) {
		c.warn("replaced-by-credential", at, path+" replaces the caller's "+name, "remove it from upstream.renameHeaders")
	}
	for _, trigger := range c.triggerPaths() {
		if at := c.keyIn(trigger+".headers", name); at != "" && c.sound(at) {
			c.warn("replaced-by-credential", at, path+" sets "+name+why, "remove it")
		}
	}
}

// triggerPaths are the requests of all schedules and events.
func (c *checker) triggerPaths() []string {
	var paths []string
	for i := range c.spec.Triggers.Schedules {
		paths = append(paths, itemPath("triggers.schedules", i)+".request")
	}
	for i := range c.spec.Triggers.Events {
		paths = append(paths, itemPath("triggers.events", i)+".request")
	}
	return paths
}

// checkCredentialQuery is the same for query parameters, whose case counts.
func (c *checker) checkCredentialQuery() {
	for _, name := range c.keysOf(credentialsPath + ".query") {
		path := keyPath(credentialsPath+".query", name)
		if other := keyPath("upstream.query", name); c.has(other) && c.allSound(path, other) {
			c.fail("credential-conflict", path, "sets the parameter "+name+", and so does "+other, "keep one of them")
			continue
		}
		for _, trigger := range c.triggerPaths() {
			at := trigger + ".query"
			if n := c.root.at(at); n != nil && n.kind == isText && c.allSound(path, at) && queryHas(n.text, name) {
				c.warn("replaced-by-credential", at, path+" sets the parameter "+name+": what is written here never goes out", "remove it")
			}
		}
	}
}

func queryHas(query, name string) bool {
	for pair := range strings.SplitSeq(query, "&") {
		key, _, _ := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(key); err == nil && plain == name {
			return true
		}
	}
	return false
}
