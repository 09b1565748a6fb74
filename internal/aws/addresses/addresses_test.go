package addresses_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/addresses"
	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/probe"
	"github.com/sfngen/sfngen/spec"
)

var place = &cloud.Cloud{Region: "eu-central-1", Account: "123456789012"}

// deployed is a stack of two egresses with these outputs, name and value in turn.
func deployed(outputs ...string) *live.Stack {
	s := &live.Stack{Name: "acme-orders", Status: types.StackStatusUpdateComplete, Outputs: map[string]string{"FunctionUrl": "https://u"},
		Summary: cfn.Summary{Egresses: []string{"acme-orders-egress-1", "acme-orders-egress-2"}}}
	for i := 0; i < len(outputs); i += 2 {
		s.Outputs[outputs[i]] = outputs[i+1]
	}
	return s
}

var natOutputs = []string{"EgressNetwork", "nat", "EgressAddresses", "3.120.4.5,18.184.2.9", "EgressAllocations", "eipalloc-1,eipalloc-2",
	"EgressSubnets", "subnet-1,subnet-2"}

func TestOfOutputs(t *testing.T) {
	const head = "acme-orders in eu-central-1 of account 123456789012: egress.network.type: "
	tests := []struct {
		name    string
		outputs []string
		whole   bool
		want    string
	}{
		{"nat", natOutputs, true, head + `nat

EGRESS  FUNCTION              ADDRESS     ELASTIC IP  SUBNET
1       acme-orders-egress-1  3.120.4.5   eipalloc-1  subnet-1
2       acme-orders-egress-2  18.184.2.9  eipalloc-2  subnet-2

For a vendor's list: 3.120.4.5, 18.184.2.9
They stay when the stack is updated, and when it goes, until you release the Elastic IPs.
'sfngen probe acme-orders' shows what an API sees now.
`},
		{"ipv6", []string{"EgressNetwork", "ipv6", "EgressAddresses", "2a05:d014:1:aa00::/64,2a05:d014:1:aa01::/64", "EgressRange",
			"2a05:d014:1:aa00::/56"}, true, head + `ipv6

EGRESS  FUNCTION              ADDRESS
1       acme-orders-egress-1  2a05:d014:1:aa00::/64
2       acme-orders-egress-2  2a05:d014:1:aa01::/64

For a vendor's list: 2a05:d014:1:aa00::/64, 2a05:d014:1:aa01::/64
An egress may show any address in its range, and another one tomorrow: give the ranges, not addresses.
All of them are in 2a05:d014:1:aa00::/56: an API that counts per /56 sees one caller.
The ranges go with the stack: a new one has others.
'sfngen probe acme-orders' shows what an API sees now.
`},
		{"subnets", []string{"EgressNetwork", "subnets", "EgressSubnets", "subnet-1,subnet-2"}, false, head + `subnets

EGRESS  FUNCTION              ADDRESS    SUBNET
1       acme-orders-egress-1  not known  subnet-1
2       acme-orders-egress-2  not known  subnet-2

The addresses are those of your own ways out. One that is not known is no NAT gateway with one address,
or may not be looked at.
'sfngen probe acme-orders' shows what an API sees now.
`},
		{"lambda", nil, false, head + `lambda

EGRESS  FUNCTION              ADDRESS
1       acme-orders-egress-1  not known
2       acme-orders-egress-2  not known

AWS promises no address to a function outside a VPC: there is none to give to a vendor.
egress.network.type: nat in the spec gives each egress an Elastic IP (docs/addresses.md).
'sfngen probe acme-orders' shows what an API sees now.
`},
		{"outputs that say something else", []string{"EgressNetwork", "nat", "EgressAddresses", "3.120.4.5", "EgressAllocations",
			"pending\x1b[2J,b"}, false, head + `nat

EGRESS  FUNCTION              ADDRESS    ELASTIC IP
1       acme-orders-egress-1  not known  pending [2J
2       acme-orders-egress-2  not known  b

Not of each egress it is known which address the stack has for it.
'sfngen probe acme-orders' shows what an API sees now.
`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := addresses.OfOutputs(place, deployed(test.outputs...))
			if diff := cmp.Diff(test.want, r.Text(0, false)); diff != "" || r.IsWhole() != test.whole {
				t.Errorf("whole: %v; text (-want +got):\n%s", r.IsWhole(), diff)
			}
			p := r.Promise()
			if got := len(p.Of) == 2; got != test.whole || p.IsDistinct() != (test.name != "lambda") {
				t.Errorf("promise %+v", p)
			}
		})
	}
}

// While a stack changes, its outputs are those of before.
func TestOfAStackThatChanges(t *testing.T) {
	for status, want := range map[types.StackStatus]bool{
		"CREATE_COMPLETE": false, "UPDATE_COMPLETE": false, "UPDATE_ROLLBACK_COMPLETE": false, "IMPORT_COMPLETE": false,
		"UPDATE_IN_PROGRESS": true, "UPDATE_ROLLBACK_FAILED": true, "ROLLBACK_COMPLETE": true, "DELETE_FAILED": true,
		"UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": true,
	} {
		s := deployed()
		s.Status = status
		said := strings.Contains(addresses.OfOutputs(place, s).Text(0, false), "The stack is "+string(status))
		if said != want {
			t.Errorf("%s: said %v, want %v", status, said, want)
		}
	}
}

// Of a stack that is made for the first time it is not said that AWS promises it nothing.
func TestOfAStackThatIsMade(t *testing.T) {
	s := deployed()
	s.Status, s.Outputs = "CREATE_IN_PROGRESS", nil
	r := addresses.OfOutputs(place, s)
	const want = `acme-orders in eu-central-1 of account 123456789012

EGRESS  FUNCTION              ADDRESS
1       acme-orders-egress-1  not known
2       acme-orders-egress-2  not known

It has no outputs: no deployment of it has come to its end, and until one has, nothing is known of its addresses.
The stack is CREATE_IN_PROGRESS.
`
	if diff := cmp.Diff(want, r.Text(0, false)); diff != "" || r.IsWhole() || r.Promise().IsDistinct() {
		t.Errorf("whole: %v, %+v; text (-want +got):\n%s", r.IsWhole(), r.Promise(), diff)
	}
}

func TestJSON(t *testing.T) {
	var out bytes.Buffer
	r := addresses.OfOutputs(place, deployed("EgressNetwork", "ipv6", "EgressAddresses", "2a05:d014:1:aa00::/64,2a05:d014:1:aa01::/64",
		"EgressRange", "2a05:d014:1:aa00::/56"))
	if err := r.JSON(&out); err != nil {
		t.Fatal(err)
	}
	const want = `{
  "stack": "acme-orders",
  "region": "eu-central-1",
  "account": "123456789012",
  "network": "ipv6",
  "egresses": [
    {
      "egress": 1,
      "function": "acme-orders-egress-1",
      "address": "2a05:d014:1:aa00::/64"
    },
    {
      "egress": 2,
      "function": "acme-orders-egress-2",
      "address": "2a05:d014:1:aa01::/64"
    }
  ],
  "range": "2a05:d014:1:aa00::/56"
}
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
}

// The words of the spec and of package probe are the same.
func TestNetworksAreTheSpecs(t *testing.T) {
	for network, want := range map[string]string{spec.NetworkLambda: probe.NetworkLambda, spec.NetworkNAT: probe.NetworkNAT,
		spec.NetworkSubnets: probe.NetworkSubnets, spec.NetworkIPv6: probe.NetworkIPv6} {
		if network != want {
			t.Errorf("%s of a spec is %s of a probe", network, want)
		}
	}
}
