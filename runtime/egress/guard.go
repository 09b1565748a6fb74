package egress

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"syscall"
)

// blockedError is the guard's refusal to connect.
type blockedError struct {
	address netip.Addr
	kind    string
}

func (b *blockedError) Error() string {
	return fmt.Sprintf("blocked address: %s is %s; upstream.allowPrivate: true in the spec lets an egress call it", b.address, b.kind)
}

// guarded returns the dialer with the check in front of its own Control. It
// runs after resolution, on the very address that is connected to, so a name
// that resolves differently a second time (DNS rebinding) gains nothing.
func guarded(d net.Dialer) net.Dialer {
	next := controlOf(d)
	d.Control = nil
	d.ControlContext = func(ctx context.Context, network, address string, conn syscall.RawConn) error {
		target, err := netip.ParseAddrPort(address)
		if err != nil {
			return fmt.Errorf("cannot check the address %q: %w", address, err)
		}
		if kind := blockedKind(target.Addr()); kind != "" {
			return &blockedError{target.Addr().Unmap().WithZone(""), kind}
		}
		return next(ctx, network, address, conn)
	}
	return d
}

func controlOf(d net.Dialer) func(context.Context, string, string, syscall.RawConn) error {
	switch {
	case d.ControlContext != nil:
		return d.ControlContext
	case d.Control != nil:
		return func(_ context.Context, network, address string, conn syscall.RawConn) error {
			return d.Control(network, address, conn)
		}
	}
	return func(context.Context, string, string, syscall.RawConn) error { return nil }
}

// blockedNetworks are the special-purpose networks (RFC 6890, the IANA
// registries) that are not the public Internet.
var blockedNetworks = []struct {
	network netip.Prefix
	kind    string
}{
	{netip.MustParsePrefix("0.0.0.0/8"), "unspecified (this network)"},
	{netip.MustParsePrefix("10.0.0.0/8"), "private"},
	{netip.MustParsePrefix("100.64.0.0/10"), "private (carrier-grade NAT)"},
	{netip.MustParsePrefix("127.0.0.0/8"), "loopback"},
	{netip.MustParsePrefix("169.254.0.0/16"), "link-local"},
	{netip.MustParsePrefix("172.16.0.0/12"), "private"},
	{netip.MustParsePrefix("192.0.0.0/24"), "reserved (IETF protocols)"},
	{netip.MustParsePrefix("192.168.0.0/16"), "private"},
	{netip.MustParsePrefix("198.18.0.0/15"), "reserved (benchmarks)"},
	{netip.MustParsePrefix("224.0.0.0/4"), "multicast"},
	{netip.MustParsePrefix("255.255.255.255/32"), "broadcast"},
	{netip.MustParsePrefix("240.0.0.0/4"), "reserved"},
	{netip.MustParsePrefix("::/128"), "unspecified"},
	{netip.MustParsePrefix("::1/128"), "loopback"},
	{netip.MustParsePrefix("64:ff9b:1::/48"), "private (local NAT64)"},
	{netip.MustParsePrefix("100::/64"), "reserved (discard only)"},
	{netip.MustParsePrefix("fc00::/7"), "private (unique local)"},
	{netip.MustParsePrefix("fe80::/10"), "link-local"},
	{netip.MustParsePrefix("fec0::/10"), "private (site-local)"},
	{netip.MustParsePrefix("ff00::/8"), "multicast"},
}

// embeddings are the IPv6 networks whose addresses lead to an IPv4 address that
// stands in them; where it starts, and whether its bits are inverted.
var embeddings = []struct {
	network  netip.Prefix
	offset   int // bytes
	inverted bool
}{
	{netip.MustParsePrefix("::/96"), 12, false},           // IPv4-compatible, RFC 4291 2.5.5.1
	{netip.MustParsePrefix("::ffff:0:0/96"), 12, false},   // IPv4-mapped, RFC 4291 2.5.5.2
	{netip.MustParsePrefix("::ffff:0:0:0/96"), 12, false}, // IPv4-translated, RFC 7915
	{netip.MustParsePrefix("64:ff9b::/96"), 12, false},    // NAT64, RFC 6052
	{netip.MustParsePrefix("2002::/16"), 2, false},        // 6to4, RFC 3056
	{netip.MustParsePrefix("2001::/32"), 4, false},        // Teredo server, RFC 4380 4
	{netip.MustParsePrefix("2001::/32"), 12, true},        // Teredo client
}

// blockedKind says what keeps an address from being called; "" for a public one.
func blockedKind(addr netip.Addr) string {
	addr = addr.WithZone("")
	if addr.Is4In6() {
		addr = addr.Unmap()
	}
	for _, b := range blockedNetworks {
		if b.network.Contains(addr) {
			return b.kind
		}
	}
	for _, e := range embeddings {
		if !e.network.Contains(addr) {
			continue
		}
		if kind := blockedKind(embedded(addr, e.offset, e.inverted)); kind != "" {
			return kind + " (embedded IPv4)"
		}
	}
	return ""
}

func embedded(addr netip.Addr, offset int, inverted bool) netip.Addr {
	wide := addr.As16()
	v4 := [4]byte(wide[offset : offset+4])
	if inverted {
		for i := range v4 {
			v4[i] = ^v4[i]
		}
	}
	return netip.AddrFrom4(v4)
}
