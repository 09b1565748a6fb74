package plan

import (
	"github.com/sfngen/sfngen/spec"
)

// NetworkLines say where the egresses are, what the API sees of it, and what it takes.
func (p *Plan) NetworkLines() []string {
	lines := []string{"network: " + p.Egress.Network.Type + ": " + p.seenFrom()}
	for _, line := range append([]string{p.costOfNetwork(), p.quotaWords()}, p.networkNotes()...) {
		if line != "" {
			lines = append(lines, "  "+line)
		}
	}
	return lines
}

// LocalNetwork says of a stack that runs on this machine what its network will be; "" where
// it has none.
func (p *Plan) LocalNetwork() string {
	if !p.Egress.Network.InVPC() {
		return ""
	}
	return "network: here calls leave from this machine; once deployed, " + p.seenFrom() + " (egress.network)"
}

// seenFrom says from where the API sees the egresses, and what is promised of it.
func (p *Plan) seenFrom() string {
	switch network := p.Egress.Network; network.Type {
	case spec.NetworkNAT:
		if len(network.Addresses) > 0 {
			return "the API sees " + p.eachEgress() + " from an Elastic IP of yours, and from no other address"
		}
		return "the API sees " + p.eachEgress() + " from a new Elastic IP, and from no other address; it stays when the stack goes"
	case spec.NetworkSubnets:
		return "the API sees " + p.eachEgress() + " from the NAT gateway of yours to which the route of its subnet leads"
	case spec.NetworkIPv6:
		return "the API sees " + p.eachEgress() + " by IPv6 from a /64 that stays; the address in it may change"
	}
	if p.Egresses == 1 {
		return "AWS picks the address of the egress, and does not promise that it stays"
	}
	return "AWS picks the address of each egress, and promises neither that they differ nor that they stay"
}

func (p *Plan) eachEgress() string {
	if p.Egresses == 1 {
		return "the egress"
	}
	return "each egress"
}

// networkNotes are what else has to be known of the network; none without a VPC, unless the
// spec hopes for private addresses.
func (p *Plan) networkNotes() []string {
	var notes []string
	network := p.Egress.Network
	if network.Type == spec.NetworkIPv6 {
		if p.Egresses > 1 {
			notes = append(notes, "all are in one /56: to an API that counts a /56 they are one caller")
		}
		notes = append(notes, "a host without an AAAA record cannot be called")
	}
	if network.InVPC() {
		notes = append(notes, "a weekly ping keeps AWS from making an egress inactive, for less than a cent a month",
			"the first deployment takes minutes longer, and leaving the VPC up to 45 minutes")
	}
	if p.spec.Upstream.AllowPrivate && network.Type != spec.NetworkSubnets {
		notes = append(notes, "no private address is reached from there: upstream.allowPrivate helps run and dev alone")
	}
	return notes
}

// distinctWords complete "60 in 1h over 3 egresses" with what makes them count for
// themselves.
func (p *Plan) distinctWords() string {
	switch p.Egress.Network.Type {
	case spec.NetworkNAT:
		return "each with an address of its own"
	case spec.NetworkSubnets:
		return "if no two subnets lead to one NAT gateway"
	case spec.NetworkIPv6:
		return "if the API counts addresses or /64s"
	}
	return "if each has an address of its own"
}
