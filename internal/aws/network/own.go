package network

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/live"
)

// Own is what a deployed stack has.
type Own struct {
	resources []Resource
	subnets   []string // of the user, in which its functions are
}

// In is what a stack has whose functions are in these subnets of the user.
func (o Own) In(t Template) Own {
	if len(t.InVPC()) > 0 {
		o.subnets = t.UserSubnets()
	}
	return o
}

// Resource is one of them. Physical is what Ref gives: the public address of an Elastic
// IP, and else an id such as subnet-….
type Resource struct{ ID, Type, Physical string }

// OwnOf reads what a stack has; nothing of one without an id.
func OwnOf(ctx context.Context, c *cloud.Cloud, stackID *string) (Own, error) {
	var own Own
	if stackID == nil {
		return own, nil
	}
	list, err := live.Resources(ctx, c, stackID)
	for _, r := range list {
		if physical := aws.ToString(r.PhysicalResourceId); physical != "" {
			own.resources = append(own.resources, Resource{aws.ToString(r.LogicalResourceId), aws.ToString(r.ResourceType), physical})
		}
	}
	slices.SortFunc(own.resources, func(a, b Resource) int { return inOrder(a.ID, b.ID) })
	return own, err
}

func (o Own) count(kind string) int { return len(o.of(kind)) }

func (o Own) has(kind, physical string) bool { return slices.Contains(o.of(kind), physical) }

// of are the physical ids of the resources of a type.
func (o Own) of(kind string) []string {
	var ids []string
	for _, r := range o.resources {
		if r.Type == kind {
			ids = append(ids, r.Physical)
		}
	}
	return ids
}

// Subnets are the ids of the subnets that the stack has made.
func (o Own) Subnets() []string { return o.of(typeSubnet) }

// Physical are those of some logical ids.
func (o Own) Physical(ids []string) []string {
	var all []string
	for _, r := range o.resources {
		if slices.Contains(ids, r.ID) {
			all = append(all, r.Physical)
		}
	}
	return all
}
