package probe_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/probe"
)

func blocks(t *testing.T, texts ...string) []probe.Block {
	t.Helper()
	var list []probe.Block
	for _, text := range texts {
		b, err := probe.ParseBlock(text)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, b)
	}
	return list
}

func TestPromises(t *testing.T) {
	nat := probe.Promise{Network: "nat", Of: blocks(t, "3.120.4.5", "18.184.2.9")}
	subnets := probe.Promise{Network: "subnets"}
	ipv6 := probe.Promise{Network: "ipv6", Of: blocks(t, "2a05:d014:1:aa00::/64", "2a05:d014:1:aa01::/64")}
	const vendor = "These are the addresses that the stack has for them: 'sfngen addresses' lists them for a vendor.\n"
	const caller = "An API that counts per address treats egresses with one address as one caller.\n"
	const elsewhere = "Its calls do not leave by the stack's own way: 'sfngen deploy --dry-run' shows what was changed outside of " +
		"CloudFormation. A service that goes by what proxies say shows another address too: --service URL asks another one.\n"
	const wide = "All of them are in 2a05:d014:1:aa00::/56: an API that counts per /56 sees one caller.\n"
	tests := []struct {
		name    string
		pool    pool
		promise probe.Promise
		broken  bool
		want    string
	}{
		{"kept", pool{{"3.120.4.5"}, {"18.184.2.9"}}, nat, false, "2 egresses show 2 distinct addresses.\n" + vendor},
		{"another address", pool{{"3.120.4.5"}, {"18.184.2.8", "18.184.2.9"}}, nat, true,
			"2 egresses show 3 distinct addresses: egress 2 showed 2.\nEgress 2 is promised 18.184.2.9 and shows 18.184.2.8.\n" + elsewhere},
		{"swapped", pool{{"18.184.2.9"}, {"3.120.4.5"}}, nat, true, "2 egresses show 2 distinct addresses.\n" +
			"Egress 1 is promised 3.120.4.5 and shows 18.184.2.9.\nEgress 2 is promised 18.184.2.9 and shows 3.120.4.5.\n" + elsewhere},
		{"not known, and shared", pool{{"3.120.4.5"}, {"3.120.4.5"}}, probe.Promise{Network: "nat"}, true,
			"2 egresses show 1 distinct address: egress 1 and egress 2 share 3.120.4.5.\n" + caller +
				"Each has a way out of its own by the template: 'sfngen deploy --dry-run' shows what was changed outside of CloudFormation.\n"},
		{"one did not answer", pool{{"3.120.4.5"}, {faulty("timeout", "timeout")}}, nat, false,
			"egress 2: timeout (asked https://checkip.amazonaws.com; --service URL asks another one)\n" +
				"1 of 2 egresses shows 1 distinct address.\n" + vendor},
		{"subnets by one gateway", pool{{"3.120.4.5"}, {"3.120.4.5"}}, subnets, true,
			"2 egresses show 1 distinct address: egress 1 and egress 2 share 3.120.4.5.\n" + caller +
				"Their subnets lead out by one NAT gateway: 'sfngen validate --aws' says by which; give each a gateway of its own.\n"},
		{"subnets by two", pool{{"3.120.4.5"}, {"3.120.4.6"}}, subnets, false, "2 egresses show 2 distinct addresses.\n" +
			"They are those of your own NAT gateways, and stay as long as you keep them and the routes.\n"},
		{"any address of a range", pool{{"2a05:d014:1:aa00::1", "2a05:d014:1:aa00::2"}, {"2a05:d014:1:aa01::1"}}, ipv6, false,
			"2 egresses show 2 distinct ranges (/64).\n" + vendor + wide},
		{"one range", pool{{"2a05:d014:1:aa00::1"}, {"2a05:d014:1:aa00::2"}}, ipv6, true,
			"2 egresses show 1 distinct range (/64): egress 1 and egress 2 share 2a05:d014:1:aa00::/64.\n" + caller +
				"Egress 2 is promised 2a05:d014:1:aa01::/64 and shows 2a05:d014:1:aa00::2.\n" + elsewhere + wide},
		{"IPv4 in place of IPv6", pool{{"3.120.4.5"}, {"2a05:d014:1:aa01::1"}}, ipv6, true, "2 egresses show 2 distinct ranges (/64).\n" +
			"Egress 1 is promised 2a05:d014:1:aa00::/64 and shows 3.120.4.5.\n" + elsewhere},
		{"no promise", pool{{"3.120.4.5"}, {"3.120.4.5"}}, probe.Promise{Network: "lambda"}, false,
			"2 egresses show 1 distinct address: egress 1 and egress 2 share 3.120.4.5.\n" + caller +
				"AWS does not promise a function outside a VPC its own address: run it again later, or raise egress.count.\n" +
				"egress.network.type: nat gives each egress an address of its own (docs/addresses.md).\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := test.pool.options()
			o.Promise = test.promise
			report, err := probe.Run(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			_, words, _ := strings.Cut(report.Text(0, false), "\n\n")
			if diff := cmp.Diff(test.want, words); diff != "" || report.IsBroken() != test.broken {
				t.Errorf("broken: %v; words (-want +got):\n%s", report.IsBroken(), diff)
			}
		})
	}
}

func TestBlock(t *testing.T) {
	for text, want := range map[string]string{
		"3.120.4.5":              "3.120.4.5",
		"3.120.4.5/32":           "3.120.4.5",
		"2a05:d014:1:aa00::/64":  "2a05:d014:1:aa00::/64",
		"2a05:d014:1:aa00::9/64": "2a05:d014:1:aa00::/64",
	} {
		b := blocks(t, text)[0]
		encoded, err := json.Marshal(b)
		if err != nil || string(encoded) != `"`+want+`"` {
			t.Errorf("%s: %s, %v; want %s", text, encoded, err, want)
		}
		var again probe.Block
		if err := json.Unmarshal(encoded, &again); err != nil || again != b {
			t.Errorf("%s: read as %s, %v", encoded, again, err)
		}
	}
	for _, text := range []string{"", "3.120.4", "pending", "3.120.4.5/33"} {
		if b, err := probe.ParseBlock(text); err == nil {
			t.Errorf("%q is %s", text, b)
		}
	}
}
