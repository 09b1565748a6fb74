package ec2

import (
	"encoding/xml"
	"slices"
)

var operations = map[string]operation{
	"DescribeAddresses": {"addressesSet", []string{"allocation-id", "public-ip"}, 0,
		func(f *Fake, by map[string][]string) []any {
			return chosen(f.Addresses, func(a Address) bool { return in(by, "allocation-id", a.Allocation) && in(by, "public-ip", a.IP) })
		}},
	"DescribeAvailabilityZones": {"availabilityZoneInfo", []string{"zone-type"}, 0,
		func(f *Fake, _ map[string][]string) []any {
			type zone struct {
				Name string `xml:"zoneName"`
			}
			var all []any
			for _, name := range f.Zones {
				all = append(all, zone{name})
			}
			return all
		}},
	"DescribeNatGateways": {"natGatewaySet", []string{"state", "nat-gateway-id", "vpc-id"}, 1000,
		func(f *Fake, by map[string][]string) []any {
			return chosen(f.NATs, func(n NAT) bool { return in(by, "state", n.State) && in(by, "nat-gateway-id", n.ID) })
		}},
	"DescribeSubnets": {"subnetSet", []string{"subnet-id", "vpc-id"}, 1000,
		func(f *Fake, by map[string][]string) []any {
			return chosen(f.Subnets, func(s Subnet) bool { return in(by, "subnet-id", s.ID) && in(by, "vpc-id", s.VPC) })
		}},
	"DescribeRouteTables": {"routeTableSet", []string{"vpc-id"}, 100,
		func(f *Fake, by map[string][]string) []any {
			return chosen(f.Tables, func(t Routes) bool { return in(by, "vpc-id", t.VPC) })
		}},
	"DescribeSecurityGroups": {"securityGroupInfo", []string{"group-id"}, 1000,
		func(f *Fake, by map[string][]string) []any {
			return chosen(f.Groups, func(g Group) bool { return in(by, "group-id", g.ID) })
		}},
	"DescribeVpcs": {"vpcSet", nil, 1000,
		func(f *Fake, _ map[string][]string) []any { return chosen(f.VPCs, func(VPC) bool { return true }) }},
	"DescribeInternetGateways": {"internetGatewaySet", nil, 1000,
		func(f *Fake, _ map[string][]string) []any { return gateways(f.Gateways, "internetGatewayId") }},
	"DescribeEgressOnlyInternetGateways": {"egressOnlyInternetGatewaySet", nil, 255,
		func(f *Fake, _ map[string][]string) []any {
			return gateways(f.EgressOnly, "egressOnlyInternetGatewayId")
		}},
	"DescribeNetworkInterfaces": {"networkInterfaceSet", []string{"subnet-id"}, 1000,
		func(f *Fake, by map[string][]string) []any {
			f.look()
			return chosen(f.Interfaces, func(i Interface) bool { return in(by, "subnet-id", i.Subnet) })
		}},
}

// in reports whether a filter, if it is there, has the value.
func in(filters map[string][]string, name, value string) bool {
	values, there := filters[name]
	return !there || slices.Contains(values, value)
}

func chosen[T any](all []T, is func(T) bool) []any {
	var list []any
	for _, one := range all {
		if is(one) {
			list = append(list, one)
		}
	}
	return list
}

// gateway has its id in an element of its own kind's name.
type gateway struct {
	ID id
}

type id struct {
	XMLName xml.Name
	Value   string `xml:",chardata"`
}

func gateways(ids []string, element string) []any {
	var all []any
	for _, one := range ids {
		all = append(all, gateway{id{xml.Name{Local: element}, one}})
	}
	return all
}

// look lets Lambda go on with the deletion of interfaces that no function holds.
func (f *Fake) look() {
	if f.Held != nil && f.Held() {
		return
	}
	f.Interfaces = slices.DeleteFunc(f.Interfaces, func(i Interface) bool { return i.Kind == "lambda" && i.Looks == 1 })
	for k := range f.Interfaces {
		if i := &f.Interfaces[k]; i.Kind == "lambda" && i.Looks > 1 {
			i.Looks--
		}
	}
}
