package review_test

import (
	"strings"
	"testing"
)

const (
	natPool     = "count: 3, network: {type: nat}"
	ownAdresses = "network: {type: nat, addresses: [eipalloc-00000001, eipalloc-00000002, eipalloc-00000003]}"
	ownSubnets  = "network: {type: subnets, securityGroups: [sg-01234567], subnets: [subnet-00000001, subnet-00000002, subnet-00000003]}"
)

// TestNetworkThatChanges: who allow-lists addresses is thought of, what AWS refuses is said
// before, and what goes on costing too.
func TestNetworkThatChanges(t *testing.T) {
	swapped := strings.NewReplacer("eipalloc-00000001", "eipalloc-00000002", "eipalloc-00000002", "eipalloc-00000001").Replace(ownAdresses)
	tests := []struct {
		name, from, to string
		want           []string // of the summary
		without        []string
	}{
		{"NAT gateways", "count: 3", natPool, []string{
			"! other-addresses: the API sees the egresses from Elastic IPs: one that allow-lists addresses has to know them before",
			"note: AWS takes minutes to move the egresses", "network a month, used or not: $0.00 -> $109.50",
			"egress.network.type: (none) -> nat"}, nil},
		{"no NAT gateways any more", natPool, "count: 3", []string{
			"! other-addresses: AWS picks the addresses from which the API sees the egresses, and promises none",
			"Egress3Address (Elastic IP of egress 3): the address stays yours and goes on costing, until you release it",
			"network a month, used or not: $109.50 -> $0.00"}, []string{"wider-permission", "inactive"}},
		{"no addresses of one's own any more", ownAdresses, "count: 3", []string{"! other-addresses: AWS picks"}, []string{"goes on costing"}},
		{"another NAT gateway", natPool, "count: 4, network: {type: nat}", []string{
			"! other-addresses: the API sees egress 4 from 1 other Elastic IP besides: one that allow-lists addresses has to know it before",
			"network a month, used or not: $109.50 -> $146.00"}, []string{"to move the egresses"}},
		{"two fewer", natPool, "count: 1, network: {type: nat}", []string{
			"! deleted: ", "Egress3Address (Elastic IP of egress 3): the address stays yours and goes on costing"}, []string{"other-addresses"}},
		{"another address", ownAdresses, strings.Replace(ownAdresses, "00000002", "00000009", 1), []string{
			"! other-addresses: the API sees egress 2 from eipalloc-00000009, no longer from eipalloc-00000002 (egress.network.addresses)"},
			[]string{"deployment-fails"}},
		{"addresses swapped", ownAdresses, swapped, []string{
			"! deployment-fails: eipalloc-00000002 moves from egress 2 to egress 1",
			"! deployment-fails: eipalloc-00000001 moves from egress 1 to egress 2"}, nil},
		{"addresses of one's own in place of new ones", natPool, ownAdresses, []string{
			"! other-addresses: the API sees the egresses from the Elastic IPs that the spec names now",
			"goes on costing, until you release it"}, []string{"besides"}},
		{"another subnet", ownSubnets, strings.Replace(ownSubnets, "00000002", "00000009", 1), []string{
			"! other-addresses: egress 2 from subnet-00000002 to subnet-00000009: the API sees another address where"}, nil},
		{"another range", natPool, "count: 3, network: {type: nat, cidr: 10.7.0.0/16}", []string{
			"! deployment-fails: the network is made anew with its range"}, nil},
		{"another range by IPv6", "count: 3, network: {type: ipv6}", "count: 3, network: {type: ipv6, cidr: 10.7.0.0/16}", []string{
			"! other-addresses: the network is made anew with its range, and AWS gives it another /56"}, nil},
		{"IPv6", "count: 3", "count: 3, network: {type: ipv6}", []string{"! other-addresses: the API sees the egresses by IPv6 alone"},
			[]string{"a month"}},
		{"nothing of it", natPool, "memory: 256, " + natPool, nil, []string{"other-addresses", "to move", "network a month"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			from, to := change(t, "count: 3", test.from), change(t, "count: 3", test.to)
			got := text(of(t, load(t, to), files(load(t, from))))
			for _, want := range test.want {
				if !strings.Contains(got, want) {
					t.Errorf("%q is not in\n%s", want, got)
				}
			}
			for _, unwanted := range test.without {
				if strings.Contains(got, unwanted) {
					t.Errorf("%q is in\n%s", unwanted, got)
				}
			}
		})
	}
	first := text(of(t, load(t, change(t, "count: 3", natPool)), nil))
	if strings.Contains(first, "other-addresses") || !strings.Contains(first, "network a month, used or not: $109.50") {
		t.Errorf("a new stack:\n%s", first)
	}
}
