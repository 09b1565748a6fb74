package network

import (
	"context"
	"slices"

	"github.com/sfngen/sfngen/internal/aws/cloud"
)

// Way is by which NAT gateway a subnet leads to the Internet, and its address there. Both
// are "" where it leads by something else, which may have any address.
type Way struct{ NAT, IP string }

// Ways are those of subnets, in their order.
func Ways(ctx context.Context, c *cloud.Cloud, subnets []string) ([]Way, error) {
	ways := make([]Way, len(subnets))
	found, err := describe(ctx, c, "DescribeSubnets", filter{"subnet-id", subnets})
	if err != nil || len(found.Subnets) == 0 {
		return ways, err
	}
	tables, err := describe(ctx, c, "DescribeRouteTables", filter{"vpc-id", []string{found.Subnets[0].VPC}})
	if err != nil {
		return ways, err
	}
	var nats []string
	for i, id := range subnets {
		isThere := slices.ContainsFunc(found.Subnets, func(s Subnet) bool { return s.ID == id })
		if r, leads := tableOf(id, tables.Tables).toInternet(); isThere && leads && r.NAT != "" && !r.leadsNowhere() {
			ways[i].NAT, nats = r.NAT, append(nats, r.NAT)
		}
	}
	if len(nats) == 0 {
		return ways, nil
	}
	gateways, err := describe(ctx, c, "DescribeNatGateways", filter{"nat-gateway-id", nats})
	if err != nil {
		return ways, err
	}
	for _, n := range gateways.NATs {
		for i := range ways {
			if ways[i].NAT == n.ID {
				ways[i].IP = n.onlyIP()
			}
		}
	}
	return ways, nil
}

// toInternet is the route of a table for what no other one is for.
func (t Routes) toInternet() (Route, bool) {
	i := slices.IndexFunc(t.Routes, func(r Route) bool { return r.To == "0.0.0.0/0" })
	if i < 0 {
		return Route{}, false
	}
	return t.Routes[i], true
}

// leadsNowhere reports whether what it leads to is gone.
func (r Route) leadsNowhere() bool { return r.State == "blackhole" }

// onlyIP is the one address of a public NAT gateway. Of several, nobody knows which one a
// connection gets (VPC, "NAT gateway basics").
func (n NAT) onlyIP() string {
	if n.Access == "private" || len(n.Addresses) != 1 {
		return ""
	}
	return n.Addresses[0].IP
}

// IPs are the addresses of Elastic IPs, in the order of their allocation IDs; "" for one
// that is not there.
func IPs(ctx context.Context, c *cloud.Cloud, allocations []string) ([]string, error) {
	ips := make([]string, len(allocations))
	found, err := describe(ctx, c, "DescribeAddresses", filter{"allocation-id", allocations})
	if err != nil {
		return ips, err
	}
	for _, a := range found.Addresses {
		for i, id := range allocations {
			if id == a.Allocation {
				ips[i] = a.IP
			}
		}
	}
	return ips, nil
}
