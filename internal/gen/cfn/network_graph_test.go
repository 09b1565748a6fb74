package cfn_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// graph is a template as a network: which resource leads to which.
type graph struct {
	t   *testing.T
	all object
}

func (g graph) properties(id string) object {
	g.t.Helper()
	r, ok := g.all[id].(object)
	if !ok {
		g.t.Fatalf("there is no resource %s", id)
	}
	p, _ := r["Properties"].(object)
	return p
}

// ids are those of a type, sorted.
func (g graph) ids(typeName string) []string {
	var ids []string
	for id, r := range g.all {
		if r.(object)["Type"] == typeName {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// target is the id in a reference: !Ref ID, !GetAtt ID.Attribute.
func (g graph) target(v any) string {
	g.t.Helper()
	text, _ := v.(string)
	kind, id, found := strings.Cut(text, " ")
	if !found || kind != "!Ref" && kind != "!GetAtt" {
		g.t.Fatalf("%v is no reference", v)
	}
	id, _, _ = strings.Cut(id, ".")
	return id
}

// one is the only element of what matches.
func (g graph) one(what string, ids []string) string {
	g.t.Helper()
	if len(ids) != 1 {
		g.t.Fatalf("%s: %d, want one: %v", what, len(ids), ids)
	}
	return ids[0]
}

// of are the resources of a type whose property refers to an id.
func (g graph) of(typeName, property, id string) []string {
	g.t.Helper()
	return slices.DeleteFunc(g.ids(typeName), func(r string) bool { return g.target(g.properties(r)[property]) != id })
}

const function = "AWS::Lambda::Function"

// subnetOf is the one subnet of a function.
func (g graph) subnetOf(id string) string {
	g.t.Helper()
	ids := g.properties(id)["VpcConfig"].(object)["SubnetIds"].([]any)
	if len(ids) != 1 {
		g.t.Fatalf("%s has %d subnets: it would have several addresses", id, len(ids))
	}
	return g.target(ids[0])
}

// defaultRoute is the one route by which a subnet has a way out.
func (g graph) defaultRoute(subnet string) string {
	g.t.Helper()
	association := g.one("route tables of "+subnet, g.of("AWS::EC2::SubnetRouteTableAssociation", "SubnetId", subnet))
	table := g.target(g.properties(association)["RouteTableId"])
	return g.one("routes of "+table, g.of("AWS::EC2::Route", "RouteTableId", table))
}

// before reports whether CloudFormation makes one resource before another, and deletes it
// after it.
func (g graph) before(first, then string, seen map[string]bool) bool {
	if first == then {
		return true
	}
	if seen[then] {
		return false
	}
	seen[then] = true
	r := g.all[then].(object)
	depends, _ := r["DependsOn"].([]any)
	for _, id := range depends {
		if g.before(first, id.(string), seen) {
			return true
		}
	}
	return slices.ContainsFunc(references(r["Properties"]), func(id string) bool {
		_, isResource := g.all[id]
		return isResource && g.before(first, id, seen)
	})
}

// references are the ids in the references of a value.
func references(v any) []string {
	var ids []string
	switch v := v.(type) {
	case object:
		for _, child := range v {
			ids = append(ids, references(child)...)
		}
	case []any:
		for _, child := range v {
			ids = append(ids, references(child)...)
		}
	case string:
		for _, kind := range []string{"!Ref ", "!GetAtt "} {
			if id, ok := strings.CutPrefix(v, kind); ok {
				id, _, _ = strings.Cut(id, ".")
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// inOrder: each is made before the next one.
func (g graph) inOrder(ids ...string) {
	g.t.Helper()
	for i := range ids[1:] {
		if !g.before(ids[i], ids[i+1], map[string]bool{}) {
			g.t.Errorf("%s may be made before %s, and deleted after it", ids[i+1], ids[i])
		}
	}
}

// pools are sizes of a pool, each with a type of network and more of a spec.
func pools(t *testing.T, network string, check func(g graph, n int)) {
	for _, n := range []int{1, 3, 5, 50} {
		for _, more := range []string{"", "coordination: dynamodb, "} {
			t.Run(fmt.Sprint(n, " ", more), func(t *testing.T) {
				m := build(t, fmt.Sprintf("retry: {maxAttempts: %d}\negress: {count: %d, %snetwork: {%s}}\n%s", n, n, more, network, standard))
				if ids := len(m.template.Resources); ids >= 500 || len(m.text) >= 1<<20 {
					t.Errorf("%d resources, %d bytes", ids, len(m.text))
				}
				check(graph{t, load(t, m.text)["Resources"].(object)}, n)
			})
		}
	}
}

// TestNATGraph walks from each egress to the Internet: one way, by a NAT gateway and an
// address that no other has.
func TestNATGraph(t *testing.T) {
	pools(t, "type: nat", func(g graph, n int) {
		gateways, addresses, zones := map[string]bool{}, map[string]bool{}, map[any]bool{}
		for k := 1; k <= n; k++ {
			id := fmt.Sprint("Egress", k)
			subnet := g.subnetOf(id)
			route := g.defaultRoute(subnet)
			diff(g.t, route, "0.0.0.0/0", g.properties(route)["DestinationCidrBlock"])
			nat := g.target(g.properties(route)["NatGatewayId"])
			address := g.target(g.properties(nat)["AllocationId"])
			gateways[nat], addresses[address] = true, true
			public := g.target(g.properties(nat)["SubnetId"])
			diff(g.t, nat+" is in the zone of its egress", g.properties(subnet)["AvailabilityZone"], g.properties(public)["AvailabilityZone"])
			zones[fmt.Sprint(g.properties(subnet)["AvailabilityZone"])] = true
			outward := g.defaultRoute(public)
			internet := g.target(g.properties(outward)["GatewayId"])
			attachment := g.one("attachments of "+internet, g.of("AWS::EC2::VPCGatewayAttachment", "InternetGatewayId", internet))
			g.inOrder("Vpc", attachment, outward, nat, route, id)
			g.inOrder(attachment, address, nat)
			g.inOrder("Egress"+fmt.Sprint(k)+"Routes", id)
			g.inOrder("PublicSubnet"+fmt.Sprint((k-1)%2+1)+"Routes", nat)
			retained := g.all[address].(object)
			diff(g.t, address, []any{"RetainExceptOnCreate", "Retain"}, []any{retained["DeletionPolicy"], retained["UpdateReplacePolicy"]})
		}
		diff(g.t, "NAT gateways, addresses, zones, routes of all", []int{n, n, min(n, 2), n + 1},
			[]int{len(gateways), len(addresses), len(zones), len(g.ids("AWS::EC2::Route"))})
		checkVPC(g, n)
	})
}

// TestIPv6Graph: one way out for all, and a /64 for each.
func TestIPv6Graph(t *testing.T) {
	pools(t, "type: ipv6", func(g graph, n int) {
		blocks := map[any]bool{}
		for k := 1; k <= n; k++ {
			id := fmt.Sprint("Egress", k)
			subnet := g.subnetOf(id)
			route := g.defaultRoute(subnet)
			gateway := g.target(g.properties(route)["EgressOnlyInternetGatewayId"])
			diff(g.t, route, "::/0", g.properties(route)["DestinationIpv6CidrBlock"])
			g.inOrder("Vpc", gateway, route, id)
			g.inOrder("VpcIpv6", subnet, "Egress"+fmt.Sprint(k)+"Routes", id)
			block := g.properties(subnet)["Ipv6CidrBlock"].([]any)
			diff(g.t, "the ranges", []any{[]any{0, "!GetAtt Vpc.Ipv6CidrBlocks"}, 50, 64}, block[1].([]any))
			blocks[block[0]] = true
			diff(g.t, id, any(true), g.properties(id)["VpcConfig"].(object)["Ipv6AllowedForDualStack"])
		}
		diff(g.t, "ranges, routes of all", []int{n, 1}, []int{len(blocks), len(g.ids("AWS::EC2::Route"))})
		checkVPC(g, n)
	})
}

// checkVPC: the VPC has the egresses in it, and nothing else; nothing may come in.
func checkVPC(g graph, n int) {
	g.t.Helper()
	vpc := g.properties("Vpc")
	diff(g.t, "names are resolved", []any{true, true}, []any{vpc["EnableDnsSupport"], vpc["EnableDnsHostnames"]})
	whole := netip.MustParsePrefix(vpc["CidrBlock"].(string))
	var subnets []netip.Prefix
	for _, id := range g.ids("AWS::EC2::Subnet") {
		subnet := netip.MustParsePrefix(g.properties(id)["CidrBlock"].(string))
		if !whole.Overlaps(subnet) || slices.ContainsFunc(subnets, subnet.Overlaps) {
			g.t.Errorf("%s: %s is not its own part of %s", id, subnet, whole)
		}
		subnets = append(subnets, subnet)
	}
	inVPC := slices.DeleteFunc(g.ids(function), func(id string) bool { return g.properties(id)["VpcConfig"] == nil })
	diff(g.t, "functions in the VPC", n, len(inVPC))
	if slices.Contains(inVPC, "Orchestrator") {
		g.t.Error("the orchestrator is in the VPC")
	}
	for _, id := range g.ids("AWS::EC2::SecurityGroup") {
		if in := g.properties(id)["SecurityGroupIngress"]; in != nil {
			g.t.Errorf("%s lets in %v", id, in)
		}
	}
}

// TestAnotherEgressMovesNone: whatever belongs to an egress is the same in a larger pool.
func TestAnotherEgressMovesNone(t *testing.T) {
	for _, kind := range []string{"nat", "ipv6"} {
		pool := func(n int) object {
			return resources(t, fmt.Sprintf("retry: {maxAttempts: 3}\negress: {count: %d, network: {type: %s}}\n", n, kind))
		}
		few, many := pool(3), pool(50)
		for id, r := range few {
			if strings.HasPrefix(r.(object)["Type"].(string), "AWS::EC2::") {
				diff(t, kind+" "+id, r, many[id])
			}
		}
	}
}
