package contract_test

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
)

// The first and the last address of each network, and their neighbours outside of
// it where those are of another kind.
func TestBlockedKind4(t *testing.T) {
	tests := []struct {
		want      string
		addresses []string
	}{
		{"unspecified (this network)", []string{"0.0.0.0", "0.1.2.3", "0.255.255.255"}},
		{"private", []string{"10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255", "192.168.0.0", "192.168.255.255"}},
		{"private (carrier-grade NAT)", []string{"100.64.0.0", "100.127.255.255"}},
		{"loopback", []string{"127.0.0.0", "127.0.0.1", "127.255.255.255"}},
		{"link-local", []string{"169.254.0.0", "169.254.169.254", "169.254.255.255"}},
		{"reserved (IPv4 service continuity)", []string{"192.0.0.0", "192.0.0.5", "192.0.0.7"}},
		{"reserved (IPv4 dummy address)", []string{"192.0.0.8"}},
		{"reserved (IETF protocols)", []string{"192.0.0.11", "192.0.0.169", "192.0.0.172", "192.0.0.255"}},
		{"reserved (NAT64 discovery)", []string{"192.0.0.170", "192.0.0.171"}},
		{"reserved (documentation)", []string{
			"192.0.2.0", "192.0.2.255", "198.51.100.0", "198.51.100.255", "203.0.113.0", "203.0.113.255",
		}},
		{"reserved (6to4 relay, deprecated)", []string{"192.88.99.0", "192.88.99.1", "192.88.99.3", "192.88.99.255"}},
		{"reserved (6a44 relay)", []string{"192.88.99.2"}},
		{"reserved (benchmarks)", []string{"198.18.0.0", "198.18.0.1", "198.19.255.255"}},
		{"multicast", []string{"224.0.0.0", "224.0.0.1", "239.255.255.255"}},
		{"reserved", []string{"240.0.0.0", "240.0.0.1", "255.255.255.254"}},
		{"broadcast", []string{"255.255.255.255"}},
		{"", []string{
			"1.0.0.0", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
			"169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0", "192.0.1.255", "192.0.3.0",
			"192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "198.51.99.255", "198.51.101.0",
			"203.0.112.255", "203.0.114.0", "223.255.255.255",
			"192.0.0.9", "192.0.0.10", "192.31.196.1", "192.52.193.1", "192.175.48.1", // globally reachable
		}},
	}
	for _, test := range tests {
		kindsAre(t, test.want, test.addresses)
	}
}

func TestBlockedKind6(t *testing.T) {
	const last64 = ":ffff:ffff:ffff:ffff"
	tests := []struct {
		want      string
		addresses []string
	}{
		{"unspecified", []string{"::"}},
		{"loopback", []string{"::1"}},
		{"private (local NAT64)", []string{"64:ff9b:1::", "64:ff9b:1::8.8.8.8", "64:ff9b:1:ffff" + last64}},
		{"reserved (discard only)", []string{"100::", "100::1", "100:0:0:0" + last64}},
		{"reserved (dummy prefix)", []string{"100:0:0:1::", "100:0:0:1" + last64}},
		{"reserved (IETF protocols)", []string{"2001:1::", "2001:1::4", "2001:4::", "2001:4:111::1", "2001:4:113::1", "2001:40::",
			"2001:1ff:ffff:ffff" + last64}},
		{"reserved (benchmarks)", []string{"2001:2::", "2001:2:0:ffff" + last64}},
		{"reserved (ORCHID, deprecated)", []string{"2001:10::", "2001:1f:ffff:ffff" + last64}},
		{"reserved (ORCHIDv2)", []string{"2001:20::", "2001:2f:ffff:ffff" + last64}},
		{"reserved (drone remote ID)", []string{"2001:30::", "2001:3f:ffff:ffff" + last64}},
		{"reserved (documentation)", []string{"2001:db8::", "2001:db8:ffff:ffff" + last64, "3fff::", "3fff:fff:ffff:ffff" + last64}},
		{"private (segment routing)", []string{"5f00::", "5f00:ffff:ffff:ffff" + last64}},
		{"private (unique local)", []string{"fc00::", "fc00::1", "fd00:ec2::254", "fdff:ffff:ffff:ffff" + last64}},
		{"link-local", []string{"fe80::", "fe80::1", "fe80::1%eth0", "febf:ffff:ffff:ffff" + last64}},
		{"private (site-local)", []string{"fec0::", "feff:ffff:ffff:ffff" + last64}},
		{"multicast", []string{"ff00::", "ff02::1", "ff02::1%1", "ff0e::1", "ffff:ffff:ffff:ffff" + last64}},
		{"", []string{
			"64:ff9b:2::", "ff:ffff:ffff:ffff" + last64, "100:0:0:2::", "2000::", "2001:200::", "2001:db7:ffff:ffff" + last64, "2001:db9::",
			"2001:4860:4860::8888", "2606:4700::1111", "2606:4700::1111%eth0", "3ffe:ffff:ffff:ffff" + last64, "3fff:1000::",
			"5eff:ffff:ffff:ffff" + last64, "5f01::", "fbff:ffff:ffff:ffff" + last64, "fe00::", "fe7f:ffff:ffff:ffff" + last64,
			"2001:1::1", "2001:1::2", "2001:1::3", "2001:3::1", "2001:4:112::1", "2620:4f:8000::1", // globally reachable
		}},
	}
	for _, test := range tests {
		kindsAre(t, test.want, test.addresses)
	}
}

func TestBlockedKindOfEmbeddedIPv4(t *testing.T) {
	tests := []struct {
		want      string
		addresses []string
	}{
		{"private", []string{"::ffff:10.0.0.1", "::ffff:10.0.0.1%eth0"}}, // a socket calls 10.0.0.1 itself
		{"loopback", []string{"::ffff:127.0.0.1", "::ffff:7f00:1"}},
		{"private (embedded IPv4)", []string{
			"::10.0.0.1", "::ffff:0:10.0.0.1", "64:ff9b::a00:1", "64:ff9b::a00:1%eth0", "2002:a00:1::1", "2002:aff:ffff:ffff:ffff:ffff:ffff:ffff",
			"2001:0:a00:1:0:0:f7f7:f7f7",    // Teredo server 10.0.0.1
			"2001:0:808:808:0:0:f5ff:fffe",  // Teredo client 10.0.0.1, inverted
			"2606:4700::5efe:a00:1",         // ISATAP
			"2606:4700::200:5efe:10.0.0.1",  // with the bit for a globally unique address
			"2002:808:808::5efe:10.0.0.1",   // in a network of 6to4, whose router is public
			"2606:4700:1:2:0:5efe:ac10:0%1", // with a zone
		}},
		{"link-local (embedded IPv4)", []string{"64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "2606:4700::5efe:169.254.169.254"}},
		{"loopback (embedded IPv4)", []string{"::127.0.0.1", "2002:7f00:1::", "2606:4700::200:5efe:7f00:1"}},
		{"unspecified (this network) (embedded IPv4)", []string{"::2", "64:ff9b::", "2002::", "2606:4700::5efe:0:0"}},
		{"reserved (documentation) (embedded IPv4)", []string{"64:ff9b::192.0.2.1", "2002:cb00:7101::1"}},
		{"link-local", []string{"fe80::5efe:8.8.8.8", "fe80::200:5efe:8.8.8.8%eth0"}}, // the network of ISATAP decides, too
		{"private (unique local)", []string{"fd00::5efe:8.8.8.8"}},
		{"", []string{
			"::ffff:8.8.8.8", "::8.8.8.8", "::ffff:0:8.8.8.8", "64:ff9b::8.8.8.8", "64:ff9b::8.8.8.8%eth0", "2002:808:808::1",
			"2001:0:808:808:0:0:f7f7:f7f7", "2606:4700::5efe:8.8.8.8", "2606:4700::200:5efe:8.8.8.8",
			"2606:4700::100:5efe:10.0.0.1", "2606:4700::300:5efe:10.0.0.1", "2606:4700::1:5efe:10.0.0.1", "2606:4700::5eff:10.0.0.1", // not ISATAP
		}},
	}
	for _, test := range tests {
		kindsAre(t, test.want, test.addresses)
	}
}

func kindsAre(t *testing.T, want string, addresses []string) {
	t.Helper()
	for _, address := range addresses {
		if diff := cmp.Diff(want, contract.BlockedKind(netip.MustParseAddr(address))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", address, diff)
		}
	}
}

// An egress asks on each dial.
func BenchmarkBlockedKind(b *testing.B) {
	for _, text := range []string{"8.8.8.8", "2606:4700::1111"} {
		b.Run(text, func(b *testing.B) {
			address := netip.MustParseAddr(text)
			for b.Loop() {
				contract.BlockedKind(address)
			}
		})
	}
}
