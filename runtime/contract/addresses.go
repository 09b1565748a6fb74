package contract

import "net/netip"

// BlockedKind says in a word or two why an egress does not dial an address unless
// upstream.allowPrivate lets it, such as "private" or "loopback (embedded IPv4)";
// "" for one that it dials. The check of a spec uses it too, so both agree.
//
// The longest network that holds the address decides, as a route would. Where an
// IPv4 address is part of an IPv6 one, both decide: the packet may end at either.
// A zone says nothing about the address.
func BlockedKind(address netip.Addr) string {
	address = address.WithZone("").Unmap()
	if address.Is4() {
		return kindIn(networks4, address)
	}
	if kind := kindIn(networks6, address); kind != "" {
		return kind
	}
	wide := address.As16()
	for _, e := range embeddings {
		if !e.in(address, wide) {
			continue
		}
		if kind := kindIn(networks4, e.of(wide)); kind != "" {
			return kind + " (embedded IPv4)"
		}
	}
	return ""
}

// network is one row of a registry; the kind is empty where an egress may call it.
type network struct {
	prefix netip.Prefix
	kind   string
}

func kindIn(networks []network, address netip.Addr) string {
	longest, kind := -1, ""
	for _, n := range networks {
		if n.prefix.Bits() > longest && n.prefix.Contains(address) {
			longest, kind = n.prefix.Bits(), n.kind
		}
	}
	return kind
}

// The rows of networks4 and networks6 are those of the IANA IPv4 and IPv6
// Special-Purpose Address Registries (RFC 6890, RFC 8190), in their order and each
// with its name and RFC. What the column "Globally Reachable" says decides: True
// has no kind. Where it says N/A, or where sfngen decides otherwise, the line above
// says why. What follows the registries' own rows comes from other registries.
var networks4 = []network{
	{netip.MustParsePrefix("0.0.0.0/8"), "unspecified (this network)"},            // This network, RFC 791
	{netip.MustParsePrefix("0.0.0.0/32"), "unspecified (this network)"},           // This host on this network, RFC 1122
	{netip.MustParsePrefix("10.0.0.0/8"), "private"},                              // Private-Use, RFC 1918
	{netip.MustParsePrefix("100.64.0.0/10"), "private (carrier-grade NAT)"},       // Shared Address Space, RFC 6598
	{netip.MustParsePrefix("127.0.0.0/8"), "loopback"},                            // Loopback, RFC 1122
	{netip.MustParsePrefix("169.254.0.0/16"), "link-local"},                       // Link Local, RFC 3927
	{netip.MustParsePrefix("172.16.0.0/12"), "private"},                           // Private-Use, RFC 1918
	{netip.MustParsePrefix("192.0.0.0/24"), "reserved (IETF protocols)"},          // IETF Protocol Assignments, RFC 6890
	{netip.MustParsePrefix("192.0.0.0/29"), "reserved (IPv4 service continuity)"}, // IPv4 Service Continuity Prefix, RFC 7335
	{netip.MustParsePrefix("192.0.0.8/32"), "reserved (IPv4 dummy address)"},      // IPv4 dummy address, RFC 7600
	{netip.MustParsePrefix("192.0.0.9/32"), ""},                                   // Port Control Protocol Anycast, RFC 7723
	{netip.MustParsePrefix("192.0.0.10/32"), ""},                                  // TURN Anycast, RFC 8155
	{netip.MustParsePrefix("192.0.0.170/31"), "reserved (NAT64 discovery)"},       // NAT64/DNS64 Discovery, RFC 8880
	{netip.MustParsePrefix("192.0.2.0/24"), "reserved (documentation)"},           // Documentation (TEST-NET-1), RFC 5737
	{netip.MustParsePrefix("192.31.196.0/24"), ""},                                // AS112-v4, RFC 7535
	{netip.MustParsePrefix("192.52.193.0/24"), ""},                                // AMT, RFC 7450
	// N/A: no network may announce it any more, so what answers there is no API.
	{netip.MustParsePrefix("192.88.99.0/24"), "reserved (6to4 relay, deprecated)"}, // Deprecated (6to4 Relay Anycast), RFC 7526
	{netip.MustParsePrefix("192.88.99.2/32"), "reserved (6a44 relay)"},             // 6a44-relay anycast address, RFC 6751
	{netip.MustParsePrefix("192.168.0.0/16"), "private"},                           // Private-Use, RFC 1918
	{netip.MustParsePrefix("192.175.48.0/24"), ""},                                 // Direct Delegation AS112 Service, RFC 7534
	{netip.MustParsePrefix("198.18.0.0/15"), "reserved (benchmarks)"},              // Benchmarking, RFC 2544
	{netip.MustParsePrefix("198.51.100.0/24"), "reserved (documentation)"},         // Documentation (TEST-NET-2), RFC 5737
	{netip.MustParsePrefix("203.0.113.0/24"), "reserved (documentation)"},          // Documentation (TEST-NET-3), RFC 5737
	{netip.MustParsePrefix("240.0.0.0/4"), "reserved"},                             // Reserved, RFC 1112
	{netip.MustParsePrefix("255.255.255.255/32"), "broadcast"},                     // Limited Broadcast, RFC 919

	{netip.MustParsePrefix("224.0.0.0/4"), "multicast"}, // IPv4 Multicast Address Space, RFC 5771
}

var networks6 = []network{
	{netip.MustParsePrefix("::1/128"), "loopback"},   // Loopback Address, RFC 4291
	{netip.MustParsePrefix("::/128"), "unspecified"}, // Unspecified Address, RFC 4291
	// False in itself: the IPv4 address decides, which is what a socket calls.
	{netip.MustParsePrefix("::ffff:0:0/96"), ""},                         // IPv4-mapped Address, RFC 4291
	{netip.MustParsePrefix("64:ff9b::/96"), ""},                          // IPv4-IPv6 Translat., RFC 6052
	{netip.MustParsePrefix("64:ff9b:1::/48"), "private (local NAT64)"},   // IPv4-IPv6 Translat., RFC 8215
	{netip.MustParsePrefix("100::/64"), "reserved (discard only)"},       // Discard-Only Address Block, RFC 6666
	{netip.MustParsePrefix("100:0:0:1::/64"), "reserved (dummy prefix)"}, // Dummy IPv6 Prefix, RFC 9780
	{netip.MustParsePrefix("2001::/23"), "reserved (IETF protocols)"},    // IETF Protocol Assignments, RFC 2928
	// N/A: the IPv4 addresses of server and client decide.
	{netip.MustParsePrefix("2001::/32"), ""},                        // TEREDO, RFC 4380
	{netip.MustParsePrefix("2001:1::1/128"), ""},                    // Port Control Protocol Anycast, RFC 7723
	{netip.MustParsePrefix("2001:1::2/128"), ""},                    // TURN Anycast, RFC 8155
	{netip.MustParsePrefix("2001:1::3/128"), ""},                    // DNS-SD Service Registration Protocol Anycast, RFC 9665
	{netip.MustParsePrefix("2001:2::/48"), "reserved (benchmarks)"}, // Benchmarking, RFC 5180
	{netip.MustParsePrefix("2001:3::/32"), ""},                      // AMT, RFC 7450
	{netip.MustParsePrefix("2001:4:112::/48"), ""},                  // AS112-v6, RFC 7535
	// N/A: the allocation has ended.
	{netip.MustParsePrefix("2001:10::/28"), "reserved (ORCHID, deprecated)"}, // Deprecated (previously ORCHID), RFC 4843
	// True, but the next two are hashes of keys, not places in a network: where they
	// lead is up to a mapping in the host, which no check of the address can see.
	{netip.MustParsePrefix("2001:20::/28"), "reserved (ORCHIDv2)"},        // ORCHIDv2, RFC 7343
	{netip.MustParsePrefix("2001:30::/28"), "reserved (drone remote ID)"}, // Drone Remote ID Protocol Entity Tags, RFC 9374
	{netip.MustParsePrefix("2001:db8::/32"), "reserved (documentation)"},  // Documentation, RFC 3849
	// N/A: the IPv4 address of the router decides.
	{netip.MustParsePrefix("2002::/16"), ""},                          // 6to4, RFC 3056
	{netip.MustParsePrefix("2620:4f:8000::/48"), ""},                  // Direct Delegation AS112 Service, RFC 7534
	{netip.MustParsePrefix("3fff::/20"), "reserved (documentation)"},  // Documentation, RFC 9637
	{netip.MustParsePrefix("5f00::/16"), "private (segment routing)"}, // Segment Routing (SRv6) SIDs, RFC 9602
	{netip.MustParsePrefix("fc00::/7"), "private (unique local)"},     // Unique-Local, RFC 4193
	{netip.MustParsePrefix("fe80::/10"), "link-local"},                // Link-Local Unicast, RFC 4291

	{netip.MustParsePrefix("fec0::/10"), "private (site-local)"}, // Site-local, deprecated, RFC 3879
	{netip.MustParsePrefix("ff00::/8"), "multicast"},             // IPv6 Multicast Address Space, RFC 4291
}

// embedding is a form of IPv6 address that leads to an IPv4 address within it.
type embedding struct {
	prefix   netip.Prefix // of the addresses of this form; invalid for ISATAP, which has any
	offset   int          // of the IPv4 address, in bytes
	inverted bool         // its bits are
}

var embeddings = []embedding{
	{prefix: netip.MustParsePrefix("::/96"), offset: 12},                     // IPv4-compatible, RFC 4291 2.5.5.1
	{prefix: netip.MustParsePrefix("::ffff:0:0:0/96"), offset: 12},           // IPv4-translated, RFC 7915
	{prefix: netip.MustParsePrefix("64:ff9b::/96"), offset: 12},              // NAT64, RFC 6052
	{prefix: netip.MustParsePrefix("2002::/16"), offset: 2},                  // 6to4, RFC 3056
	{prefix: netip.MustParsePrefix("2001::/32"), offset: 4},                  // Teredo server, RFC 4380 4
	{prefix: netip.MustParsePrefix("2001::/32"), offset: 12, inverted: true}, // Teredo client
	{offset: 12}, // ISATAP
}

// in reports whether an address has this form; wide is the same address.
func (e embedding) in(address netip.Addr, wide [16]byte) bool {
	if e.prefix.IsValid() {
		return e.prefix.Contains(address)
	}
	// An ISATAP interface identifier is 0000:5efe or, with the bit for a globally
	// unique IPv4 address, 0200:5efe, before the IPv4 address (RFC 5214 6.1).
	return wide[8]&^0x02 == 0 && wide[9] == 0 && wide[10] == 0x5e && wide[11] == 0xfe
}

func (e embedding) of(wide [16]byte) netip.Addr {
	v4 := [4]byte(wide[e.offset : e.offset+4])
	if e.inverted {
		for i := range v4 {
			v4[i] = ^v4[i]
		}
	}
	return netip.AddrFrom4(v4)
}
