package cfn

import (
	"strings"

	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/spec"
)

// The parameters of a network whose subnets are the user's. CloudFormation looks whether
// they exist before it changes anything. The spec's are the defaults, and one list each: a
// tool that sends what was sent before would keep the subnets of an older spec.
const (
	ParameterSubnets        = "EgressSubnets" // that of egress k at k-1
	ParameterSecurityGroups = "EgressSecurityGroups"
)

func networkParameters(p *plan.Plan) document.Map {
	network := p.Egress.Network
	if network.Type != spec.NetworkSubnets {
		return nil
	}
	return document.Map{
		{Name: ParameterSubnets, Value: document.Map{
			{Name: "Type", Value: "List<AWS::EC2::Subnet::Id>"},
			{Name: "Description", Value: "The subnets of the egresses, in their order: the spec's."},
			{Name: "Default", Value: strings.Join(network.Subnets, ",")},
		}},
		{Name: ParameterSecurityGroups, Value: document.Map{
			{Name: "Type", Value: "List<AWS::EC2::SecurityGroup::Id>"},
			{Name: "Description", Value: "The security groups of the egresses: the spec's."},
			{Name: "Default", Value: strings.Join(network.SecurityGroups, ",")},
		}},
	}
}

// The outputs of a network, absent where there is none. Lists are in the pool's order,
// separated by commas.
const (
	OutputNetwork     = "EgressNetwork"     // nat, subnets or ipv6
	OutputAddresses   = "EgressAddresses"   // what the API sees: nat: IPv4 addresses, of Elastic IPs of the stack; ipv6: /64 ranges
	OutputAllocations = "EgressAllocations" // nat: the allocation IDs of the Elastic IPs, whoever made them
	OutputRange       = "EgressRange"       // ipv6: the range that has all of them
	OutputSubnets     = "EgressSubnets"
)

// networkOutputs: CloudFormation can say which address it made, and not which one an
// allocation ID of the user's has.
func networkOutputs(p *plan.Plan) document.Map {
	network := p.Egress.Network
	if !network.InVPC() {
		return nil
	}
	m := document.Map{output(OutputNetwork, "What decides about the addresses that the API sees.", network.Type)}
	switch {
	case network.Type == spec.NetworkIPv6:
		m = append(m,
			output(OutputAddresses, "The IPv6 ranges that the API sees the egresses from, in order, separated by commas.",
				joinedEach(p, func(k int) document.Value { return ipv6Block(numbered(egressSubnetID, k)) })),
			output(OutputRange, "The IPv6 range that has all of them.", ipv6Block(vpcID)))
	case network.Type == spec.NetworkNAT && len(network.Addresses) > 0:
		m = append(m, output(OutputAllocations, allocationsWords, strings.Join(network.Addresses, ",")))
	case network.Type == spec.NetworkNAT:
		m = append(m,
			output(OutputAddresses, "The addresses that the API sees, in the order of the egresses, separated by commas: what a vendor is told.",
				joinedEach(p, func(k int) document.Value { return getAtt(numbered(addressID, k), "PublicIp") })),
			output(OutputAllocations, allocationsWords,
				joinedEach(p, func(k int) document.Value { return getAtt(numbered(addressID, k), "AllocationId") })))
	}
	return append(m, output(OutputSubnets, "The subnets of the egresses, in order, separated by commas.", subnetIDs(p)))
}

const allocationsWords = "The Elastic IPs of the egresses, in order, separated by commas."

func subnetIDs(p *plan.Plan) document.Value {
	if p.Egress.Network.OwnVPC() {
		return joinedEach(p, func(k int) document.Value { return ref(numbered(egressSubnetID, k)) })
	}
	return document.Tagged{Tag: "!Join", Value: list(",", ref(ParameterSubnets))}
}
