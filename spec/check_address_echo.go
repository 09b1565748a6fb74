package spec

import "net/url"

// checkAddressEcho checks that an egress can call egress.addressEcho. Unlike the
// upstream's URL it may have a query.
func (c *checker) checkAddressEcho() {
	const rule, path = "egress-address-echo", "egress.addressEcho"
	if !c.has(path) || !c.sound(path) {
		return
	}
	u, err := url.Parse(c.spec.Egress.AddressEcho)
	if err != nil {
		c.fail(rule, path, "is not a URL: "+reason(err), "")
		return
	}
	if u.User != nil {
		c.fail(rule, path, "holds user info, which would be committed with the spec", "name a service that needs none")
		return
	}
	if problem, hint := urlProblem(c.spec.Egress.AddressEcho, u); problem != "" {
		c.fail(rule, path, problem, hint)
		return
	}
	if kind := blockedKind(u.Hostname()); kind != "" && c.sound("upstream.allowPrivate") && !c.spec.Upstream.AllowPrivate {
		c.fail(rule, path, notDialed(u.Hostname(), kind),
			"name a service on the Internet: only there the public address of an egress is seen")
	}
}
