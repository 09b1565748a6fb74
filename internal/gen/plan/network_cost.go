package plan

import (
	"fmt"
	"time"

	"github.com/sfngen/sfngen/spec"
)

// Prices of networks in US dollars, as those of Cost (aws.amazon.com/vpc/pricing). A public
// IPv4 address costs the same in use and idle; an egress-only Internet gateway and IPv6
// addresses cost nothing.
const (
	natGatewayHour    = 0.045
	publicAddressHour = 0.005
	natGatewayGB      = 0.045 // in both directions
)

// NetworkView is where the egresses are. Money is in US dollars.
type NetworkView struct {
	Type string `json:"type"` // lambda | nat | subnets | ipv6
	// Sees says from where the API sees the egresses, and what is promised of it.
	Sees string `json:"sees"`
	// AddressesCertain: each egress has an address of its own, which stays.
	AddressesCertain bool `json:"addressesCertain"`
	// Addresses and Subnets are what the spec names, that of egress k at k-1.
	Addresses []string `json:"addresses,omitempty"`
	Subnets   []string `json:"subnets,omitempty"`
	CIDR      string   `json:"cidr,omitempty"` // of the stack's own VPC
	// PerMonth is what the stack's own network costs, used or not, and PerGB comes on top for
	// what passes it.
	PerMonth float64 `json:"perMonth"`
	PerGB    float64 `json:"perGB,omitempty"`
	// Quotas are what the network takes of what an account has by default.
	Quotas []Quota  `json:"quotas,omitempty"`
	Notes  []string `json:"notes,omitempty"`
}

// Network says where the egresses are, and what that costs.
func (p *Plan) Network() NetworkView {
	network := p.Egress.Network
	v := NetworkView{
		Type: network.Type, Sees: p.seenFrom(), AddressesCertain: p.HasNATGateways(),
		PerMonth: cents(p.networkMonth()), Quotas: p.networkNeeds(), Notes: p.networkNotes(),
	}
	switch network.Type {
	case spec.NetworkNAT:
		v.Addresses, v.PerGB = network.Addresses, natGatewayGB
	case spec.NetworkSubnets:
		v.Subnets = network.Subnets
	}
	if own := p.VPC(); own != nil {
		v.CIDR = own.CIDR
	}
	return v
}

// networkMonth is what the stack's own network costs a month.
func (p *Plan) networkMonth() float64 {
	if !p.HasNATGateways() {
		return 0
	}
	return float64(p.Egresses) * perEgressMonth
}

const (
	hoursOfMonth = float64(month / time.Hour)
	// perEgressMonth is a NAT gateway and its address.
	perEgressMonth = natGatewayHour*hoursOfMonth + AddressMonth
	// AddressMonth is a public IPv4 address, used or not, in US dollars.
	AddressMonth = publicAddressHour * hoursOfMonth
)

// costOfNetwork says what the network costs.
func (p *Plan) costOfNetwork() string {
	switch p.Egress.Network.Type {
	case spec.NetworkNAT:
		return fmt.Sprintf("costs %s a month, used or not (%s an egress: NAT gateway %s, address %s), and $%.3f for each GB that passes",
			dollars(p.networkMonth()), dollars(perEgressMonth), dollars(natGatewayHour*hoursOfMonth), dollars(AddressMonth),
			natGatewayGB)
	case spec.NetworkSubnets:
		return "costs what your NAT gateways cost; AWS asks nothing for a Lambda in a VPC"
	case spec.NetworkIPv6:
		return "costs nothing by itself: neither the gateway nor IPv6 addresses do"
	}
	return ""
}
