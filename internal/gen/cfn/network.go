package cfn

import (
	"github.com/sfngen/sfngen/internal/gen/document"
)

// network is what the egresses of a VPC of the stack's own share. The VPC has nothing but
// them: the orchestrator stays outside, and nothing comes in.
func (b *builder) network() {
	own := b.plan.VPC()
	if own == nil {
		return
	}
	b.add(vpcID, properties{
		"CidrBlock":          own.CIDR,
		"EnableDnsSupport":   true,
		"EnableDnsHostnames": true,
		"Tags":               b.tagsOf(b.name),
	})
	if b.plan.HasNATGateways() {
		b.publicSubnets(own)
	} else {
		b.ipv6()
	}
	b.securityGroup()
	b.tableEndpoint()
}

// egressNetwork is what egress k has to itself, in a VPC of the stack's own: nothing of it
// depends on how many others there are.
func (b *builder) egressNetwork(k int) {
	own := b.plan.VPC()
	switch {
	case own == nil:
	case b.plan.HasNATGateways():
		b.natNetwork(own, k)
	default:
		b.ipv6Network(own, k)
	}
}

// putInSubnet binds the function of egress k to one subnet. A second one, in another zone,
// would give it a second address: the other egresses are what is left when a zone fails.
func (b *builder) putInSubnet(function properties, k int) {
	network := b.plan.Egress.Network
	switch {
	case network.OwnVPC():
		config := document.Map{
			{Name: "SubnetIds", Value: list(ref(numbered(egressSubnetID, k)))},
			{Name: "SecurityGroupIds", Value: list(ref(securityGroupID))},
		}
		if !b.plan.HasNATGateways() {
			config = append(config, document.Field{Name: "Ipv6AllowedForDualStack", Value: true})
		}
		function["VpcConfig"] = config
	case network.InVPC():
		function["VpcConfig"] = document.Map{
			{Name: "SubnetIds", Value: list(selected(k-1, ref(ParameterSubnets)))},
			{Name: "SecurityGroupIds", Value: ref(ParameterSecurityGroups)},
		}
	}
}

// wayOut is what has to be there before egress k makes its first call, and goes only when
// its function has gone.
func (b *builder) wayOut(k int) []string {
	if !b.plan.Egress.Network.OwnVPC() {
		return nil
	}
	way := []string{numbered(egressRouteID, k), numbered(egressAssociationID, k)}
	if !b.plan.HasNATGateways() {
		way[0] = ipv6RouteID
	}
	if b.plan.Coordinates() {
		way = append(way, tableEndpointID)
	}
	return way
}

func (b *builder) subnet(id, name, cidr string, zone int, more properties, dependsOn ...string) {
	p := properties{
		"VpcId":            ref(vpcID),
		"AvailabilityZone": selected(zone, document.Tagged{Tag: "!GetAZs", Value: ""}),
		"CidrBlock":        cidr,
		"Tags":             b.tagsOf(name),
	}
	for property, value := range more {
		p[property] = value
	}
	b.add(id, p, dependsOn...)
}

func (b *builder) routeTable(id, name string) {
	b.add(id, properties{"VpcId": ref(vpcID), "Tags": b.tagsOf(name)})
}

func (b *builder) associate(id, subnet, table string) {
	b.add(id, properties{"SubnetId": ref(subnet), "RouteTableId": ref(table)})
}

// securityGroup lets out what an egress calls, and nothing in. Names are resolved by the
// VPC's own resolver, which no security group filters (VPC, "Control traffic to your AWS
// resources using security groups"). The description says nothing that may change: AWS
// cannot change it.
func (b *builder) securityGroup() {
	any4, any6 := document.Field{Name: "CidrIp", Value: "0.0.0.0/0"}, document.Field{Name: "CidrIpv6", Value: "::/0"}
	to := any4
	if !b.plan.HasNATGateways() {
		to = any6
	}
	var out document.List
	for _, port := range b.plan.PortsOut() {
		out = append(out, outward(port, to, "what an egress calls"))
	}
	if b.plan.Coordinates() && !b.plan.HasNATGateways() {
		out = append(out, outward(443, any4, "the table of the pool, by its endpoint: there is no other way by IPv4"))
	}
	b.add(securityGroupID, properties{
		"GroupDescription":    "Egresses of " + b.name + ": out to what they call, nothing in",
		"VpcId":               ref(vpcID),
		"SecurityGroupEgress": out,
		"Tags":                b.tagsOf(b.name + "-egress"),
	})
}

func outward(port int, to document.Field, what string) document.Map {
	return document.Map{
		{Name: "IpProtocol", Value: "tcp"}, {Name: "FromPort", Value: int64(port)}, {Name: "ToPort", Value: int64(port)}, to,
		{Name: "Description", Value: what},
	}
}

// tableEndpoint leads to DynamoDB without a gateway, and costs nothing (VPC, "Gateway
// endpoints for Amazon DynamoDB"). It lets through what is for the table alone.
func (b *builder) tableEndpoint() {
	if !b.plan.Coordinates() {
		return
	}
	tables := list(ref(ipv6RouteTableID))
	if b.plan.HasNATGateways() {
		tables = nil
		for k := 1; k <= b.plan.Egresses; k++ {
			tables = append(tables, ref(numbered(egressRouteTableID, k)))
		}
	}
	b.add(tableEndpointID, properties{
		"VpcId":           ref(vpcID),
		"ServiceName":     sub("com.amazonaws.${AWS::Region}.dynamodb"),
		"VpcEndpointType": "Gateway",
		"RouteTableIds":   tables,
		"PolicyDocument":  policyDocument(throughEndpoint(egressTable())),
		"Tags":            b.tagsOf(b.name),
	})
}

// throughEndpoint says what may pass. It allows nothing by itself, and has to name
// everybody: an account would be its root user alone (VPC, "Endpoint policies for gateway
// endpoints").
func throughEndpoint(s statement) statement {
	s.principal = "*"
	s.condition = document.Map{{Name: "StringEquals", Value: document.Map{{Name: "aws:PrincipalAccount", Value: ref("AWS::AccountId")}}}}
	return s
}

// maxTags is how many tags AWS lets a resource have.
const maxTags = 50

// tagsOf are the stack's tags, and the name that the console shows where a resource has no
// name of its own.
func (b *builder) tagsOf(name string) document.List {
	for _, tag := range b.tags {
		if key, _ := tag.(document.Map).Get("Key"); key == "Name" {
			return b.tags
		}
	}
	if len(b.tags) >= maxTags {
		return b.tags
	}
	return append(list(document.Map{{Name: "Key", Value: "Name"}, {Name: "Value", Value: name}}), b.tags...)
}

func selected(i int, from document.Value) document.Tagged {
	return document.Tagged{Tag: "!Select", Value: list(int64(i), from)}
}
