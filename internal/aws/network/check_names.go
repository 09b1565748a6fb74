package network

import "net/netip"

// checkNames: what has no IPv6 address is out of reach of an egress that has no other way.
func (k *checker) checkNames() {
	for _, call := range k.Shape.Calls {
		host := call.Host
		if _, err := netip.ParseAddr(host); err == nil {
			continue // the spec's own checks say what it means
		}
		found, err := k.lookup(host)
		switch {
		case err != nil && k.ctx.Err() != nil:
			k.err = k.ctx.Err()
			return
		case err != nil:
			k.note("it is not known whether %s has an IPv6 address: %v", host, err)
		case len(found) == 0:
			k.doubt(fieldType, host+" has no IPv6 address (no AAAA record) as seen from here: with ipv6 an egress can reach nothing else, and each "+
				"attempt would fail", "choose nat or subnets, unless the name has one where the stack runs")
		}
	}
}
