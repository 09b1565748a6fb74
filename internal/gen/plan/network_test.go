package plan

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/spec"
)

func inVPC(kind, cidr string, egresses int) *Plan {
	return &Plan{Egresses: egresses, Egress: spec.Egress{Network: spec.Network{Type: kind, CIDR: cidr}}}
}

func TestVPC(t *testing.T) {
	tests := []struct {
		name string
		plan *Plan
		want *VPC
	}{
		{"none", inVPC(spec.NetworkLambda, "10.42.0.0/16", 3), nil},
		{"the user's", inVPC(spec.NetworkSubnets, "10.42.0.0/16", 3), nil},
		{"the default", inVPC(spec.NetworkNAT, "10.42.0.0/16", 3), &VPC{CIDR: "10.42.0.0/16",
			Public: []string{"10.42.0.0/20", "10.42.16.0/20"}, Egress: []string{"10.42.32.0/22", "10.42.36.0/22", "10.42.40.0/22"}}},
		{"the smallest", inVPC(spec.NetworkNAT, "192.168.7.0/24", 2), &VPC{CIDR: "192.168.7.0/24",
			Public: []string{"192.168.7.0/28", "192.168.7.16/28"}, Egress: []string{"192.168.7.32/28", "192.168.7.48/28"}}},
		{"without NAT gateways", inVPC(spec.NetworkIPv6, "172.16.64.0/20", 2), &VPC{CIDR: "172.16.64.0/20",
			Egress: []string{"172.16.66.0/26", "172.16.66.64/26"}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, test.plan.VPC()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestVPCIsCut: of each size that a range may have, as many egresses as have room get a
// subnet that AWS takes, inside of the range, and none overlaps another; each public subnet
// has an address for each of its NAT gateways.
func TestVPCIsCut(t *testing.T) {
	for bits := 16; bits <= 24; bits++ {
		whole := netip.PrefixFrom(netip.MustParseAddr("10.80.0.0"), bits)
		n := min(roomFor(whole), contract.MaxEgresses)
		if want := map[int]int{23: 28, 24: 14}[bits]; want != 0 && n != want || want == 0 && n != contract.MaxEgresses {
			t.Errorf("%s has room for %d egresses", whole, n)
		}
		v := inVPC(spec.NetworkNAT, whole.String(), n).VPC()
		var before []netip.Prefix
		for _, text := range append(v.Public, v.Egress...) {
			subnet := netip.MustParsePrefix(text)
			if subnet != subnet.Masked() || subnet.Bits() > 28 || subnet.Bits() <= bits || !whole.Contains(subnet.Addr()) {
				t.Errorf("%s has the subnet %s", whole, subnet)
			}
			for _, other := range before {
				if subnet.Overlaps(other) {
					t.Errorf("%s overlaps %s", subnet, other)
				}
			}
			before = append(before, subnet)
		}
		if gateways := (n + Zones - 1) / Zones; 1<<(32-before[0].Bits())-5 < gateways {
			t.Errorf("%s has no room for %d NAT gateways", before[0], gateways)
		}
	}
}

// TestSubnetsStay: another egress moves none of the others.
func TestSubnetsStay(t *testing.T) {
	few, many := inVPC(spec.NetworkNAT, "10.42.0.0/22", 3).VPC(), inVPC(spec.NetworkNAT, "10.42.0.0/22", 50).VPC()
	if diff := cmp.Diff(few.Egress, many.Egress[:3]); diff != "" {
		t.Errorf("(-3 +50):\n%s", diff)
	}
	if diff := cmp.Diff(few.Public, many.Public); diff != "" {
		t.Errorf("public (-3 +50):\n%s", diff)
	}
}
