package spec

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
)

// What a VPC may be as large as here. AWS takes /16 to /28 (VPC, "VPC CIDR blocks"); less
// than a /24 has no room for a pool.
const (
	widestVPC    = 16
	narrowestVPC = 24
)

// privateRanges are those of private networks (RFC 1918), and the one that providers share
// (RFC 6598), which AWS recommends for a VPC too where the others are used up.
var privateRanges = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"),
	netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("100.64.0.0/10"),
}

// checkCIDR checks the range of the stack's own VPC. Whether the egresses have room in it is
// the plan's matter, which cuts it.
func (c *checker) checkCIDR() {
	const path = networkPath + ".cidr"
	if !c.has(path) || !c.sound(path) {
		return
	}
	if problem, hint := rangeProblem(c.spec.Egress.Network.CIDR); problem != "" {
		c.fail(ruleOf(path), path, problem, hint)
	}
}

// rangeProblem is the first thing that keeps a range from being that of a VPC; "" for none.
func rangeProblem(written string) (problem, hint string) {
	const example = "write it as in 10.42.0.0/16"
	prefix, err := netip.ParsePrefix(written)
	if err != nil {
		return "is no range of IPv4 addresses: each number goes to 255, and the length to 32", example
	}
	size := prefix.Bits()
	switch network := prefix.Masked(); {
	case size < widestVPC || size > narrowestVPC:
		return fmt.Sprintf("has a length of /%d, a VPC of a stack has one from /%d to /%d", size, widestVPC, narrowestVPC),
			example + ", or 10.42.7.0/24 for up to 14 egresses"
	case network != prefix:
		return fmt.Sprintf("has an address inside of the range: the range that holds it begins at %s", network.Addr()),
			"write " + network.String()
	case !isPrivateRange(prefix):
		return "is not private: hosts on the Internet have these addresses, and the egresses could not call them",
			"take a range of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10, as in 10.42.0.0/16"
	}
	return "", ""
}

func isPrivateRange(prefix netip.Prefix) bool {
	for _, private := range privateRanges {
		if private.Overlaps(prefix) && private.Bits() <= prefix.Bits() {
			return true
		}
	}
	return false
}

// checkLiterals: from a network without IPv4 nobody calls an IPv4 address, and without IPv6
// no IPv6 one. Whether a name has an address of the family only the egress can look up.
func (c *checker) checkLiterals() {
	if !c.sound(typePath) || c.spec.Egress.Network.Type == NetworkSubnets {
		return
	}
	c.checkHostOf("upstream.url", c.spec.Upstream.URL)
	if o := c.spec.Upstream.Credentials.OAuth2; o != nil {
		c.checkHostOf(credentialsPath+".oauth2.tokenUrl", o.TokenURL)
	}
	c.checkHostOf("egress.addressEcho", c.spec.Egress.AddressEcho)
}

// checkHostOf checks the host of a URL that the spec has.
func (c *checker) checkHostOf(path, text string) {
	if u, err := url.Parse(text); err == nil && c.has(path) && c.sound(path) {
		c.checkLiteral(path, u.Hostname())
	}
}

// translated are addresses that stand for IPv4 ones, where a NAT64 gateway translates them (RFC
// 6052 2.1). The network of a stack has none.
var translated = netip.MustParsePrefix("64:ff9b::/96")

func (c *checker) checkLiteral(path, host string) {
	address, err := netip.ParseAddr(strings.TrimSuffix(host, "."))
	if err != nil {
		return
	}
	network := c.spec.Egress.Network.Type
	switch is4 := address.Unmap().Is4(); { // be it written as an IPv6 one (RFC 4291 2.5.5.2)
	case (is4 || translated.Contains(address)) && network == NetworkIPv6:
		c.fail("ipv4-from-ipv6", path, host+" is an IPv4 address: with egress.network.type: ipv6 the egresses have no way to it",
			"write a name that has an AAAA record, or type: nat")
	case !is4 && network != NetworkIPv6 && contract.BlockedKind(address) == "":
		c.warn("ipv6-from-ipv4", path, host+" is an IPv6 address: with egress.network.type: "+network+" the egresses have no way to it",
			"write a name that has an A record, or type: ipv6; for run and dev alone ignore this warning")
	}
}
