package network

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/term/count"
)

// fewest is how many free addresses a subnet needs: an interface has one, and Lambda may
// make another beside it before it deletes the old one.
const fewest = 2

// checkSubnets: they exist, belong together, have room, and each leads out by its own way.
func (k *checker) checkSubnets() {
	found, ok := k.read("whether the subnets exist, and where they lead", "DescribeSubnets", filter{"subnet-id", k.Shape.Subnets})
	if !ok {
		return
	}
	var vpcs []string
	for i, id := range k.Shape.Subnets {
		field := subnetField(i)
		at := slices.IndexFunc(found.Subnets, func(s Subnet) bool { return s.ID == id })
		if at < 0 {
			k.refuse(field, fmt.Sprintf("there is no subnet %s in %s of account %s", id, k.Cloud.Region, k.Cloud.Account),
				"'aws ec2 describe-subnets"+k.Place+"' shows which there are")
			continue
		}
		s := found.Subnets[at]
		if !slices.Contains(vpcs, s.VPC) {
			vpcs = append(vpcs, s.VPC)
		}
		if s.Free < fewest && !slices.Contains(k.Own.subnets, id) {
			k.refuse(field, fmt.Sprintf("the subnet %s has %s left, and an egress needs %d", id, count.Of(s.Free, "free address"), fewest),
				"name a subnet that has room")
		}
	}
	if len(vpcs) > 1 {
		k.refuse(fieldSubnets, "the subnets are of several VPCs, "+count.And(vpcs...)+": a security group is of one", "name subnets of one VPC")
		return
	}
	k.checkGroups(vpcs)
	k.checkRoutes(found.Subnets)
}

func subnetField(i int) string { return fmt.Sprintf("%s[%d]", fieldSubnets, i) }

// checkGroups: the security groups are of the same VPC, and let an egress out.
func (k *checker) checkGroups(vpcs []string) {
	if len(k.Shape.SecurityGroups) == 0 || len(vpcs) == 0 {
		return
	}
	found, ok := k.read("whether the security groups let an egress out", "DescribeSecurityGroups", filter{"group-id", k.Shape.SecurityGroups})
	if !ok {
		return
	}
	for i, id := range k.Shape.SecurityGroups {
		field := fmt.Sprintf("%s[%d]", fieldGroups, i)
		at := slices.IndexFunc(found.Groups, func(g Group) bool { return g.ID == id })
		switch {
		case at < 0:
			k.refuse(field, fmt.Sprintf("there is no security group %s in %s of account %s", id, k.Cloud.Region, k.Cloud.Account),
				"'aws ec2 describe-security-groups"+k.Place+"' shows which there are")
		case found.Groups[at].VPC != vpcs[0]:
			k.refuse(field, "the security group "+id+" is of "+found.Groups[at].VPC+", and the subnets are of "+vpcs[0], "name a group of "+vpcs[0])
		}
	}
	for _, call := range k.Shape.Calls {
		out := func(g Group) bool { return g.letsOut(call.Port) }
		if len(found.Groups) > 0 && !slices.ContainsFunc(found.Groups, out) {
			k.doubt(fieldGroups, fmt.Sprintf("none of the security groups lets anything out to port %d, where %s is called: each attempt would "+
				"time out", call.Port, call.Host), fmt.Sprintf("add a rule for outbound TCP to port %d, or name another group", call.Port))
		}
	}
}

// letsOut reports whether something outside can be reached at a port: what, only the user
// knows.
func (g Group) letsOut(port int) bool {
	return slices.ContainsFunc(g.Out, func(p Permission) bool {
		reaches := p.Protocol == "-1" || (p.Protocol == "tcp" || p.Protocol == "6") && p.From <= port && port <= p.Till
		return reaches && len(p.IPv4)+len(p.Prefixes)+len(p.Groups) > 0
	})
}

// checkRoutes: no two egresses leave by one NAT gateway, and each has a way out. A private
// API sees the address of the interface, whatever the gateway.
func (k *checker) checkRoutes(subnets []Subnet) {
	if len(subnets) == 0 {
		return
	}
	tables, ok := k.read("which way the subnets lead out", "DescribeRouteTables", filter{"vpc-id", []string{subnets[0].VPC}})
	if !ok {
		return
	}
	gateways := k.gateways(tables.Tables)
	users := map[string][]string{} // NAT gateway -> numbers of egresses
	var nats []string
	for i, id := range k.Shape.Subnets {
		if !slices.ContainsFunc(subnets, func(s Subnet) bool { return s.ID == id }) {
			continue
		}
		nat := k.checkRoute(i, id, tables.Tables, gateways)
		if nat != "" {
			if users[nat] == nil {
				nats = append(nats, nat)
			}
			users[nat] = append(users[nat], fmt.Sprint(i+1))
		}
	}
	for _, nat := range nats {
		if len(users[nat]) > 1 && !k.Shape.Private {
			k.doubt(fieldSubnets, "the egresses "+count.And(users[nat]...)+" leave by "+nat+gateways.address(nat)+
				": one address for the API", "route their subnets to NAT gateways of their own, or use fewer egresses")
		}
	}
}

// checkRoute returns the NAT gateway by which a subnet leads out.
func (k *checker) checkRoute(i int, id string, tables []Routes, gateways natsByID) string {
	field, table := subnetField(i), tableOf(id, tables)
	subnet, way := fmt.Sprintf("the subnet %s of egress %d", id, i+1), "its route table "+table.ID
	r, leads := table.toInternet()
	refuse := k.refuse
	if k.Shape.Private { // what is private has routes of its own
		refuse = k.doubt
	}
	if !leads {
		refuse(field, subnet+" has no way to the Internet: "+way+" has no route for 0.0.0.0/0", "add one to a NAT gateway")
		return ""
	}
	switch {
	case r.leadsNowhere():
		refuse(field, subnet+" has no way to the Internet: "+way+" leads 0.0.0.0/0 to "+r.target()+", which is gone",
			"let it lead to a NAT gateway")
	case strings.HasPrefix(r.Gateway, "igw-"):
		refuse(field, subnet+" is public: "+way+" leads to "+r.Gateway+", and a function has no address there, so it reaches nothing",
			"name a private subnet, whose route leads to a NAT gateway")
	case r.NAT == "":
		k.doubt(field, subnet+" leads out by "+r.target()+": which address the API sees is not known",
			"'sfngen probe' shows it once the stack is deployed")
	case gateways.private(r.NAT):
		k.doubt(field, subnet+" leads to "+r.NAT+", a private NAT gateway: it has no address of the Internet",
			"'sfngen probe' shows which address the API sees, if any")
	default:
		return r.NAT
	}
	return ""
}

// tableOf is the route table of a subnet: the one that names it, or the main one of its
// VPC.
func tableOf(subnet string, tables []Routes) Routes {
	var main Routes
	for _, t := range tables {
		for _, a := range t.Associations {
			if a.Subnet == subnet {
				return t
			}
			if a.Main {
				main = t
			}
		}
	}
	return main
}

// target is what a route leads to.
func (r Route) target() string {
	for _, id := range []string{r.NAT, r.Gateway, r.Transit, r.Instance, r.Interface, r.Peering, r.Local, r.Carrier, r.Core} {
		if id != "" {
			return id
		}
	}
	return "something that sfngen does not know"
}

type natsByID map[string]NAT

// gateways are the NAT gateways that route tables lead to. They only add to what is said.
func (k *checker) gateways(tables []Routes) natsByID {
	var ids []string
	for _, t := range tables {
		for _, r := range t.Routes {
			if r.NAT != "" {
				ids = append(ids, r.NAT)
			}
		}
	}
	known := natsByID{}
	if len(ids) == 0 {
		return known
	}
	all, ok := k.read("which addresses the NAT gateways have", "DescribeNatGateways", filter{"nat-gateway-id", ids})
	if !ok {
		return known
	}
	for _, n := range all.NATs {
		known[n.ID] = n
	}
	return known
}

func (g natsByID) private(id string) bool { return g[id].Access == "private" }

// address is " (203.0.113.1)", where it is known.
func (g natsByID) address(id string) string {
	for _, a := range g[id].Addresses {
		if a.IP != "" {
			return " (" + a.IP + ")"
		}
	}
	return ""
}
