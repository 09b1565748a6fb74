package cfn

import (
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/runtime/contract"
)

// publicSubnets hold the NAT gateways: one in each zone that has egresses.
func (b *builder) publicSubnets(own *plan.VPC) {
	b.add(internetGatewayID, properties{"Tags": b.tagsOf(b.name)})
	b.add(attachmentID, properties{"VpcId": ref(vpcID), "InternetGatewayId": ref(internetGatewayID)})
	b.routeTable(publicRouteTableID, b.name+"-public")
	b.add(publicRouteID, properties{
		"RouteTableId": ref(publicRouteTableID), "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": ref(internetGatewayID),
	}, attachmentID)
	for zone := range min(b.plan.Egresses, plan.Zones) {
		id := numbered(publicSubnetID, zone+1)
		b.subnet(id, b.name+"-public", own.Public[zone], zone, nil)
		b.associate(numbered(publicAssociationID, zone+1), id, publicRouteTableID)
	}
}

// natNetwork gives egress k its address: all that it calls goes by a NAT gateway of its
// own, in its own zone, so that no other zone's failure is its failure too. The gateway
// has to have a way out before it works (VPC, "NAT gateway basics").
func (b *builder) natNetwork(own *plan.VPC, k int) {
	name, zone := contract.EgressName(b.name, k), b.plan.ZoneOf(k)
	subnet, table := numbered(egressSubnetID, k), numbered(egressRouteTableID, k)
	b.subnet(subnet, name, own.Egress[k-1], zone, nil)
	nat := properties{"SubnetId": ref(numbered(publicSubnetID, zone+1)), "Tags": b.tagsOf(name)}
	if addresses := b.plan.Egress.Network.Addresses; len(addresses) > 0 {
		nat["AllocationId"] = addresses[k-1]
	} else {
		// An address that the API has on its list must not go by accident. One whose first
		// deployment fails is on no list.
		b.addRetained(numbered(addressID, k), properties{"Domain": "vpc", "Tags": b.tagsOf(name)}, attachmentID)
		nat["AllocationId"] = getAtt(numbered(addressID, k), "AllocationId")
	}
	b.add(numbered(natGatewayID, k), nat, publicRouteID, numbered(publicAssociationID, zone+1))
	b.routeTable(table, name)
	b.add(numbered(egressRouteID, k), properties{
		"RouteTableId": ref(table), "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": ref(numbered(natGatewayID, k)),
	})
	b.associate(numbered(egressAssociationID, k), subnet, table)
}
