package cfn

import (
	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/runtime/contract"
)

// ipv6 is the way out by IPv6. Amazon gives the VPC a /56; there is no way out by IPv4.
func (b *builder) ipv6() {
	b.add(ipv6RangeID, properties{"VpcId": ref(vpcID), "AmazonProvidedIpv6CidrBlock": true})
	b.add(egressOnlyGatewayID, properties{"VpcId": ref(vpcID), "Tags": b.tagsOf(b.name)})
	b.routeTable(ipv6RouteTableID, b.name)
	b.add(ipv6RouteID, properties{
		"RouteTableId": ref(ipv6RouteTableID), "DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": ref(egressOnlyGatewayID),
	}, ipv6RangeID)
}

// ipv6Network gives egress k a /64. Lambda has no subnets of IPv6 alone (Lambda, "IPv6
// support").
func (b *builder) ipv6Network(own *plan.VPC, k int) {
	subnet := numbered(egressSubnetID, k)
	blocks := document.Tagged{Tag: "!Cidr", Value: list(ipv6Block(vpcID), int64(contract.MaxEgresses), int64(64))}
	b.subnet(subnet, contract.EgressName(b.name, k), own.Egress[k-1], b.plan.ZoneOf(k), properties{
		"Ipv6CidrBlock":               selected(k-1, blocks),
		"AssignIpv6AddressOnCreation": true,
	}, ipv6RangeID)
	b.associate(numbered(egressAssociationID, k), subnet, ipv6RouteTableID)
}

// ipv6Block is the one IPv6 range of a VPC or subnet.
func ipv6Block(id string) document.Tagged { return selected(0, getAtt(id, "Ipv6CidrBlocks")) }

// withNames tells an egress without a way out by IPv4 by which names it calls AWS. Those of
// its credentials have IPv6 addresses (AWS SDKs and Tools Reference Guide, "Dual-stack and
// FIPS endpoints"). That of the table is the ordinary one: by IPv4 its endpoint leads to it,
// in every region and partition.
func (b *builder) withNames(variables document.Map) document.Map {
	if b.plan.DualStackAWS() {
		variables = append(variables, document.Field{Name: "AWS_USE_DUALSTACK_ENDPOINT", Value: "true"})
	}
	if b.plan.TableByIPv4() {
		variables = append(variables, document.Field{Name: "AWS_ENDPOINT_URL_DYNAMODB",
			Value: sub("https://dynamodb.${AWS::Region}.${AWS::URLSuffix}")})
	}
	return variables
}
