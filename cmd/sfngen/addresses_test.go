package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/addresses"
	"github.com/sfngen/sfngen/internal/fakeaws"
	"github.com/sfngen/sfngen/internal/fakeaws/ec2"
	"github.com/sfngen/sfngen/internal/fakeaws/lambda"
)

var (
	natOutputs = []string{"EgressNetwork", "nat", "EgressAddresses", "3.120.4.5,18.184.2.9,3.120.4.7", "EgressAllocations",
		"eipalloc-1,eipalloc-2,eipalloc-3"}
	ipv6Outputs = []string{"EgressNetwork", "ipv6", "EgressAddresses",
		"2a05:d014:1:aa00::/64,2a05:d014:1:aa01::/64,2a05:d014:1:aa02::/64", "EgressRange", "2a05:d014:1:aa00::/56"}
)

func TestAddresses(t *testing.T) {
	deployedWith(t, natOutputs)
	code, stdout, stderr := run("addresses", "acme-orders")
	const want = `acme-orders in eu-central-1 of account 123456789012: egress.network.type: nat

EGRESS  FUNCTION              ADDRESS     ELASTIC IP
1       acme-orders-egress-1  3.120.4.5   eipalloc-1
2       acme-orders-egress-2  18.184.2.9  eipalloc-2
3       acme-orders-egress-3  3.120.4.7   eipalloc-3

For a vendor's list: 3.120.4.5, 18.184.2.9, 3.120.4.7
They stay when the stack is updated, and when it goes, until you release the Elastic IPs.
'sfngen probe acme-orders' shows what an API sees now.
`
	if diff := cmp.Diff(want, stdout); diff != "" || code != 0 || stderr != "" {
		t.Errorf("exit status %d, stderr %q, stdout (-want +got):\n%s", code, stderr, diff)
	}
	code, stdout, _ = run("addresses", "acme-orders", "--json")
	var r addresses.Report
	if err := json.Unmarshal([]byte(stdout), &r); err != nil || code != 0 || len(r.Egresses) != 3 ||
		r.Egresses[2].Address.String() != "3.120.4.7" {
		t.Errorf("exit status %d, %v: %s", code, err, stdout)
	}
}

func TestAddressesExitStatus(t *testing.T) {
	for name, test := range map[string]struct {
		outputs []string
		stack   string
		code    int
		want    string
	}{
		"none without a VPC": {[]string{"FunctionUrl", "https://u"}, "acme-orders", 1, "AWS promises no address to a function outside a VPC"},
		"no outputs":         {nil, "acme-orders", 1, "nothing is known of its addresses"},
		"ranges":             {ipv6Outputs, "acme-orders", 0, "All of them are in 2a05:d014:1:aa00::/56"},
		"no such stack":      {nil, "parcels", 2, "no such CloudFormation stack parcels"},
	} {
		deployedWith(t, test.outputs)
		code, stdout, stderr := run("addresses", test.stack)
		if code != test.code || !strings.Contains(stdout+stderr, test.want) {
			t.Errorf("%s: exit status %d, want %d; no %q in\n%s%s", name, code, test.code, test.want, stdout, stderr)
		}
	}
}

func TestProbeHoldsThePoolAgainstItsNetwork(t *testing.T) {
	a, b, c := showing(1, "3.120.4.5"), showing(2, "18.184.2.9"), showing(3, "3.120.4.7")
	six := func(k int, text string) lambda.Function { return showing(k, "2a05:d014:1:"+text) }
	const broken = "the pool does not show what egress.network.type: "
	for _, test := range []struct {
		name     string
		outputs  []string
		egresses []lambda.Function
		args     []string
		code     int
		stderr   string
	}{
		{"each its own", natOutputs, []lambda.Function{a, b, c}, nil, 0, ""},
		{"one shares", natOutputs, []lambda.Function{a, b, showing(3, "3.120.4.5")}, nil, 1, broken + "nat promises"},
		{"another than the stack's", natOutputs, []lambda.Function{a, b, showing(3, "3.120.4.8")}, nil, 1, broken + "nat promises"},
		{"one does not answer", natOutputs, []lambda.Function{a, b}, nil, 1, ""},
		{"own subnets by one gateway", []string{"EgressNetwork", "subnets"}, []lambda.Function{a, a, c}, nil, 1, broken + "subnets promises"},
		{"own subnets", []string{"EgressNetwork", "subnets"}, []lambda.Function{a, b, c}, nil, 0, ""},
		{"any address of a range", ipv6Outputs, []lambda.Function{six(1, "aa00::9"), six(2, "aa01::8"), six(3, "aa02::7")}, nil, 0, ""},
		{"two of one range", ipv6Outputs, []lambda.Function{six(1, "aa00::9"), six(2, "aa00::8"), six(3, "aa02::7")}, nil, 1,
			broken + "ipv6 promises"},
		{"no VPC", nil, []lambda.Function{a, a, a}, nil, 0, ""},
		{"no VPC, and three wanted", nil, []lambda.Function{a, a, b}, []string{"--min-distinct", "3"}, 1,
			"the pool shows fewer distinct addresses (2) than --min-distinct requires (3)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			deployedWith(t, test.outputs, test.egresses...)
			code, stdout, stderr := run(append([]string{"probe", "acme-orders"}, test.args...)...)
			if code != test.code || !strings.Contains(stderr, test.stderr) ||
				strings.Contains(stderr, broken) != strings.Contains(test.stderr, broken) {
				t.Errorf("exit status %d, want %d; stderr, want %q:\n%s%s", code, test.code, test.stderr, stderr, stdout)
			}
		})
	}
}

// The outputs name Elastic IPs of the user by their allocation IDs alone.
func TestProbeKnowsElasticIPsOfTheUser(t *testing.T) {
	functions := ofPool([]lambda.Function{showing(1, "203.0.113.1"), showing(2, "203.0.113.2"), showing(3, "203.0.113.3")})
	for name, test := range map[string]struct {
		fake *ec2.Fake
		code int
		want string
	}{
		"as they are": {&ec2.Fake{Addresses: elasticIPs("203.0.113.1", "203.0.113.2", "203.0.113.3")}, 0, "These are the addresses that"},
		"one is another": {&ec2.Fake{Addresses: elasticIPs("203.0.113.1", "203.0.113.2", "203.0.113.9")}, 1,
			"Egress 3 is promised 203.0.113.9"},
		"nobody may know":  {&ec2.Fake{Denied: []string{"DescribeAddresses"}}, 0, "3 egresses show 3 distinct addresses.\n"},
		"one was released": {&ec2.Fake{Addresses: elasticIPs("203.0.113.1")}, 0, "3 egresses show 3 distinct addresses.\n"},
	} {
		fakeaws.Serve(t, map[string]http.Handler{"lambda": lambda.New(functions), "ec2": test.fake,
			"cloudformation": ordersStack(t, "EgressNetwork", "nat", "EgressAllocations", "eipalloc-1,eipalloc-2,eipalloc-3")})
		code, stdout, stderr := run("probe", "acme-orders")
		if code != test.code || !strings.Contains(stdout, test.want) {
			t.Errorf("%s: exit status %d, want %d; no %q in\n%s%s", name, code, test.code, test.want, stdout, stderr)
		}
	}
}

func elasticIPs(ips ...string) []ec2.Address {
	var list []ec2.Address
	for i, ip := range ips {
		list = append(list, ec2.Address{Allocation: fmt.Sprintf("eipalloc-%d", i+1), IP: ip})
	}
	return list
}
