package cfn

import (
	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/runtime/contract"
)

// interfaceActions are what Lambda needs to put a function into a VPC and to take it out
// (Lambda, "Giving Lambda functions access to resources in an Amazon VPC": required IAM
// permissions).
var interfaceActions = []string{
	"ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:DeleteNetworkInterface",
	"ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses",
}

// networkStatements let Lambda make and delete the interfaces, with the role of the
// function. The function's own code may not: what it asks for has the function's ARN in
// it, what Lambda asks for has not (Lambda, "Using source function ARN to control
// function access behavior").
//
// They stand in the role itself, so that it has them before the function is made and
// until it is gone: interfaces without the role stay for ever.
//
// k is the egress, or 0 for all of them, whose list would not fit into a role.
func (b *builder) networkStatements(k int) []statement {
	functions := arnOf("lambda", "function:"+b.name+"-egress-*")
	if k > 0 {
		functions = arnOf("lambda", "function:"+contract.EgressName(b.name, k))
	}
	return []statement{
		{actions: interfaceActions, resources: anyResource},
		{deny: true, actions: interfaceActions, resources: anyResource, condition: document.Map{
			{Name: "ArnLike", Value: document.Map{{Name: "lambda:SourceFunctionArn", Value: functions}}},
		}},
	}
}
