package cfn

// The kinds of a network (egress.network).
var (
	vpc = &kind{
		typeName: "AWS::EC2::VPC", words: "VPC",
		replaced:   "all that is in it is made anew",
		replaces:   []string{"CidrBlock"},
		properties: []string{"CidrBlock", "EnableDnsSupport", "EnableDnsHostnames", "Tags"},
	}
	internetGateway = &kind{
		typeName: "AWS::EC2::InternetGateway", words: "Internet gateway",
		properties: []string{"Tags"},
	}
	gatewayAttachment = &kind{
		typeName: "AWS::EC2::VPCGatewayAttachment", words: "attachment of the Internet gateway",
		replaces:   []string{"VpcId"},
		properties: []string{"VpcId", "InternetGatewayId"},
	}
	ipv6Range = &kind{
		typeName: "AWS::EC2::VPCCidrBlock", words: "IPv6 range",
		deleted:    "the API sees the egresses from there no more: where it allow-lists the range, tell it",
		replaced:   "AWS gives another range: where the API allow-lists it, tell it",
		replaces:   []string{"VpcId", "AmazonProvidedIpv6CidrBlock"},
		properties: []string{"VpcId", "AmazonProvidedIpv6CidrBlock"},
	}
	egressOnlyGateway = &kind{
		typeName: "AWS::EC2::EgressOnlyInternetGateway", words: "egress-only Internet gateway",
		replaces:   []string{"VpcId"},
		properties: []string{"VpcId", "Tags"},
	}
	subnet = &kind{
		typeName: "AWS::EC2::Subnet", words: "subnet",
		replaces:   []string{"VpcId", "CidrBlock", "AvailabilityZone"},
		properties: []string{"VpcId", "AvailabilityZone", "CidrBlock", "Ipv6CidrBlock", "AssignIpv6AddressOnCreation", "Tags"},
	}
	routeTable = &kind{
		typeName: "AWS::EC2::RouteTable", words: "route table",
		replaces:   []string{"VpcId"},
		properties: []string{"VpcId", "Tags"},
	}
	route = &kind{
		typeName: "AWS::EC2::Route", words: "route",
		replaces: []string{"RouteTableId", "DestinationCidrBlock", "DestinationIpv6CidrBlock"},
		properties: []string{"RouteTableId", "DestinationCidrBlock", "DestinationIpv6CidrBlock", "GatewayId", "NatGatewayId",
			"EgressOnlyInternetGatewayId"},
	}
	routeTableAssociation = &kind{
		typeName: "AWS::EC2::SubnetRouteTableAssociation", words: "route table of a subnet",
		replaces:   []string{"SubnetId", "RouteTableId"},
		properties: []string{"SubnetId", "RouteTableId"},
	}
	elasticIP = &kind{
		typeName: "AWS::EC2::EIP", words: "Elastic IP",
		deleted:    "the address stays yours and goes on costing, until you release it",
		properties: []string{"Domain", "Tags"},
	}
	natGateway = &kind{
		typeName: "AWS::EC2::NatGateway", words: "NAT gateway",
		replaced: "its egress has another way out; where its Elastic IP is the same, AWS refuses that: " +
			"the old one still has it",
		replaces:   []string{"SubnetId", "AllocationId"},
		properties: []string{"SubnetId", "AllocationId", "Tags"},
	}
	securityGroup = &kind{
		typeName: "AWS::EC2::SecurityGroup", words: "security group",
		replaces:   []string{"GroupDescription", "VpcId"},
		properties: []string{"GroupDescription", "VpcId", "SecurityGroupEgress", "Tags"},
	}
	tableEndpoint = &kind{
		typeName: "AWS::EC2::VPCEndpoint", words: "endpoint of DynamoDB in the VPC",
		replaces:   []string{"VpcId", "ServiceName", "VpcEndpointType"},
		properties: []string{"VpcId", "ServiceName", "VpcEndpointType", "RouteTableIds", "PolicyDocument", "Tags"},
	}
	pingMachine = &kind{
		typeName: "AWS::StepFunctions::StateMachine", words: "workflow of the weekly ping", name: "StateMachineName",
		replaces:   []string{"StateMachineName", "StateMachineType"},
		properties: []string{"StateMachineName", "StateMachineType", "RoleArn", "Definition", "DefinitionSubstitutions", "Tags"},
	}
	pingSchedule = &kind{
		typeName: "AWS::Scheduler::Schedule", words: "schedule of the weekly ping", name: "Name",
		replaces:   []string{"Name"},
		properties: []string{"Name", "GroupName", "ScheduleExpression", "FlexibleTimeWindow", "Target"},
	}
)
