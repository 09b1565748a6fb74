package plan

import (
	"fmt"
	"strings"
	"time"

	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/spec"
)

// Prices of networks in US dollars, as those of Cost (aws.amazon.com/vpc/pricing). A public
// IPv4 address costs the same in use and idle; an egress-only internet gateway and IPv6
// addresses cost nothing.
const (
	natGatewayHour    = 0.045
	publicAddressHour = 0.005
	natGatewayGB      = 0.045 // in both directions
)

// What else an account has of each region by default (VPC quotas).
const (
	usualVPCs     = 5 // vpc L-F678F1CE
	usualIPv6Ways = 5 // egress-only internet gateways, vpc L-45FE3B85; follows the quota of VPCs
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
		PerMonth: cents(p.networkMonth()), Quotas: p.networkQuotas(), Notes: p.networkNotes(),
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
	perEgressMonth = natGatewayHour*hoursOfMonth + addressMonth
	addressMonth   = publicAddressHour * hoursOfMonth
)

// networkQuotas are in the order in which they are used up.
func (p *Plan) networkQuotas() quotas {
	var all quotas
	if p.HasNATGateways() {
		if len(p.Egress.Network.Addresses) == 0 {
			all = append(all, Quota{"ec2", "L-0263D0A3", "EC2-VPC Elastic IPs", usualAddresses, p.Egresses})
		}
		all = append(all, Quota{"vpc", "L-FE5A380F", "NAT gateways per Availability Zone", usualNATGateways, (p.Egresses + Zones - 1) / Zones})
	}
	if p.Egress.Network.OwnVPC() {
		all = append(all, Quota{"vpc", "L-F678F1CE", "VPCs per Region", usualVPCs, 1})
	}
	if p.Egress.Network.Type == spec.NetworkIPv6 {
		all = append(all, Quota{"vpc", "L-45FE3B85", "Egress-only internet gateways per Region", usualIPv6Ways, 1})
	}
	return all
}

// costOfNetwork says what the network costs.
func (p *Plan) costOfNetwork() string {
	switch p.Egress.Network.Type {
	case spec.NetworkNAT:
		return fmt.Sprintf("costs %s a month, used or not (%s an egress: NAT gateway %s, address %s), and $%.3f for each GB that passes",
			dollars(p.networkMonth()), dollars(perEgressMonth), dollars(natGatewayHour*hoursOfMonth), dollars(addressMonth),
			natGatewayGB)
	case spec.NetworkSubnets:
		return "costs what your NAT gateways cost; AWS asks nothing for a Lambda in a VPC"
	case spec.NetworkIPv6:
		return "costs nothing by itself: neither the gateway nor IPv6 addresses do"
	}
	return ""
}

// quotaWords say what the network takes of an account; "" for nothing.
func (p *Plan) quotaWords() string {
	var parts []string
	for _, q := range p.networkQuotas() {
		noun, of := q.unit()
		parts = append(parts, count.Of(q.Needed, noun)+of+fmt.Sprintf(" (an account has %d by default)", q.Default))
	}
	if len(parts) == 0 {
		return ""
	}
	for i := range parts[1:] { // said once
		parts[i+1] = strings.NewReplacer("an account has ", "", " by default", "").Replace(parts[i+1])
	}
	return "takes " + count.And(parts...)
}

// unit is what a quota counts, and of what it has so many.
func (q Quota) unit() (noun, of string) {
	switch q.Code {
	case "L-0263D0A3":
		return "Elastic IP", ""
	case "L-FE5A380F":
		return "NAT gateway", " per availability zone"
	case "L-45FE3B85":
		return "egress-only internet gateway", ""
	}
	return "VPC", ""
}
