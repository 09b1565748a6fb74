package addresses_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/addresses"
	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/fakeaws"
	"github.com/sfngen/sfngen/internal/fakeaws/ec2"
)

// region has two subnets, each behind its own NAT gateway: one by a table of its own, one
// by the main one.
func region() *ec2.Fake {
	nat := func(id, ip string) ec2.NAT {
		return ec2.NAT{ID: id, State: "available", Access: "public", Addresses: []ec2.Address{{Allocation: "eipalloc-" + id, IP: ip}}}
	}
	out := func(nat string) []ec2.Route {
		return []ec2.Route{{To: "10.0.0.0/16", State: "active", Gateway: "local"}, {To: "0.0.0.0/0", State: "active", NAT: nat}}
	}
	return &ec2.Fake{
		Subnets: []ec2.Subnet{{ID: "subnet-1", VPC: "vpc-1"}, {ID: "subnet-2", VPC: "vpc-1"}},
		Tables: []ec2.Routes{
			{ID: "rtb-1", VPC: "vpc-1", Routes: out("nat-1"), Associations: []ec2.Association{{Subnet: "subnet-1"}}},
			{ID: "rtb-2", VPC: "vpc-1", Routes: out("nat-2"), Associations: []ec2.Association{{Main: true}}},
		},
		NATs:      []ec2.NAT{nat("nat-1", "203.0.113.1"), nat("nat-2", "203.0.113.2")},
		Addresses: []ec2.Address{{Allocation: "eipalloc-2", IP: "203.0.113.9"}, {Allocation: "eipalloc-1", IP: "203.0.113.8"}},
	}
}

func readFrom(t *testing.T, fake *ec2.Fake, s *live.Stack) (addresses.Report, error) {
	t.Helper()
	fakeaws.Serve(t, map[string]http.Handler{"ec2": fake})
	c, err := cloud.Open(t.Context(), cloud.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return addresses.Read(t.Context(), c, s)
}

func shown(r addresses.Report) string {
	var list []string
	for _, e := range r.Egresses {
		address := "?"
		if e.Address != nil {
			address = e.Address.String()
		}
		list = append(list, strings.TrimSpace(e.NATGateway+" "+address))
	}
	return strings.Join(list, ", ")
}

func TestReadAsksAWS(t *testing.T) {
	subnets := []string{"EgressNetwork", "subnets", "EgressSubnets", "subnet-1,subnet-2"}
	brought := []string{"EgressNetwork", "nat", "EgressAllocations", "eipalloc-1,eipalloc-2"}
	for _, test := range []struct {
		name    string
		outputs []string
		change  func(*ec2.Fake)
		want    string
		said    string // in the text
		calls   string
	}{
		{"own subnets", subnets, func(*ec2.Fake) {}, "nat-1 203.0.113.1, nat-2 203.0.113.2", "For a vendor's list: 203.0.113.1, 203.0.113.2\n",
			"DescribeSubnets DescribeRouteTables DescribeNatGateways"},
		{"own subnets by one gateway", subnets, func(f *ec2.Fake) { f.Tables[0].Routes[1].NAT = "nat-2" },
			"nat-2 203.0.113.2, nat-2 203.0.113.2", "list: 203.0.113.2\n1 address for 2 egresses: ",
			"DescribeSubnets DescribeRouteTables DescribeNatGateways"},
		{"a transit gateway", subnets, func(f *ec2.Fake) {
			f.Tables[0].Routes[1] = ec2.Route{To: "0.0.0.0/0", State: "active", Transit: "tgw-1"}
		},
			"?, nat-2 203.0.113.2", "One that is not known is no NAT gateway", "DescribeSubnets DescribeRouteTables DescribeNatGateways"},
		{"a gateway that is gone", subnets, func(f *ec2.Fake) { f.Tables[0].Routes[1].State = "blackhole" },
			"?, nat-2 203.0.113.2", "not known", "DescribeSubnets DescribeRouteTables DescribeNatGateways"},
		{"a gateway with two addresses", subnets, func(f *ec2.Fake) {
			f.NATs[0].Addresses = append(f.NATs[0].Addresses, ec2.Address{IP: "203.0.113.7"})
		}, "nat-1 ?, nat-2 203.0.113.2", "not known", "DescribeSubnets DescribeRouteTables DescribeNatGateways"},
		{"a private gateway", subnets, func(f *ec2.Fake) { f.NATs[0].Access = "private" },
			"nat-1 ?, nat-2 203.0.113.2", "not known", "DescribeSubnets DescribeRouteTables DescribeNatGateways"},
		{"a subnet that is gone", subnets, func(f *ec2.Fake) { f.Subnets = f.Subnets[:1] }, "nat-1 203.0.113.1, ?", "not known",
			"DescribeSubnets DescribeRouteTables DescribeNatGateways"},
		{"all are gone", subnets, func(f *ec2.Fake) { f.Subnets = nil }, "?, ?", "not known", "DescribeSubnets"},
		{"subnets may not be looked at", subnets, func(f *ec2.Fake) { f.Denied = []string{"DescribeSubnets"} }, "?, ?",
			"AWS does not say it: ", "DescribeSubnets"},
		{"routes may not be", subnets, func(f *ec2.Fake) { f.Denied = []string{"DescribeRouteTables"} }, "?, ?", "ec2:DescribeRouteTables",
			"DescribeSubnets DescribeRouteTables"},
		{"gateways may not be", subnets, func(f *ec2.Fake) { f.Denied = []string{"DescribeNatGateways"} }, "nat-1 ?, nat-2 ?",
			"ec2:DescribeNatGateways", "DescribeSubnets DescribeRouteTables DescribeNatGateways"},
		{"own Elastic IPs", brought, func(*ec2.Fake) {}, "203.0.113.8, 203.0.113.9", "For a vendor's list: 203.0.113.8, 203.0.113.9\n",
			"DescribeAddresses"},
		{"one was released", brought, func(f *ec2.Fake) { f.Addresses = f.Addresses[:1] }, "?, 203.0.113.9", "Not of each egress",
			"DescribeAddresses"},
		{"they may not be looked at", brought, func(f *ec2.Fake) { f.Denied = []string{"DescribeAddresses"} }, "?, ?",
			"ec2:DescribeAddresses", "DescribeAddresses"},
		{"the outputs say it", natOutputs, func(*ec2.Fake) {}, "3.120.4.5, 18.184.2.9", "For a vendor's list: 3.120.4.5, 18.184.2.9\n", ""},
		{"no VPC", nil, func(*ec2.Fake) {}, "?, ?", "AWS promises no address", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			fake := region()
			test.change(fake)
			r, err := readFrom(t, fake, deployed(test.outputs...))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, shown(r)); diff != "" {
				t.Errorf("addresses (-want +got):\n%s", diff)
			}
			if text := r.Text(0, false); !strings.Contains(text, test.said) {
				t.Errorf("no %q in\n%s", test.said, text)
			}
			if diff := cmp.Diff(test.calls, strings.Join(fake.Calls(), " ")); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
		})
	}
}

// What is no refusal ends it: the answer would be half of one.
func TestReadFails(t *testing.T) {
	fakeaws.Serve(t, map[string]http.Handler{"ec2": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
	})})
	c, err := cloud.Open(t.Context(), cloud.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = addresses.Read(t.Context(), c, deployed("EgressNetwork", "nat", "EgressAllocations", "a,b"))
	if err == nil || !strings.HasPrefix(err.Error(), "asking AWS about the addresses of acme-orders: ") {
		t.Errorf("%v", err)
	}
}
