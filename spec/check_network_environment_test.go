package spec_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCountOfAnEnvironment: who writes the count is told of it.
func TestCountOfAnEnvironment(t *testing.T) {
	base := minimal + "egress: {network: {" + ownSubnets + subnet1 + ", " + subnet2 + "]}}\nenvironments:\n  prod:\n  dev: {egress: {"
	for overlay, want := range map[string]string{
		"count: 2": "",
		"count: 1": "environments.dev.egress.count: is 1, and egress.network.subnets has 2: egress k has the k-th for itself; write a subnet " +
			"for each, or egress.count: 2, or leave egress.count out [network-count]",
		"count: 3, network: {subnets: [" + subnet1 + "]}": "environments.dev.egress.network.subnets: has 1 for 3 egresses: egress k has the " +
			"k-th for itself; write a subnet for each, or egress.count: 1, or leave egress.count out [network-count]",
	} {
		if diff := cmp.Diff(want, firstSaid(base+overlay+"}}\n")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", overlay, diff)
		}
	}
}

// TestNetworkOfAnEnvironment: what an overlay breaks is said there, with what to do there.
func TestNetworkOfAnEnvironment(t *testing.T) {
	base := minimal + "egress: {network: {type: nat, addresses: [" + address1 + "]}}\nenvironments:\n  prod:\n  dev: {egress: {network: "
	tests := []struct{ name, overlay, want string }{
		{"another type", "{type: lambda}", "egress.network.addresses: means nothing with egress.network.type: lambda (in environment dev); " +
			"write type: nat, or remove it; an environment takes it away by addresses: null [network-field]"},
		{"no network at all", "null", ""},
		{"another type, without the addresses", "{type: lambda, addresses: null}", ""},
		{"the same address twice", "{addresses: [" + address1 + ", " + address1 + "]}",
			"environments.dev.egress.network.addresses[1]: is the same as egress.network.addresses[0]: it belongs to one NAT gateway alone; " +
				"write another one, or one egress less [network-twice]"},
		{"subnets", "{type: subnets, addresses: null}", "environments.dev.egress.network.type: takes subnets of yours, but " +
			"egress.network.subnets names none; write the ID of one private subnet for each egress, as in subnets: [subnet-0123456789abcdef0]; " +
			"type: nat makes a network of the stack's own [network-incomplete]"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, firstSaid(base+test.overlay+"}}\n")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
