package network

import (
	"context"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/aws/cloud"
)

// lambdaENI begins the descriptions of Lambda's interfaces; the name of the function for
// which one was made follows (Lambda Developer Guide, "Giving Lambda functions access to
// resources in an Amazon VPC").
const lambdaENI = "AWS Lambda VPC ENI"

// Attachment is where the functions of a stack have their network interfaces.
type Attachment struct {
	Subnets []string // IDs
	// Functions are the names of the stack's functions, where the subnets are the user's:
	// other functions may have interfaces there. nil: all of Lambda's count.
	Functions []string
}

// Interfaces are those that Lambda has for the functions of a stack, and in a VPC of the
// stack's own those of anything else that keeps its subnets from being deleted.
func (a Attachment) Interfaces(ctx context.Context, c *cloud.Cloud) (own, foreign []Interface, err error) {
	if len(a.Subnets) == 0 {
		return nil, nil, nil
	}
	all, err := describe(ctx, c, "DescribeNetworkInterfaces", filter{"subnet-id", a.Subnets})
	if err != nil {
		return nil, nil, err
	}
	for _, i := range all.Interfaces {
		switch {
		case a.isOurs(i):
			own = append(own, i)
		case len(a.Functions) == 0 && !managed(i):
			foreign = append(foreign, i)
		}
	}
	return own, foreign, nil
}

func (a Attachment) isOurs(i Interface) bool {
	rest, lambda := strings.CutPrefix(i.Description, lambdaENI)
	if len(a.Functions) == 0 {
		return lambda || i.Kind == "lambda"
	}
	return lambda && slices.ContainsFunc(a.Functions, func(name string) bool { return strings.HasPrefix(rest, "-"+name+"-") })
}

// managed reports interfaces that go with a resource of the stack: a NAT gateway, for which
// EC2 has two spellings, and an endpoint.
func managed(i Interface) bool {
	return i.Kind == "nat_gateway" || i.Kind == "natGateway" || i.Kind == "vpc_endpoint"
}
