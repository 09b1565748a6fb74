package spec

import "net/url"

// checkAddressEcho holds egress.addressEcho against what an egress asks: its
// query stays as it is, since nothing else goes out with a probe.
func (f *File) checkAddressEcho() {
	const rule, path = "egress-address-echo", "egress.addressEcho"
	if !f.Has(path) || !f.sound(path) {
		return
	}
	u, err := url.Parse(f.Spec.Egress.AddressEcho)
	if err != nil {
		f.fail(rule, path, "is not a URL: "+reason(err), "")
		return
	}
	if u.User != nil {
		f.fail(rule, path, "holds user info, which would be committed with the spec", "name a service that asks for none")
		return
	}
	if problem, hint := urlProblem(f.Spec.Egress.AddressEcho, u); problem != "" {
		f.fail(rule, path, problem, hint)
		return
	}
	if kind := blockedKind(u.Hostname()); kind != "" && f.sound("upstream.allowPrivate") && !f.Spec.Upstream.AllowPrivate {
		f.fail(rule, path, notDialed(u.Hostname(), kind),
			"name a service on the Internet: only there the public address of an egress is seen")
	}
}
