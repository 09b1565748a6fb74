package network_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/network"
	"github.com/sfngen/sfngen/internal/fakeaws"
	"github.com/sfngen/sfngen/internal/fakeaws/ec2"
	"github.com/sfngen/sfngen/spec"
)

// The answers of one region.
func serve(t *testing.T, region *ec2.Fake, quotas ec2.Quotas) *cloud.Cloud {
	t.Helper()
	fakeaws.Serve(t, map[string]http.Handler{"ec2": region, "servicequotas": quotas})
	c, err := cloud.Open(t.Context(), cloud.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// lines are the problems and notes as text: errors first in a line's mark.
func lines(r network.Report) []string {
	all := []string{}
	for _, p := range r.Problems {
		mark := "? "
		if p.Fatal {
			mark = "! "
		}
		all = append(all, mark+p.String())
	}
	for _, n := range r.Notes {
		all = append(all, "note: "+n)
	}
	return all
}

func ids(pattern string, n int) []string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf(pattern, i+1))
	}
	return all
}

func addresses(n int) []ec2.Address {
	var all []ec2.Address
	for i := range n {
		all = append(all, ec2.Address{Allocation: fmt.Sprintf("eipalloc-%d", i+1), IP: fmt.Sprintf("203.0.113.%d", i+1), Domain: "vpc",
			Association: fmt.Sprintf("eipassoc-%d", i+1)})
	}
	return all
}

func vpcs(cidrs ...string) []ec2.VPC {
	var all []ec2.VPC
	for i, cidr := range cidrs {
		all = append(all, ec2.VPC{ID: fmt.Sprintf("vpc-%d", i+1), CIDR: cidr})
	}
	return all
}

var five = vpcs("10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16", "10.4.0.0/16", "10.5.0.0/16")

const more = "aws service-quotas request-service-quota-increase --service-code "

// Fifty addresses that are in use need the same NAT gateways, and two checks the same VPCs.
func TestNothingIsAskedTwice(t *testing.T) {
	region := &ec2.Fake{Addresses: addresses(3), VPCs: five}
	shape := network.Shape{Type: spec.NetworkNAT, Egresses: 3, Addresses: ids("eipalloc-%d", 3), CIDR: "10.42.0.0/16", Zones: []int{0, 1, 2}}
	if _, err := (network.Question{Cloud: serve(t, region, ec2.Quotas{}), Shape: shape}).Ask(t.Context()); err != nil {
		t.Fatal(err)
	}
	calls := region.Calls()
	slices.Sort(calls)
	if diff := cmp.Diff(slices.Compact(slices.Clone(calls)), calls); diff != "" {
		t.Errorf("calls (-once +got):\n%s", diff)
	}
}

func TestNAT(t *testing.T) {
	free := addresses(3)
	for i := range free {
		free[i].Association = ""
	}
	gateway := ec2.NAT{ID: "nat-9", Subnet: "subnet-9", State: "available", Addresses: []ec2.Address{{Allocation: "eipalloc-2"}}}
	three := network.Shape{Type: spec.NetworkNAT, Egresses: 3, CIDR: "10.42.0.0/16", Zones: []int{0, 1, 2}}
	own := network.Shape{Type: spec.NetworkNAT, Egresses: 3, Addresses: ids("eipalloc-%d", 3)}
	cases := map[string]struct {
		shape  network.Shape
		region *ec2.Fake
		quotas ec2.Quotas
		want   []string
	}{
		"an empty account": {shape: three, want: []string{}},
		"no Elastic IP left": {shape: three, region: &ec2.Fake{Addresses: addresses(4)}, want: []string{
			"! egress.count: the stack needs 3 more Elastic IPs, and the account has 4 of the 5 that it may have in eu-central-1; request 7: '" +
				more + "ec2 --quota-code L-0263D0A3 --desired-value 7 --region eu-central-1'"}},
		"a raised quota": {shape: three, region: &ec2.Fake{Addresses: addresses(4)},
			quotas: ec2.Quotas{Values: map[string]float64{"L-0263D0A3": 7}}, want: []string{}},
		"what an earlier stack has left": {shape: three, region: &ec2.Fake{Addresses: free}, want: []string{
			"! egress.count: the stack needs 3 more Elastic IPs, and the account has 3 of the 5 that it may have in eu-central-1; request 6: '" +
				more + "ec2 --quota-code L-0263D0A3 --desired-value 6 --region eu-central-1'; nothing uses eipalloc-1 (203.0.113.1), eipalloc-2 " +
				"(203.0.113.2) and eipalloc-3 (203.0.113.3): name them in egress.network.addresses, or release them"}},
		"VPCs and gateways": {shape: three, region: &ec2.Fake{VPCs: five,
			Gateways: ids("igw-%d", 5)}, want: []string{
			"! egress.network.type: the stack needs 1 more VPC, and the account has 5 of the 5 that it may have in eu-central-1; request 6: '" +
				more + "vpc --quota-code L-F678F1CE --desired-value 6 --region eu-central-1'",
			"! egress.network.type: the stack needs 1 more Internet gateway, and the account has 5 of the 5 that it may have in eu-central-1; " +
				"request 6: '" + more + "vpc --quota-code L-A4707A72 --desired-value 6 --region eu-central-1'"}},
		"gateways of one zone": {shape: network.Shape{Type: spec.NetworkNAT, Egresses: 2, Zones: []int{0, 1}}, region: &ec2.Fake{
			Zones: []string{"eu-central-1b", "eu-central-1a"}, Subnets: []ec2.Subnet{{ID: "subnet-a", Zone: "eu-central-1a"}},
			NATs: []ec2.NAT{{ID: "1", Subnet: "subnet-a", State: "available"}, {ID: "2", Subnet: "subnet-a", State: "deleting"},
				{ID: "3", Subnet: "subnet-a", State: "deleted"}}}, quotas: ec2.Quotas{Values: map[string]float64{"L-FE5A380F": 2}}, want: []string{
			"! egress.count: the stack needs 1 more NAT gateway in eu-central-1a, and the account has 2 of the 2 that it may have there; " +
				"request 3: '" + more + "vpc --quota-code L-FE5A380F --desired-value 3 --region eu-central-1'"}},
		"fewer zones than the template has": {shape: network.Shape{Type: spec.NetworkNAT, Egresses: 3, Zones: []int{0, 1, 2}},
			region: &ec2.Fake{Zones: []string{"eu-central-1a", "eu-central-1b"}}, want: []string{
				"! egress.network.type: the template wants 3 availability zones, and eu-central-1 has 2; choose another region, or subnets of your " +
					"own"}},
		"an overlap": {shape: three, region: &ec2.Fake{VPCs: vpcs("10.1.0.0/16", "10.42.7.0/24")}, want: []string{
			"? egress.network.cidr: the range 10.42.0.0/16 overlaps with that of vpc-2 (10.42.7.0/24): both work, but can never be peered, nor " +
				"meet at a transit gateway; choose another range if they are to be connected"}},
		"nothing may be asked": {shape: three, region: &ec2.Fake{Denied: []string{"DescribeVpcs", "DescribeAddresses", "DescribeInternetGateways",
			"DescribeAvailabilityZones"}}, want: []string{
			"note: it is not known how many VPCs there are: " + denied("DescribeVpcs"),
			"note: it is not known how many gateways there are: " + denied("DescribeInternetGateways"),
			"note: it is not known how many Elastic IPs there are: " + denied("DescribeAddresses"),
			"note: it is not known in which zones the NAT gateways would be: " + denied("DescribeAvailabilityZones"),
			"note: it is not known whether the range overlaps with that of another VPC: " + denied("DescribeVpcs")}},
		"quotas may not be asked": {shape: three, region: &ec2.Fake{Addresses: addresses(3)}, quotas: ec2.Quotas{Denied: true}, want: []string{
			"! egress.count: the stack needs 3 more Elastic IPs, and the account has 3 of the 5 that it may have in eu-central-1; request 6: '" +
				more + "ec2 --quota-code L-0263D0A3 --desired-value 6 --region eu-central-1'",
			quotasUnknown}},
		"addresses of one's own": {shape: own, region: &ec2.Fake{Addresses: free}, want: []string{}},
		"addresses that cannot be had": {shape: own, region: &ec2.Fake{NATs: []ec2.NAT{gateway}, Addresses: []ec2.Address{
			{Allocation: "eipalloc-2", IP: "203.0.113.2", Domain: "vpc", Association: "eipassoc-2", Interface: "eni-2"},
			{Allocation: "eipalloc-3", IP: "203.0.113.3", Domain: "vpc", Association: "eipassoc-3", Instance: "i-3", Interface: "eni-3"},
		}}, want: []string{
			"! egress.network.addresses[0]: there is no Elastic IP eipalloc-1 in eu-central-1 of account 123456789012; 'aws ec2 " +
				"describe-addresses --region eu-central-1' shows which there are",
			"! egress.network.addresses[1]: eipalloc-2 (203.0.113.2) is the address of the NAT gateway nat-9 already, which is not of this " +
				"stack; name another one, or delete that gateway first",
			"! egress.network.addresses[2]: eipalloc-3 (203.0.113.3) is the address of the instance i-3 already; name another one, or free it: " +
				"'aws ec2 disassociate-address --association-id eipassoc-3 --region eu-central-1'"}},
		"an old address, and one of an interface": {shape: network.Shape{Type: spec.NetworkNAT, Egresses: 2, Addresses: ids("eipalloc-%d", 2)},
			region: &ec2.Fake{Addresses: []ec2.Address{
				{Allocation: "eipalloc-1", IP: "203.0.113.1", Domain: "standard"},
				{Allocation: "eipalloc-2", IP: "203.0.113.2", Domain: "vpc", Association: "eipassoc-2", Interface: "eni-2"},
			}}, want: []string{
				"! egress.network.addresses[0]: eipalloc-1 is an address of EC2-Classic, which no NAT gateway can have; name one of the domain vpc",
				"! egress.network.addresses[1]: eipalloc-2 (203.0.113.2) is the address of the interface eni-2 already; name another one, or free " +
					"it: 'aws ec2 disassociate-address --association-id eipassoc-2 --region eu-central-1'"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if c.region == nil {
				c.region = &ec2.Fake{}
			}
			if c.region.Zones == nil {
				c.region.Zones = []string{"eu-central-1a", "eu-central-1b", "eu-central-1c"}
			}
			c.region.PageSize = 2
			ask(t, network.Question{Cloud: serve(t, c.region, c.quotas), Shape: c.shape}, c.want)
		})
	}
}

// Stacks that are deployed together do not count on the same address twice.
func TestClaims(t *testing.T) {
	region := &ec2.Fake{Addresses: addresses(1), Zones: []string{"eu-central-1a", "eu-central-1b"}}
	q := network.Question{
		Cloud: serve(t, region, ec2.Quotas{Values: map[string]float64{"L-FE5A380F": 2}}), Claims: network.Claims{},
		Shape: network.Shape{Type: spec.NetworkNAT, Egresses: 2, Zones: []int{0, 0}},
	}
	ask(t, q, []string{})
	ask(t, q, []string{
		"! egress.count: the stack needs 2 more NAT gateways in eu-central-1a, and the account has 0 of the 2 that it may have there, and the " +
			"stacks that are deployed before it take 2 more; request 4: '" + more + "vpc --quota-code L-FE5A380F --desired-value 4 --region " +
			"eu-central-1'",
	})
}

func ask(t *testing.T, q network.Question, want []string) {
	t.Helper()
	q.Place = " --region eu-central-1"
	report, err := q.Ask(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, lines(report)); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

func denied(operation string) string {
	return "AWS denies ec2:" + operation + " to " + fakeaws.Caller + ": no identity-based policy allows it; " +
		"https://github.com/sfngen/sfngen/blob/main/docs/deploy.md has the policy that sfngen needs (request ea966190-f9aa-478e-9ede-example)"
}

const quotasUnknown = "note: the account's quotas are not known, and AWS's defaults are taken (5 of each): AWS denies " +
	"servicequotas:GetServiceQuota to " + fakeaws.Caller + ": no identity-based policy allows it; " +
	"https://github.com/sfngen/sfngen/blob/main/docs/deploy.md has the policy that sfngen needs"

// route is a table that leads subnets to something.
func route(id string, to ec2.Route, subnets ...string) ec2.Routes {
	table := ec2.Routes{ID: id, VPC: "vpc-1", Routes: []ec2.Route{{To: "10.0.0.0/16", State: "active", Gateway: "local"}}}
	if to != (ec2.Route{}) {
		to.To = "0.0.0.0/0"
		table.Routes = append(table.Routes, to)
	}
	for _, s := range subnets {
		table.Associations = append(table.Associations, ec2.Association{Subnet: s, Main: s == ""})
	}
	return table
}

func TestSubnets(t *testing.T) {
	subnet := func(k int, vpc string, free int) ec2.Subnet {
		return ec2.Subnet{ID: fmt.Sprintf("subnet-%d", k), VPC: vpc, Zone: "eu-central-1a", Free: free}
	}
	three := []ec2.Subnet{subnet(1, "vpc-1", 200), subnet(2, "vpc-1", 200), subnet(3, "vpc-1", 200)}
	nat := func(id string) ec2.Route { return ec2.Route{State: "active", NAT: id} }
	out := ec2.Group{ID: "sg-1", VPC: "vpc-1", Out: []ec2.Permission{{Protocol: "-1", IPv4: []ec2.Range{{CIDR: "0.0.0.0/0"}}}}}
	own := []ec2.Routes{route("rtb-1", nat("nat-1"), "subnet-1"), route("rtb-2", nat("nat-2"), "subnet-2"),
		route("rtb-3", nat("nat-3"), "subnet-3")}
	natGateways := []ec2.NAT{{ID: "nat-1", State: "available", Addresses: []ec2.Address{{IP: "203.0.113.1"}}},
		{ID: "nat-3", State: "available", Access: "private"}}
	cases := map[string]struct {
		subnets []ec2.Subnet
		tables  []ec2.Routes
		group   ec2.Group
		denied  []string
		private bool
		want    []string
	}{
		"each by its own gateway, the last by the main table": {subnets: three,
			tables: []ec2.Routes{own[0], own[1], route("rtb-main", nat("nat-4"), "")}, want: []string{}},
		"two by one": {subnets: three, tables: []ec2.Routes{route("rtb-1", nat("nat-1"), "subnet-1", "subnet-3"), own[1]}, want: []string{
			"? egress.network.subnets: the egresses 1 and 3 leave by nat-1 (203.0.113.1): one address for the API; route their subnets to NAT " +
				"gateways of their own, or use fewer egresses"}},
		"all by the main table": {subnets: three, tables: []ec2.Routes{route("rtb-main", nat("nat-2"), "")}, want: []string{
			"? egress.network.subnets: the egresses 1, 2 and 3 leave by nat-2: one address for the API; route their subnets to NAT gateways of " +
				"their own, or use fewer egresses"}},
		"public, without a way, and one that is gone": {subnets: three, tables: []ec2.Routes{
			route("rtb-1", ec2.Route{State: "active", Gateway: "igw-1"}, "subnet-1"), route("rtb-2", ec2.Route{}, "subnet-2"),
			route("rtb-3", ec2.Route{State: "blackhole", NAT: "nat-3"}, "subnet-3")}, want: []string{
			"! egress.network.subnets[0]: the subnet subnet-1 of egress 1 is public: its route table rtb-1 leads to igw-1, and a function has no " +
				"address there, so it reaches nothing; name a private subnet, whose route leads to a NAT gateway",
			"! egress.network.subnets[1]: the subnet subnet-2 of egress 2 has no way to the Internet: its route table rtb-2 has no route for " +
				"0.0.0.0/0; add one to a NAT gateway",
			"! egress.network.subnets[2]: the subnet subnet-3 of egress 3 has no way to the Internet: its route table rtb-3 leads 0.0.0.0/0 to " +
				"nat-3, which is gone; let it lead to a NAT gateway"}},
		"ways that only AWS knows": {subnets: three, tables: []ec2.Routes{
			route("rtb-1", ec2.Route{State: "active", Transit: "tgw-1"}, "subnet-1"),
			route("rtb-2", ec2.Route{State: "active", Gateway: "vpce-1"}, "subnet-2"), own[2]}, want: []string{
			"? egress.network.subnets[0]: the subnet subnet-1 of egress 1 leads out by tgw-1: which address the API sees is not known; 'sfngen " +
				"probe' shows it once the stack is deployed",
			"? egress.network.subnets[1]: the subnet subnet-2 of egress 2 leads out by vpce-1: which address the API sees is not known; 'sfngen " +
				"probe' shows it once the stack is deployed",
			"? egress.network.subnets[2]: the subnet subnet-3 of egress 3 leads to nat-3, a private NAT gateway: it has no address of the " +
				"Internet; 'sfngen probe' shows which address the API sees, if any"}},
		"two VPCs": {subnets: []ec2.Subnet{three[0], subnet(2, "vpc-2", 9), three[2]}, tables: own, want: []string{
			"! egress.network.subnets: the subnets are of several VPCs, vpc-1 and vpc-2: a security group is of one; name subnets of one VPC"}},
		"missing and full": {subnets: []ec2.Subnet{subnet(1, "vpc-1", 1), three[1]}, tables: own, want: []string{
			"! egress.network.subnets[0]: the subnet subnet-1 has 1 free address left, and an egress needs 2; name a subnet that has room",
			"! egress.network.subnets[2]: there is no subnet subnet-3 in eu-central-1 of account 123456789012; 'aws ec2 describe-subnets --region " +
				"eu-central-1' shows which there are"}},
		"a group of another VPC": {subnets: three, tables: own, group: ec2.Group{ID: "sg-1", VPC: "vpc-9", Out: out.Out}, want: []string{
			"! egress.network.securityGroups[0]: the security group sg-1 is of vpc-9, and the subnets are of vpc-1; name a group of vpc-1"}},
		"no such group": {subnets: three, tables: own, group: ec2.Group{ID: "sg-2", VPC: "vpc-1"}, want: []string{
			"! egress.network.securityGroups[0]: there is no security group sg-1 in eu-central-1 of account 123456789012; 'aws ec2 " +
				"describe-security-groups --region eu-central-1' shows which there are"}},
		"a group that lets nothing out": {subnets: three, tables: own, group: ec2.Group{ID: "sg-1", VPC: "vpc-1",
			Out: []ec2.Permission{{Protocol: "tcp", From: 80, Till: 80, IPv4: []ec2.Range{{CIDR: "0.0.0.0/0"}}},
				{Protocol: "udp", From: 443, Till: 443, IPv4: []ec2.Range{{CIDR: "0.0.0.0/0"}}}}}, want: []string{
			"? egress.network.securityGroups: none of the security groups lets anything out to port 443, where api.acme.example is called: each " +
				"attempt would time out; add a rule for outbound TCP to port 443, or name another group"}},
		"a private API": {subnets: three, tables: []ec2.Routes{route("rtb-1", ec2.Route{}, "subnet-1"), route("rtb-2", nat("nat-2"), "")},
			private: true, want: []string{
				"? egress.network.subnets[0]: the subnet subnet-1 of egress 1 has no way to the Internet: its route table rtb-1 has no route for " +
					"0.0.0.0/0; add one to a NAT gateway"}},
		"routes may not be read": {subnets: three, tables: own, denied: []string{"DescribeRouteTables"}, want: []string{
			"note: it is not known which way the subnets lead out: " + denied("DescribeRouteTables")}},
		"subnets may not be read": {subnets: three, tables: own, denied: []string{"DescribeSubnets"}, want: []string{
			"note: it is not known whether the subnets exist, and where they lead: " + denied("DescribeSubnets")}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if c.group.ID == "" {
				c.group = out
			}
			gateways := natGateways
			if name != "ways that only AWS knows" {
				gateways = natGateways[:1]
			}
			region := &ec2.Fake{Subnets: c.subnets, Tables: c.tables, Groups: []ec2.Group{c.group}, NATs: gateways, Denied: c.denied, PageSize: 1}
			shape := network.Shape{Type: spec.NetworkSubnets, Egresses: 3, Subnets: ids("subnet-%d", 3), SecurityGroups: []string{"sg-1"},
				Private: c.private, Calls: network.Calls("https://api.acme.example/v1")}
			ask(t, network.Question{Cloud: serve(t, region, ec2.Quotas{}), Shape: shape}, c.want)
		})
	}
}

func TestIPv6(t *testing.T) {
	lookup := func(_ context.Context, host string) ([]netip.Addr, error) {
		switch host {
		case "v6.example":
			return []netip.Addr{netip.MustParseAddr("2001:db8::1")}, nil
		case "broken.example":
			return nil, errors.New("the resolver is away")
		}
		return nil, &net.DNSError{Name: host, IsNotFound: true}
	}
	const none = " has no IPv6 address (no AAAA record) as seen from here: with ipv6 an egress can reach nothing else, and each " +
		"attempt would fail; choose nat or subnets, unless the name has one where the stack runs"
	cases := map[string]struct {
		hosts  []string
		region *ec2.Fake
		want   []string
	}{
		"it has one": {hosts: []string{"v6.example"}, want: []string{}},
		"the API, the token's, both": {hosts: []string{"v4.example", "id.example"}, want: []string{

			"? egress.network.type: v4.example" + none,
			"? egress.network.type: id.example" + none,
		}},
		"nobody knows": {hosts: []string{"broken.example"}, want: []string{
			"note: it is not known whether broken.example has an IPv6 address: the resolver is away"}},
		"a literal is the spec's": {hosts: []string{"2001:db8::1"}, want: []string{}},
		"quotas": {region: &ec2.Fake{VPCs: five, EgressOnly: ids("eigw-%d", 5)},
			want: []string{
				"! egress.network.type: the stack needs 1 more VPC, and the account has 5 of the 5 that it may have in eu-central-1; request 6: '" +
					more + "vpc --quota-code L-F678F1CE --desired-value 6 --region eu-central-1'",
				"! egress.network.type: the stack needs 1 more egress-only Internet gateway, and the account has 5 of the 5 that it may have in " +
					"eu-central-1; request 6: '" + more + "vpc --quota-code L-45FE3B85 --desired-value 6 --region eu-central-1'"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if c.region == nil {
				c.region = &ec2.Fake{}
			}
			shape := network.Shape{Type: spec.NetworkIPv6, Egresses: 3, CIDR: "10.42.0.0/16"}
			for _, host := range c.hosts {
				shape.Calls = append(shape.Calls, network.Call{Host: host, Port: 443})
			}
			ask(t, network.Question{Cloud: serve(t, c.region, ec2.Quotas{}), Shape: shape, Lookup: lookup}, c.want)
		})
	}
}
