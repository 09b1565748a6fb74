package stack

import (
	"fmt"
	"strings"

	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/spec"
)

// readmeNetwork is what the page says of egress.network.
type readmeNetwork struct {
	Where     string // what the API sees, and why
	Addresses string // the output that lists it; "" where the stack does not know
	Looked    bool   // sfngen addresses knows more than the output
	Leaving   string // what is left when the stack goes
	Overrides string // of the command that deploys by hand
}

const slowly = "Leaving the VPC takes AWS up to 45 minutes, in which it looks as if nothing happened: " +
	"`sfngen destroy` takes the\negresses out of it first, and says what it waits for."

// networkOf is nil for a pool outside of a VPC.
func networkOf(p *plan.Plan) *readmeNetwork {
	switch p.Egress.Network.Type {
	case spec.NetworkNAT:
		return natOf(p)
	case spec.NetworkIPv6:
		return &readmeNetwork{
			Where: "The egresses call by IPv6 alone, each from a /64 of its own, in a VPC of the stack's own. The /64 stays; which\n" +
				"address in it the API sees, AWS does not promise. All of them are in one /56: an API that counts a /56 sees one\n" +
				"caller. An upstream without an IPv6 address cannot be called. This lists the ranges, in the order of the egresses:",
			Addresses: cfn.OutputAddresses,
			Leaving: "The ranges are AWS's, and go with the stack: another stack gets another /56.\n" +
				slowly,
		}
	case spec.NetworkSubnets:
		return subnetsOf(p)
	}
	return nil
}

func natOf(p *plan.Plan) *readmeNetwork {
	n := &readmeNetwork{
		Where: fmt.Sprintf("The egresses are in a VPC of the stack's own, in %s. Each has a NAT gateway and an Elastic IP of its\n"+
			"own: the API sees egress *k* from the *k*-th of these addresses, and from no other. A vendor that allow-lists addresses\n"+
			"is told all of them.", count.Of(min(p.Egresses, plan.Zones), "availability zone")),
		Addresses: cfn.OutputAddresses,
		Leaving: "The addresses stay yours when the stack goes, or when an egress does, and go on costing: a vendor has them on its\n" +
			"list. To use them again, name their allocation IDs in `egress.network.addresses`; to give one up for good,\n" +
			"`aws ec2 release-address --allocation-id ID`.\n" +
			slowly,
	}
	if len(p.Egress.Network.Addresses) > 0 {
		n.Addresses, n.Looked = cfn.OutputAllocations, true
		n.Where += "\nThe Elastic IPs are your own, by their allocation IDs:"
		n.Leaving = "The Elastic IPs are yours before and after: the stack neither makes nor releases one.\n" + slowly
	}
	return n
}

func subnetsOf(p *plan.Plan) *readmeNetwork {
	network := p.Egress.Network
	return &readmeNetwork{
		Where: "The egresses are in subnets of yours, each in its own: `" + strings.Join(network.Subnets, "`, `") + "`.\n" +
			"The API sees them from the addresses of the NAT gateways that the routes of these subnets lead to: two subnets that\n" +
			"lead to the same one are one caller. The security groups have to let out what an egress calls: TCP, " + ports(p) + ".",
		Leaving: "The subnets and security groups are yours before and after. AWS uses them until the interfaces of the egresses have\n" +
			"gone.\n" + slowly,
		Overrides: fmt.Sprintf(" \\\n  %s=%s %s=%s", cfn.ParameterSubnets, strings.Join(network.Subnets, ","),
			cfn.ParameterSecurityGroups, strings.Join(network.SecurityGroups, ",")),
	}
}

func ports(p *plan.Plan) string {
	var all []string
	for _, port := range p.PortsOut() {
		all = append(all, fmt.Sprint(port))
	}
	if len(all) == 1 {
		return "port " + all[0]
	}
	return "ports " + count.And(all...)
}
