package plan_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/spec"
)

// networked is the plan of a spec with so many attempts and this network, and what is found.
func networked(t *testing.T, attempts, egress, upstream string) (*plan.Plan, []spec.Finding) {
	t.Helper()
	src := "version: 1\nname: acme\nupstream: {url: https://api.acme.example" + upstream + "}\n" +
		"retry: {maxAttempts: " + attempts + "}\negress: {" + egress + "}\n"
	file, findings := spec.Parse("spec.yaml", []byte(src))
	if file == nil {
		t.Fatal(findings)
	}
	return plan.New(file)
}

const inSubnets = "network: {type: subnets, securityGroups: [sg-01234567], subnets: [subnet-00000001, subnet-00000002]}"

func TestNetworkLines(t *testing.T) {
	pinged := []string{"  a weekly ping keeps AWS from making an egress inactive, for less than a cent a month",
		"  the first deployment takes minutes longer, and leaving the VPC up to 45 minutes"}
	tests := []struct {
		name, attempts, egress, upstream string
		want                             []string
	}{
		{"nothing written", "3", "", "", []string{
			"network: lambda: AWS picks the address of each egress, and promises neither that they differ nor that they stay"}},
		{"one egress", "2", "count: 1", "", []string{
			"network: lambda: AWS picks the address of the egress, and does not promise that it stays"}},
		{"a private API", "3", "", ", allowPrivate: true", []string{
			"network: lambda: AWS picks the address of each egress, and promises neither that they differ nor that they stay",
			"  no private address is reached from there: upstream.allowPrivate helps run and dev alone"}},
		{"NAT gateways", "3", "network: {type: nat}", "", append([]string{
			"network: nat: the API sees each egress from a new Elastic IP, and from no other address; it stays when the stack goes",
			"  costs $109.50 a month, used or not ($36.50 an egress: NAT gateway $32.85, address $3.65), and $0.045 for each GB that passes",
			"  takes 3 Elastic IPs (an account has 5 by default), 2 NAT gateways per availability zone (5) and 1 VPC (5)"}, pinged...)},
		{"addresses of one's own", "2", "network: {type: nat, addresses: [eipalloc-00000001, eipalloc-00000002]}", "", append([]string{
			"network: nat: the API sees each egress from an Elastic IP of yours, and from no other address",
			"  costs $73.00 a month, used or not ($36.50 an egress: NAT gateway $32.85, address $3.65), and $0.045 for each GB that passes",
			"  takes 1 NAT gateway per availability zone (an account has 5 by default) and 1 VPC (5)"}, pinged...)},
		{"subnets", "2", inSubnets, ", allowPrivate: true", append([]string{
			"network: subnets: the API sees each egress from the NAT gateway of yours to which the route of its subnet leads",
			"  costs what your NAT gateways cost; AWS asks nothing for a Lambda in a VPC"}, pinged...)},
		{"IPv6", "3", "network: {type: ipv6}", "", append([]string{
			"network: ipv6: the API sees each egress by IPv6 from a /64 that stays; the address in it may change",
			"  costs nothing by itself: neither the gateway nor IPv6 addresses do",
			"  takes 1 VPC (an account has 5 by default) and 1 egress-only Internet gateway (5)",
			"  all are in one /56: to an API that counts a /56 they are one caller",
			"  a host without an AAAA record cannot be called"}, pinged...)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, _ := networked(t, test.attempts, test.egress, test.upstream)
			if diff := cmp.Diff(test.want, p.NetworkLines()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestNetworkView(t *testing.T) {
	p, _ := networked(t, "12", "network: {type: nat, cidr: 10.7.0.0/20}", "")
	got := p.View().Network
	quotas, _ := json.Marshal(got.Quotas)
	got.Sees, got.Notes, got.Quotas = "", nil, nil
	want := plan.NetworkView{Type: "nat", AddressesCertain: true, CIDR: "10.7.0.0/20", PerMonth: 438, PerGB: 0.045}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	wantQuotas := `[{"service":"ec2","code":"L-0263D0A3","name":"EC2-VPC Elastic IPs","default":5,"needed":12},` +
		`{"service":"vpc","code":"L-FE5A380F","name":"NAT gateways per Availability Zone","default":5,"needed":6},` +
		`{"service":"vpc","code":"L-F678F1CE","name":"VPCs per Region","default":5,"needed":1}]`
	if diff := cmp.Diff(wantQuotas, string(quotas)); diff != "" {
		t.Errorf("quotas (-want +got):\n%s", diff)
	}
	p, _ = networked(t, "2", inSubnets, "")
	got = p.View().Network
	got.Sees, got.Notes = "", nil
	want = plan.NetworkView{Type: "subnets", Subnets: []string{"subnet-00000001", "subnet-00000002"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("subnets (-want +got):\n%s", diff)
	}
}

// TestNetworkFindings: what has no room is refused with the range that has, and quotas are
// warned of from the first egress that the default does not hold.
func TestNetworkFindings(t *testing.T) {
	quota := func(taken, request string) string {
		return "the stack takes " + taken + " by default; request " + request + " in Service Quotas before deploying, and ignore this warning"
	}
	const eips, nats = `"EC2-VPC Elastic IPs" (ec2, L-0263D0A3)`, `"NAT gateways per Availability Zone" (vpc, L-FE5A380F)`
	eleven := ""
	for i := range 11 {
		eleven += ", eipalloc-0000000" + string("0123456789a"[i])
	}
	tests := []struct{ name, attempts, egress, want string }{
		{"five", "5", "network: {type: nat}", ""},
		{"six", "6", "network: {type: nat}", quota("6 Elastic IPs of a region; an account has 5", "at least 6 of "+eips)},
		{"ten", "10", "network: {type: nat}", quota("10 Elastic IPs of a region; an account has 5", "at least 10 of "+eips)},
		{"eleven", "11", "network: {type: nat}", quota(
			"11 Elastic IPs of a region and 6 NAT gateways of an availability zone; an account has 5 of each",
			"at least 11 of "+eips+" and at least 6 of "+nats)},
		{"eleven of one's own", "11", "network: {type: nat, addresses: [" + eleven[2:] + "]}",
			quota("6 NAT gateways of an availability zone; an account has 5", "at least 6 of "+nats)},
		{"many by IPv6", "50", "network: {type: ipv6}", ""},
		{"fourteen in a /24", "14", "network: {type: ipv6, cidr: 10.1.2.0/24}", ""},
		{"fifteen in a /24", "15", "network: {type: ipv6, cidr: 10.1.2.0/24}",
			"has room for 14 egresses with a subnet each, and the pool has 15; write a range of /23, or a smaller pool"},
		{"fifty in a /24", "50", "network: {type: nat, cidr: 10.1.2.0/24}",
			"has room for 14 egresses with a subnet each, and the pool has 50; write a range of /22, or a smaller pool"},
		{"fifty in a /22", "50", "network: {type: ipv6, cidr: 10.1.4.0/22}", ""},
		{"no range of its own", "50", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, findings := networked(t, test.attempts, test.egress, "")
			var got []string
			for _, f := range findings {
				if f.Rule == "network-over-quota" || f.Rule == "cidr-too-small" {
					got = append(got, f.Message+"; "+f.Hint)
				}
			}
			if strings.Join(got, "\n") != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestPoolOfANetwork: what makes the egresses of a pool count for themselves.
func TestPoolOfANetwork(t *testing.T) {
	const limited = ", limits: [{requests: 60, window: 1h, per: ip}]"
	for egress, want := range map[string]string{
		"count: 2": "if each has an address of its own", "count: 2, network: {type: nat}": "each with an address of its own",
		inSubnets: "if no two subnets lead to one NAT gateway", "count: 2, network: {type: ipv6}": "if the API counts addresses or /64s",
	} {
		p, _ := networked(t, "2", egress, limited)
		if want := "120 in 1h over 2 egresses, " + want; p.PoolWords(p.UpstreamLimits()[0]) != want {
			t.Errorf("%s: got %q, want %q", egress, p.PoolWords(p.UpstreamLimits()[0]), want)
		}
	}
}

// TestNetworkRecord: a plan.json has of the network what the stack has.
func TestNetworkRecord(t *testing.T) {
	for egress, want := range map[string]string{
		"":                     "",
		"network: {type: nat}": `"network": {"type": "nat", "cidr": "10.42.0.0/16"}`,
		inSubnets: `"network": {"type": "subnets", "subnets": ["subnet-00000001", "subnet-00000002"], ` +
			`"securityGroups": ["sg-01234567"]}`,
		"network: {type: lambda}": "",
	} {
		p, _ := networked(t, "2", egress, "")
		text := strings.Join(strings.Fields(record(p)), " ")
		text = strings.NewReplacer("{ ", "{", " }", "}", "[ ", "[", " ]", "]").Replace(text)
		if !strings.Contains(text, want) || want == "" && strings.Contains(text, `"network"`) {
			t.Errorf("%s: %q is not in %s", egress, want, text)
		}
	}
}
