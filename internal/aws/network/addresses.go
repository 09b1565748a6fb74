package network

import (
	"context"

	"github.com/sfngen/sfngen/internal/aws/cloud"
)

// Kept are Elastic IPs that stay when the stack goes, or no longer has them.
type Kept struct {
	IP, Allocation string // Allocation is "" where AWS does not tell it
}

// Kept finds the addresses of these resources of a stack, as they are in AWS. Those that
// are gone are left out.
func (o Own) Kept(ctx context.Context, c *cloud.Cloud, ids []string) ([]Kept, error) {
	ips := o.Physical(ids)
	if len(ips) == 0 {
		return nil, nil
	}
	all, err := describe(ctx, c, "DescribeAddresses", filter{"public-ip", ips})
	var kept []Kept
	if err != nil {
		for _, ip := range ips {
			kept = append(kept, Kept{IP: ip})
		}
		return kept, err
	}
	for _, a := range all.Addresses {
		kept = append(kept, Kept{a.IP, a.Allocation})
	}
	return kept, nil
}

// Release is the command that gives an address back to AWS.
func (k Kept) Release(place string) string {
	allocation := k.Allocation
	if allocation == "" {
		allocation = "ALLOCATION"
	}
	return "aws ec2 release-address --allocation-id " + allocation + place
}
