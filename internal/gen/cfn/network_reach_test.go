package cfn_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// callee is something that an egress calls.
type callee struct {
	what string
	port int
	// aws is a service, which has a name with IPv6 addresses for who asks for it; table is
	// the one that has an endpoint in the VPC.
	aws, table bool
}

// TestNothingIsUnreachable: whatever an egress calls, by what its spec says, there is a way
// to it: a route, a security group that lets it out, and with IPv6 alone a name that has it.
func TestNothingIsUnreachable(t *testing.T) {
	const (
		oauth = "upstream:\n  url: https://api.example:8443\n  credentials:\n    oauth2: {tokenUrl: 'https://id.example:9443/token', " +
			"clientId: a, clientSecret: {secret: s}}\n"
		keyed = "upstream: {url: 'https://api.example', credentials: {headers: {x-key: {parameter: /k}}}}\n"
		plain = "upstream: {url: 'https://api.example'}\n"
	)
	echo := callee{what: "the echo of addresses", port: 443}
	tests := []struct {
		name, upstream, egress string
		want                   []callee
	}{
		{"an API alone", plain, "", []callee{echo, {what: "the API", port: 443}}},
		{"a port, tokens, a secret", oauth, "", []callee{echo, {what: "the API", port: 8443}, {what: "tokens", port: 9443},
			{what: "Secrets Manager", port: 443, aws: true}}},
		{"a parameter", keyed, "", []callee{echo, {what: "Parameter Store", port: 443, aws: true}}},
		{"a table", plain, "coordination: dynamodb, ", []callee{echo, {what: "DynamoDB", port: 443, aws: true, table: true}}},
		{"all", oauth, "coordination: dynamodb, addressEcho: 'https://echo.example:4443', ", []callee{
			{what: "the echo of addresses", port: 4443}, {what: "the API", port: 8443}, {what: "tokens", port: 9443},
			{what: "Secrets Manager", port: 443, aws: true}, {what: "DynamoDB", port: 443, aws: true, table: true}}},
	}
	for _, test := range tests {
		for _, kind := range []string{"nat", "ipv6"} {
			t.Run(kind+" "+test.name, func(t *testing.T) {
				src := "version: 1\nname: acme\n" + test.upstream + story + "egress: {" + test.egress + "network: {type: " + kind + "}}\n"
				g := graph{t, load(t, buildFile(t, readSource(t, src)).text)["Resources"].(object)}
				for k := 1; k <= 3; k++ {
					for _, c := range test.want {
						g.reaches(fmt.Sprint("Egress", k), c, kind)
					}
				}
			})
		}
	}
}

// reaches finds a way from a function to what it calls.
func (g graph) reaches(id string, c callee, kind string) {
	g.t.Helper()
	whole, family := "0.0.0.0/0", "CidrIp"
	if kind == "ipv6" {
		whole, family = "::/0", "CidrIpv6"
	}
	route := g.properties(g.defaultRoute(g.subnetOf(id)))
	if route["DestinationCidrBlock"] != whole && route["DestinationIpv6CidrBlock"] != whole {
		g.t.Errorf("%s: no route to %s", id, c.what)
	}
	if !g.letsOut(id, c.port, family, whole) {
		g.t.Errorf("%s: no security group lets it out to %s, port %d", id, c.what, c.port)
	}
	variables := g.properties(id)["Environment"].(object)["Variables"].(object)
	if dual := variables["AWS_USE_DUALSTACK_ENDPOINT"]; c.aws && kind == "ipv6" && dual != "true" {
		g.t.Errorf("%s: calls %s by a name that may have no IPv6 address", id, c.what)
	}
	if c.table {
		g.hasEndpoint(id)
		if !g.letsOut(id, 443, "CidrIp", "0.0.0.0/0") {
			g.t.Errorf("%s: no security group lets it out to the endpoint of the table", id)
		}
	}
}

func (g graph) letsOut(id string, port int, family, to string) bool {
	for _, group := range g.properties(id)["VpcConfig"].(object)["SecurityGroupIds"].([]any) {
		for _, r := range g.properties(g.target(group))["SecurityGroupEgress"].([]any) {
			rule := r.(object)
			if rule["IpProtocol"] == "tcp" && rule["FromPort"] == port && rule["ToPort"] == port && rule[family] == to {
				return true
			}
		}
	}
	return false
}

// hasEndpoint: the endpoint of the table is in the route table of the function's subnet,
// is there before the function, and lets through what its role allows.
func (g graph) hasEndpoint(id string) {
	g.t.Helper()
	endpoint := g.one("endpoints", g.ids("AWS::EC2::VPCEndpoint"))
	table := g.properties(g.defaultRoute(g.subnetOf(id)))["RouteTableId"]
	if !slices.Contains(g.properties(endpoint)["RouteTableIds"].([]any), table) {
		g.t.Errorf("%s is not in %s", endpoint, table)
	}
	g.inOrder(endpoint, id)
	role := g.target(g.properties(id)["Role"])
	for _, allowed := range permissions(g.t, g.all, role) {
		if action, _, _ := strings.Cut(allowed, " "); strings.HasPrefix(action, "dynamodb:") {
			s := statements(g.properties(endpoint)["PolicyDocument"])[0]
			if !slices.Contains(asList(s["Action"]), any(action)) || s["Resource"] != "!GetAtt PoolTable.Arn" {
				g.t.Errorf("%s does not let %s through", endpoint, allowed)
			}
		}
	}
}
