package addresses

import (
	"context"
	"fmt"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/aws/network"
	"github.com/sfngen/sfngen/internal/probe"
)

// Read is what is known of a deployed stack: by its outputs, and by AWS where these name
// only what the user has, an Elastic IP or a subnet. What a policy forbids to look at stays
// unknown, and is said.
func Read(ctx context.Context, c *cloud.Cloud, s *live.Stack) (Report, error) {
	r := OfOutputs(c, s)
	var err error
	switch {
	case r.Network == probe.NetworkNAT && !r.IsWhole() && r.all(func(e Egress) string { return e.Allocation }) != nil:
		err = r.askElasticIPs(ctx, c)
	case r.Network == probe.NetworkSubnets && r.all(func(e Egress) string { return e.Subnet }) != nil:
		err = r.askWays(ctx, c)
	}
	if cloud.IsDenied(err) {
		r.notes = append(r.notes, fmt.Sprintf("AWS does not say it: %v", cloud.Explain(err)))
		err = nil
	}
	if err != nil {
		return r, fmt.Errorf("asking AWS about the addresses of %s: %w", s.Name, cloud.Explain(err))
	}
	return r, nil
}

// all are the texts of all egresses; nil unless each has one.
func (r Report) all(of func(Egress) string) []string {
	var list []string
	for _, e := range r.Egresses {
		if of(e) == "" {
			return nil
		}
		list = append(list, of(e))
	}
	return list
}

func (r Report) askElasticIPs(ctx context.Context, c *cloud.Cloud) error {
	ips, err := network.IPs(ctx, c, r.all(func(e Egress) string { return e.Allocation }))
	if err != nil {
		return err
	}
	for i := range r.Egresses {
		r.Egresses[i].Address = block(ips[i])
	}
	return nil
}

// askWays takes what it got when a part was forbidden: which gateway, if not its address.
func (r Report) askWays(ctx context.Context, c *cloud.Cloud) error {
	ways, err := network.Ways(ctx, c, r.all(func(e Egress) string { return e.Subnet }))
	for i, w := range ways {
		r.Egresses[i].NATGateway, r.Egresses[i].Address = w.NAT, block(w.IP)
	}
	return err
}
