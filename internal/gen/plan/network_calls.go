package plan

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/sfngen/sfngen/spec"
)

// Calls are the URLs that an egress calls, beside those of AWS's services.
func (p *Plan) Calls() []string {
	called := []string{p.Upstream, p.Egress.AddressEcho}
	if o := p.spec.Upstream.Credentials.OAuth2; o != nil {
		called = append(called, o.TokenURL)
	}
	return called
}

// PortsOut are the TCP ports that an egress calls, sorted: those of Calls, and the one of
// AWS's services.
func (p *Plan) PortsOut() []int {
	ports := []int{443}
	for _, called := range p.Calls() {
		ports = append(ports, portOf(called))
	}
	slices.Sort(ports)
	return slices.Compact(ports)
}

func portOf(called string) int {
	u, err := url.Parse(called)
	if err != nil {
		return 443
	}
	if port, err := strconv.Atoi(u.Port()); err == nil {
		return port
	}
	if u.Scheme == "http" {
		return 80
	}
	return 443
}

// DualStackAWS reports whether an egress has to call its stores of credentials by the names
// that have IPv6 addresses too: there is no way out by IPv4.
func (p *Plan) DualStackAWS() bool {
	return p.Egress.Network.Type == spec.NetworkIPv6 && p.ReadsSecrets()
}

// TableByIPv4 reports whether an egress has to call the table of the pool by a name that has
// an IPv4 address, although it calls AWS by others: that is where the endpoint of the table
// leads.
func (p *Plan) TableByIPv4() bool {
	return p.Egress.Network.Type == spec.NetworkIPv6 && p.Coordinates()
}
