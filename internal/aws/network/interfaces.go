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

// Place is where interfaces of a stack's functions are.
type Place struct {
	Subnets []string // IDs
	// Functions are the names of the stack's functions, where the subnets are the user's:
	// other functions may have interfaces there. nil: all of Lambda's count.
	Functions []string
}

// Interfaces are those that Lambda has for the functions of a stack, and in a VPC of the
// stack's own those of anything else that keeps its subnets from being deleted.
func (p Place) Interfaces(ctx context.Context, c *cloud.Cloud) (own, foreign []Interface, err error) {
	if len(p.Subnets) == 0 {
		return nil, nil, nil
	}
	all, err := describe(ctx, c, "DescribeNetworkInterfaces", filter{"subnet-id", p.Subnets})
	if err != nil {
		return nil, nil, err
	}
	for _, i := range all.Interfaces {
		switch {
		case p.isOurs(i):
			own = append(own, i)
		case len(p.Functions) == 0 && !managed(i):
			foreign = append(foreign, i)
		}
	}
	return own, foreign, nil
}

func (p Place) isOurs(i Interface) bool {
	rest, lambda := strings.CutPrefix(i.Description, lambdaENI)
	if len(p.Functions) == 0 {
		return lambda || i.Kind == "lambda"
	}
	return lambda && slices.ContainsFunc(p.Functions, func(name string) bool { return strings.HasPrefix(rest, "-"+name+"-") })
}

// managed reports interfaces that go with a resource of the stack: a NAT gateway, for which
// EC2 has two spellings, and an endpoint.
func managed(i Interface) bool {
	return i.Kind == "nat_gateway" || i.Kind == "natGateway" || i.Kind == "vpc_endpoint"
}
