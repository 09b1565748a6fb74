package spec_test

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
)

// The check refuses what an egress would block (the guard's own test is in
// runtime/egress), and nothing else.
func TestTheCheckOfAnAddressGoesByTheContract(t *testing.T) {
	for _, text := range []string{
		"0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "169.254.169.254", "192.0.0.5", "192.0.0.9", "192.0.2.1", "192.88.99.1", "198.18.0.1",
		"203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255", "8.8.8.8", "192.31.196.1",
		"::1", "fe80::1%eth0", "fd00::1", "ff02::1", "2001:db8::1", "2001:10::1", "2001:20::1", "3fff::1", "5f00::1", "2606:4700::1111",
		"::ffff:10.0.0.1", "::ffff:8.8.8.8", "64:ff9b::a00:1", "64:ff9b::808:808", "64:ff9b:1::808:808", "2002:a00:1::1", "2002:808:808::1",
		"2001:0:a00:1:0:0:f7f7:f7f7", "2606:4700::5efe:a00:1", "2606:4700::200:5efe:a00:1", "2606:4700::5efe:808:808",
	} {
		t.Run(text, func(t *testing.T) {
			address, host := netip.MustParseAddr(text), text
			if address.Is6() {
				host = "[" + strings.ReplaceAll(text, "%", "%25") + "]"
			}
			if _, err := url.Parse("https://" + host); err != nil {
				t.Fatal(err)
			}
			findings := found(t, strings.Replace(minimal, "https://api.acme.example", fmt.Sprintf("'https://%s'", host), 1))
			blocked := slices.Contains(findings, "private-upstream at upstream.url")
			if diff := cmp.Diff(contract.BlockedKind(address) != "", blocked); diff != "" {
				t.Errorf("blocked (-want +got):\n%s", diff)
			}
		})
	}
}

// What only some resolvers take for an address is refused: the check could not say
// which one it is.
func TestAHostThatEndsInANumber(t *testing.T) {
	for host, want := range map[string]bool{
		"2130706433": true, "017700000001": true, "0x7f000001": true, "0X7F.1": true, "127.1": true, "127.0.0.01": true, "256.1.1.1": true,
		"1.2.3.4.5": true, "0": true, "api.0x": true, "127.1.": true, "api.7": true, "::1": true,
		"8.8.8.8": false, "8.8.8.8.": false, "[2606:4700::1111]": false, "127.0.0.1.nip.io": false, "1.example": false, "api.x7": false,
		"api.7x": false, "0x7g": false, "xn--80ak6aa92e": false,
	} {
		findings := found(t, strings.Replace(minimal, "https://api.acme.example", fmt.Sprintf("'https://%s/v1'", host), 1))
		if got := slices.Contains(findings, "upstream-url at upstream.url"); got != want {
			t.Errorf("%s: refused: %t, want %t: %v", host, got, want, findings)
		}
	}
}
