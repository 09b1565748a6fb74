package check_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/check"
	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/fakeaws"
	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
	"github.com/sfngen/sfngen/internal/fakeaws/ec2"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// What AWS says of a network stands at the field of the spec that it is about.
func TestNetwork(t *testing.T) {
	const subnets = `  network:
    type: subnets
    subnets:
      - subnet-0123456789abcdef0
      - subnet-0123456789abcdef1
    securityGroups: [sg-0123456789abcdef0]
`
	out := []ec2.Permission{{Protocol: "tcp", From: 443, Till: 443, IPv4: []ec2.Range{{CIDR: "0.0.0.0/0"}}}}
	region := ec2.Fake{
		Subnets: []ec2.Subnet{{ID: "subnet-0123456789abcdef1", VPC: "vpc-1", Free: 9}},
		Groups:  []ec2.Group{{ID: "sg-0123456789abcdef0", VPC: "vpc-1", Out: out}},
		Tables: []ec2.Routes{{ID: "rtb-1", VPC: "vpc-1", Associations: []ec2.Association{{Main: true}},
			Routes: []ec2.Route{{To: "0.0.0.0/0", State: "active", Transit: "tgw-1"}}}},
		Zones: []string{"eu-central-1a", "eu-central-1b"},
	}
	full := ec2.Quotas{Values: map[string]float64{"L-0263D0A3": 2}}
	cases := map[string]struct {
		network  string
		deployed bool
		want     []string
	}{
		"none": {"", false, []string{}},
		"subnets": {subnets, false, []string{
			"a.yaml:18:9: error: egress.network.subnets[0]: there is no subnet subnet-0123456789abcdef0 in eu-central-1 of account " +
				"123456789012; 'aws ec2 describe-subnets --region eu-central-1' shows which there are [aws-network]",
			"a.yaml:19:9: warning: egress.network.subnets[1]: the subnet subnet-0123456789abcdef1 of egress 2 leads out by tgw-1: which " +
				"address the API sees is not known; 'sfngen probe' shows it once the stack is deployed [aws-network-doubt]"}},
		"full subnets": {subnets, false, []string{"a.yaml:18:9: error: egress.network.subnets[0]: the subnet subnet-0123456789abcdef0 has 0 " +
			"free addresses left, and an egress needs 2; name a subnet that has room [aws-network]", leadsOut(18, 1), leadsOut(19, 2)}},
		"subnets that its own functions fill": {subnets, true, []string{leadsOut(18, 1), leadsOut(19, 2)}},
		"a quota": {"  network: {type: nat}\n", false, []string{"a.yaml:13:10: error: egress.count: the stack needs 2 more Elastic IPs, and " +
			"the account has 1 of the 2 that it may have in eu-central-1; request 3: 'aws service-quotas request-service-quota-increase " +
			"--service-code ec2 --quota-code L-0263D0A3 --desired-value 3 --region eu-central-1'; nothing uses eipalloc-9 (203.0.113.9): name " +
			"it in egress.network.addresses, or release it [aws-network]"}},
		"what is deployed is not needed once more": {"  network: {type: nat}\n", true, []string{}},
	}
	for name, tt := range cases {
		t.Run(name, func(t *testing.T) {
			s := load(t, strings.Replace(acme, "  start: random\n", "  start: random\n"+tt.network, 1))[0]
			stacks := &cloudformation.Fake{}
			if tt.deployed {
				stacks.Put(cloudformation.Stack{Name: "acme", Status: "CREATE_COMPLETE", Template: string(s.File(stack.TemplateFile))})
			}
			here := &ec2.Fake{Subnets: region.Subnets, Groups: region.Groups, Tables: region.Tables, Zones: region.Zones,
				Addresses: []ec2.Address{{Allocation: "eipalloc-9", IP: "203.0.113.9", Domain: "vpc"}}}
			if strings.Contains(name, "full subnets") || strings.Contains(name, "fill") {
				here.Subnets = []ec2.Subnet{{ID: "subnet-0123456789abcdef0", VPC: "vpc-1"},
					{ID: "subnet-0123456789abcdef1", VPC: "vpc-1", Free: 9}}
			}
			fakeaws.Serve(t, map[string]http.Handler{"ec2": here, "servicequotas": full, "cloudformation": stacks})
			c, err := cloud.Open(t.Context(), cloud.Options{})
			if err != nil {
				t.Fatal(err)
			}
			findings, err := check.Network(t.Context(), c, s, nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, lines(findings)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// leadsOut is what is said of the subnet of egress k on a line.
func leadsOut(line, k int) string {
	return fmt.Sprintf("a.yaml:%d:9: warning: egress.network.subnets[%d]: the subnet subnet-0123456789abcdef%d of egress %d "+
		"leads out by tgw-1: which address the API sees is not known; 'sfngen probe' shows it once the stack is deployed "+
		"[aws-network-doubt]", line, k-1, k-1, k)
}
