package spec

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// maxCredentials are those that one call can have.
const maxCredentials = 10

// checkUpstreamCredentials checks what goes out as a credential: each reference, then lists
// against each other, then against all else that sets a header or parameter.
func (c *checker) checkUpstreamCredentials() {
	if !c.has(credentialsPath) {
		return
	}
	c.checkPlaceholder(c.root.at(credentialsPath), inHeader,
		"write the name itself; environments may have other names, in environments: {prod: {upstream: {credentials: …}}}")
	lists := c.credentialLists()
	for _, l := range lists {
		c.checkReferences(l)
	}
	c.checkARNRegions(lists)
	c.checkCredentialLists(lists)
	c.checkTokenURL()
	c.checkCredentialHeaders()
	c.checkCredentialQuery()
	c.checkEncrypted()
	c.checkUnfetched()
	if n := len(lists); n > maxCredentials && c.sound(credentialsPath) {
		c.fail("too-many-credentials", credentialsPath, fmt.Sprintf("names %d credentials, but at most %d are allowed", n, maxCredentials),
			"an API takes one or two; leave out the others")
	}
}

// credentialLists have the paths as the spec writes them: a header's name in its own case.
func (c *checker) credentialLists() []CredentialList {
	lists := c.spec.Upstream.Credentials.Lists()
	for i, l := range lists {
		if !c.has(l.Path) {
			_, name, _ := strings.Cut(l.What, "header ")
			lists[i].Path = cmp.Or(c.keyIn(credentialsPath+".headers", name), l.Path)
		}
	}
	return lists
}

// referencePath is where reference i of a field is written.
func (c *checker) referencePath(l CredentialList, i int) string {
	if n := c.written[l.Path]; n != nil && n.kind == isList {
		return itemPath(l.Path, i)
	}
	return l.Path
}

// checkCredentialLists: of each list egress k has the k-th, so all are as long as the pool.
func (c *checker) checkCredentialLists(lists []CredentialList) {
	several := slices.DeleteFunc(slices.Clone(lists), func(l CredentialList) bool { return len(l.References) < 2 || !c.sound(l.Path) })
	for _, l := range several {
		first, count := several[0], c.spec.Egress.Count
		switch {
		case len(l.References) != len(first.References):
			c.fail("credential-lists", l.Path,
				fmt.Sprintf("has %d references, and %s has %d: egress k uses the k-th of each", len(l.References), first.Path, len(first.References)),
				"write one for each egress in both, or one for all")
		case len(l.References) != count && c.countIsStated():
			c.fail("credential-lists", l.Path,
				fmt.Sprintf("has %d references for %s: egress k uses the k-th", len(l.References), egresses(count)), c.countAdvice(len(l.References)))
		}
		c.checkDistinct(l)
	}
}

// countIsStated reports whether something else than this list says how many egresses there
// are: the field, or what the network has for each of them.
func (c *checker) countIsStated() bool {
	return c.has("egress.count") && c.sound("egress.count") || c.spec.Egress.Network.named() > 0 && c.sound(networkPath)
}

// countAdvice says how there come to be as many egresses as a list has entries.
func (c *checker) countAdvice(entries int) string {
	if n := c.spec.Egress.Network; !c.has("egress.count") && n.named() > 0 {
		return fmt.Sprintf("name %d of them in egress.network too, one for each egress", entries)
	}
	return fmt.Sprintf("write egress.count: %d, or leave egress.count out", entries)
}

// checkDistinct: two egresses with one key share its limit, which a list is there to avoid.
func (c *checker) checkDistinct(l CredentialList) {
	for i, r := range l.References {
		first := slices.IndexFunc(l.References, func(other Reference) bool { return other.place() == r.place() })
		if path := itemPath(l.Path, i); first < i && c.sound(path) {
			c.fail("duplicate-credential", path,
				fmt.Sprintf("is the same as %s: both egresses would show the API the same one", itemPath(l.Path, first)),
				"write a key that the API gave out for it, or one reference for all egresses in place of the list")
		}
	}
}

// checkTokenURL checks that an egress can ask for a token, and that nobody on the way
// reads the client's secret.
func (c *checker) checkTokenURL() {
	const path = credentialsPath + ".oauth2.tokenUrl"
	if c.spec.Upstream.Credentials.OAuth2 == nil || !c.has(path) || !c.sound(path) {
		return
	}
	written := c.spec.Upstream.Credentials.OAuth2.TokenURL
	u, err := url.Parse(written)
	if err != nil {
		c.fail(ruleOf(path), path, "is not a URL: "+reason(err), "")
		return
	}
	problem, hint := urlProblem(written, u)
	kind := blockedKind(u.Hostname())
	switch {
	case problem != "":
	case strings.EqualFold(u.Scheme, "http") && kind != "loopback":
		problem, hint = "is not encrypted: the client's secret would travel in the open", "write https://"
	case kind != "" && !c.spec.Upstream.AllowPrivate && c.sound("upstream.allowPrivate"):
		problem, hint = notDialed(u.Hostname(), kind), c.allowPrivateAdvice()
	}
	if problem != "" {
		c.fail(ruleOf(path), path, problem, hint)
	}
}

// checkEncrypted: a credential that anyone on the way can read is none.
func (c *checker) checkEncrypted() {
	u, err := url.Parse(c.spec.Upstream.URL)
	if err != nil || !c.allSound("upstream.url", credentialsPath) || !c.spec.Upstream.Credentials.Any() {
		return
	}
	if strings.EqualFold(u.Scheme, "http") && blockedKind(u.Hostname()) != "loopback" {
		c.fail("credential-unencrypted", "upstream.url", "is http: anyone on the way could read what upstream.credentials sends",
			"write https://; http is for an API on this machine alone")
	}
}

// checkUnfetched warns of what says how values are read where none is.
func (c *checker) checkUnfetched() {
	if c.spec.Upstream.Credentials.Fetched() || !c.sound(credentialsPath) {
		return
	}
	for _, name := range []string{"kmsKey", "ttl"} {
		if path := keyPath(credentialsPath, name); c.has(path) {
			c.warn("credential-unused", path, "says how secrets are read, but upstream.credentials names none", "remove it, or name a secret")
		}
	}
}
