package spec_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/sfngen/sfngen/schema/texts"
	"github.com/sfngen/sfngen/spec"
)

// networked is a spec with three attempts and this network.
func networked(network string) string {
	return minimal + "egress:\n  network: {" + network + "}\n"
}

const (
	subnet1, subnet2, subnet3 = "subnet-0123456789abcdef0", "subnet-0123456789abcdef1", "subnet-01234567"
	address1, address2        = "eipalloc-0123456789abcdef0", "eipalloc-0123456789abcdef1"
	ownSubnets                = "type: subnets, securityGroups: [sg-01234567], subnets: ["
)

func TestNetwork(t *testing.T) {
	tests := []struct {
		name, network string
		count         int // 0: not asked
		want          []string
	}{
		{"nothing written", "", 3, nil},
		{"Lambda's own", "type: lambda", 3, nil},
		{"NAT gateways", "type: nat", 3, nil},
		{"NAT gateways with a range", "type: nat, cidr: 10.9.0.0/20", 3, nil},
		{"IPv6 with a range", "type: ipv6, cidr: 172.31.255.0/24", 3, nil},
		{"addresses decide the count", "type: nat, addresses: [" + address1 + ", " + address2 + "]", 2, nil},
		{"subnets decide the count", ownSubnets + subnet1 + ", " + subnet2 + "]", 2, nil},
		{"the same subnet", ownSubnets + subnet1 + ", " + subnet2 + ", " + subnet1 + "]", 0,
			[]string{"network-twice at egress.network.subnets[2]"}},
		{"the same address", "type: nat, addresses: [" + address1 + ", " + address1 + "]", 0,
			[]string{"network-twice at egress.network.addresses[1]"}},
		{"the same security group", "type: subnets, subnets: [" + subnet1 + "], securityGroups: [sg-01234567, sg-01234567]", 0,
			[]string{"duplicate-item at egress.network.securityGroups[1]"}},
		{"no subnets", "type: subnets, securityGroups: [sg-01234567]", 0, []string{"network-incomplete at egress.network.type"}},
		{"no security group", "type: subnets, subnets: [" + subnet1 + "]", 0, []string{"network-incomplete at egress.network.type"}},
		{"neither", "type: subnets", 0, []string{"network-incomplete at egress.network.type"}},
		{"no type", "subnets: [" + subnet1 + "], securityGroups: [sg-01234567]", 0,
			[]string{"network-field at egress.network.securityGroups", "network-field at egress.network.subnets"}},
		{"addresses of subnets", ownSubnets + subnet1 + "], addresses: [" + address1 + "]", 0,
			[]string{"network-field at egress.network.addresses"}},
		{"addresses by IPv6", "type: ipv6, addresses: [" + address1 + "]", 0, []string{"network-field at egress.network.addresses"}},
		{"a range of no VPC", "type: lambda, cidr: 10.42.0.0/16", 0, []string{"network-field at egress.network.cidr"}},
		{"a range of somebody else's VPC", ownSubnets + subnet1 + "], cidr: 10.42.0.0/16", 0, []string{"network-field at egress.network.cidr"}},
		{"another type of ID", ownSubnets + "vpc-0123456789abcdef0]", 0, []string{"egress-network-subnets at egress.network.subnets[0]"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			src := networked(test.network)
			got := foundBesideWrap(t, src)
			slices.Sort(got)
			if diff := cmp.Diff(test.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			file, _ := spec.Parse("spec.yaml", []byte(src))
			if test.count > 0 && file != nil && file.Spec().Egress.Count != test.count {
				t.Errorf("got %d egresses, want %d", file.Spec().Egress.Count, test.count)
			}
		})
	}
}

// TestNetworkCount: the field, the network and the lists of credentials say the same number.
// The fields that a type does not take are those that the schema has for other types.
func TestNetworkFieldsAreTheSchemas(t *testing.T) {
	types := []string{spec.NetworkLambda, spec.NetworkNAT, spec.NetworkSubnets, spec.NetworkIPv6}
	for _, f := range texts.All(texts.Fields()) {
		if f.WithType == nil {
			continue
		}
		for _, kind := range types {
			value := texts.Flow(f.Examples[0])
			_, findings := spec.Parse("spec.yaml", []byte(networked("type: "+kind+", "+f.Name+": "+value)))
			refused := slices.ContainsFunc(findings, func(one spec.Finding) bool { return one.Rule == "network-field" && one.Path == f.Path })
			if refused == slices.Contains(f.WithType, kind) {
				t.Errorf("%s with type %s: refused %v, and the schema has it for %v", f.Path, kind, refused, f.WithType)
			}
		}
	}
}

func TestNetworkCount(t *testing.T) {
	two := "network: {" + ownSubnets + subnet1 + ", " + subnet2 + "]}"
	addresses := "network: {type: nat, addresses: [" + address1 + ", " + address2 + "]}"
	keys := "upstream:\n  url: https://api.acme.example\n  credentials: {query: {key: [{secret: a}, {secret: b}, {secret: c}]}}\n"
	tests := []struct{ name, src, want string }{
		{"more egresses than subnets", minimal + "egress: {count: 3, " + two + "}\n",
			"egress.network.subnets: has 2 for 3 egresses: egress k has the k-th for itself; write a subnet for each, or egress.count: 2, or " +
				"leave egress.count out [network-count]"},
		{"fewer egresses than addresses", minimal + "egress: {count: 1, " + addresses + "}\n",
			"egress.network.addresses: has 2 for 1 egress: egress k has the k-th for itself; write an Elastic IP for each, or egress.count: 2, or " +
				"leave egress.count out [network-count]"},
		{"as many", minimal + "egress: {count: 2, " + two + "}\n", ""},
		{"more credentials than subnets", "version: 1\nname: acme\n" + keys + "retry: {maxAttempts: 3}\negress: {" + two + "}\n",
			"upstream.credentials.query.key: has 3 references for 2 egresses: egress k uses the k-th; name 3 of them in egress.network too, " +
				"one for each egress [credential-lists]"},
		{"as many credentials", "version: 1\nname: acme\n" + keys + "retry: {maxAttempts: 3}\negress: {network: {" +
			ownSubnets + subnet1 + ", " + subnet2 + ", " + subnet3 + "]}}\n", ""},
		{"new addresses, as many as credentials",
			"version: 1\nname: acme\n" + keys + "retry: {maxAttempts: 3}\negress: {network: {type: nat}}\n", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, firstSaid(test.src)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// foundBesideWrap is what is found, but that there are more attempts than egresses.
func foundBesideWrap(t *testing.T, src string) []string {
	t.Helper()
	return slices.DeleteFunc(found(t, src), func(f string) bool { return strings.HasPrefix(f, "attempts-wrap ") })
}

// firstSaid is the first of that, without its place and severity; "" for none.
func firstSaid(src string) string {
	_, findings := spec.ParseAll("spec.yaml", []byte(src))
	findings = slices.DeleteFunc(findings, func(f spec.Finding) bool { return f.Rule == "attempts-wrap" })
	if len(findings) == 0 {
		return ""
	}
	_, text, _ := strings.Cut(findings[0].String(), string(findings[0].Severity)+": ")
	return text
}

func TestCIDR(t *testing.T) {
	const rule = "egress.network.cidr: "
	tests := []struct{ cidr, want string }{
		{"10.42.0.0/16", ""}, {"10.255.255.0/24", ""}, {"172.16.0.0/20", ""}, {"172.31.0.0/16", ""}, {"192.168.0.0/16", ""},
		{"192.168.255.0/24", ""}, {"100.64.0.0/16", ""}, {"100.127.0.0/16", ""},
		{"10.42.0.0", "must be a private IPv4 range"},
		{"fd00::/64", "must be a private IPv4 range"},
		{"10.42.0.0/8", "has a length of /8, a VPC of a stack has one from /16 to /24"},
		{"10.42.0.0/25", "has a length of /25, a VPC of a stack has one from /16 to /24"},
		{"10.42.0.0/28", "has a length of /28"},
		{"10.42.0.0/40", "is no range of IPv4 addresses"},
		{"10.42.300.0/16", "is no range of IPv4 addresses"},
		{"010.42.0.0/16", "is no range of IPv4 addresses"},
		{"10.42.7.1/16", "has an address inside of the range: the range that holds it begins at 10.42.0.0; write 10.42.0.0/16"},
		{"10.42.8.0/20", "begins at 10.42.0.0; write 10.42.0.0/20"},
		{"52.95.0.0/16", "is not private"},
		{"172.32.0.0/16", "is not private"},
		{"172.15.0.0/16", "is not private"},
		{"192.169.0.0/24", "is not private"},
		{"100.128.0.0/16", "is not private"},
		{"169.254.0.0/16", "is not private"},
		{"127.0.0.0/16", "is not private"},
		{"224.0.0.0/16", "is not private"},
	}
	for _, test := range tests {
		t.Run(test.cidr, func(t *testing.T) {
			for _, kind := range []string{spec.NetworkNAT, spec.NetworkIPv6} {
				got := firstSaid(networked(fmt.Sprintf("type: %s, cidr: '%s'", kind, test.cidr)))
				if test.want == "" && got != "" || !strings.Contains(got, test.want) {
					t.Errorf("%s: got %q, want %q", kind, got, test.want)
				}
				if got != "" && (!strings.HasPrefix(got, rule) || !strings.HasSuffix(got, "[egress-network-cidr]")) {
					t.Errorf("%s: got %q", kind, got)
				}
			}
		})
	}
}

// TestIPv4FromIPv6: an address that is no IPv6 one is refused in each URL that an egress
// calls, and in that alone.
func TestIPv4FromIPv6(t *testing.T) {
	const ipv6 = "egress: {network: {type: ipv6}}\n"
	upstream := func(url string) string {
		return strings.Replace(minimal, "https://api.acme.example", "'"+url+"'", 1) + ipv6
	}
	token := "  credentials: {oauth2: {tokenUrl: https://198.96.0.1/token, clientId: {secret: a}, clientSecret: {secret: b}}}\n"
	tests := []struct {
		name, src string
		want      []string
	}{
		{"a name", upstream("https://api.acme.example"), nil},
		{"an address", upstream("https://93.184.216.34"), []string{"ipv4-from-ipv6 at upstream.url"}},
		{"with a port and a final dot", upstream("https://93.184.216.34.:8443/v1"), []string{"ipv4-from-ipv6 at upstream.url"}},
		{"written as IPv6", upstream("https://[::ffff:93.184.216.34]"), []string{"ipv4-from-ipv6 at upstream.url"}},
		{"for a NAT64 gateway", upstream("https://[64:ff9b::5db8:d822]"), []string{"ipv4-from-ipv6 at upstream.url"}},
		{"an IPv6 address", upstream("https://[2606:4700::1111]"), nil},
		{"of tokens", "version: 1\nname: acme\nupstream:\n  url: https://api.acme.example\n" + token + "retry: {maxAttempts: 3}\n" + ipv6,
			[]string{"ipv4-from-ipv6 at upstream.credentials.oauth2.tokenUrl"}},
		{"of the echo", minimal + "egress: {addressEcho: https://93.184.216.34/ip, network: {type: ipv6}}\n",
			[]string{"ipv4-from-ipv6 at egress.addressEcho"}},
		{"with NAT gateways", strings.Replace(upstream("https://93.184.216.34"), "ipv6", "nat", 1), nil},
		{"IPv6 with NAT gateways", strings.Replace(upstream("https://[2606:4700::1111]"), "ipv6", "nat", 1),
			[]string{"ipv6-from-ipv4 at upstream.url"}},
		{"IPv6 outside of a VPC", strings.Replace(upstream("https://[2606:4700::1111]"), ipv6, "", 1),
			[]string{"ipv6-from-ipv4 at upstream.url"}},
		{"IPv6 from subnets of the user", strings.Replace(upstream("https://[2606:4700::1111]"), "{type: ipv6}",
			"{type: subnets, subnets: [subnet-0123456789abcdef0], securityGroups: [sg-0123456789abcdef0]}, count: 1", 1), nil},
		{"outside of a VPC", strings.Replace(upstream("https://93.184.216.34"), ipv6, "", 1), nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, foundBesideWrap(t, test.src), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// TestAddressEchoOfIPv6: the service that is asked without a word in the spec can be reached.
func TestAddressEchoOfIPv6(t *testing.T) {
	for src, want := range map[string]string{
		networked("type: ipv6"): "https://checkip.global.api.aws",
		networked("type: nat"):  "https://checkip.amazonaws.com",
		minimal + "egress: {addressEcho: https://api6.ipify.org, network: {type: ipv6}}\n": "https://api6.ipify.org",
	} {
		file, _ := spec.Parse("spec.yaml", []byte(src))
		if got := file.Spec().Egress.AddressEcho; got != want {
			t.Errorf("%s: got %s, want %s", src, got, want)
		}
	}
}

// TestPrivateFromEachNetwork: a private API is reached from subnets of the user alone, and
// what is only this machine from nowhere.
func TestPrivateFromEachNetwork(t *testing.T) {
	own := ownSubnets + subnet1 + "]"
	const never, unreachable = "private-upstream at upstream.url", "private-from-lambda at upstream.url"
	tests := []struct {
		url, network string
		allow        bool
		want         []string
	}{
		{"https://10.0.0.1", own, true, nil},
		{"http://10.0.0.1", own, true, nil},
		{"http://orders.shop.internal", own, true, nil},
		{"https://[fd00::1]", own, true, nil},
		{"https://10.0.0.1", own, false, []string{never}},
		{"http://127.0.0.1:8080", own, true, []string{unreachable}},
		{"http://169.254.169.254", own, true, []string{unreachable}},
		{"http://api.acme.example", own, true, []string{"plain-http at upstream.url"}},
		{"https://10.0.0.1", "type: nat", true, []string{unreachable}},
		{"https://10.0.0.1", "type: nat", false, []string{never}},
		{"https://orders.shop.internal", "type: ipv6", true, []string{unreachable}},
		{"https://10.0.0.1", "type: lambda", true, []string{unreachable}},
		{"https://api.acme.example", "type: nat", true, nil},
	}
	for _, test := range tests {
		src := strings.Replace(networked(test.network), "https://api.acme.example",
			fmt.Sprintf("'%s', allowPrivate: %t", test.url, test.allow), 1)
		if diff := cmp.Diff(test.want, foundBesideWrap(t, src), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s with %s: findings (-want +got):\n%s", test.url, test.network, diff)
		}
	}
}
