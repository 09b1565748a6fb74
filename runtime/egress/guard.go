package egress

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"

	"github.com/sfngen/sfngen/runtime/contract"
)

// blockedError is the guard's refusal to connect.
type blockedError struct {
	address netip.Addr
	kind    string
}

func (b *blockedError) Error() string {
	return fmt.Sprintf("blocked address: %s is %s; upstream.allowPrivate: true in the spec lets an egress call it", b.address, b.kind)
}

// familyError is a name or an address that an egress cannot call which calls by IPv6 only.
type familyError struct {
	host      string
	isAddress bool // the URL has an address, which stays what it is; a name may get a record
}

func (f *familyError) Error() string {
	if f.isAddress {
		return f.host + " is an IPv4 address, and this egress calls by IPv6 only"
	}
	return f.host + " has no AAAA record, only IPv4 addresses, and this egress calls by IPv6 only"
}

// miss is that of a call. What is to be done goes behind the words.
func (f *familyError) miss(advice string) *miss {
	if f.isAddress {
		return &miss{fault: contract.FaultConnect, reason: "no connection: " + f.Error() + advice, final: "it would fail again"}
	}
	return &miss{fault: contract.FaultDNS, reason: "name not resolved: " + f.Error() + advice}
}

// Dialer connects to what a spec names.
type Dialer struct {
	net.Dialer
	onlyIPv6 bool
}

// DialContext is net.Dialer's. By IPv6 only it does not try IPv4, which no packet would
// leave by: the error would be a timeout.
func (d *Dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if !d.onlyIPv6 {
		return d.Dialer.DialContext(ctx, network, address)
	}
	host, _, _ := net.SplitHostPort(address)
	if literal, err := netip.ParseAddr(host); err == nil && literal.Unmap().Is4() {
		return nil, &familyError{host, true}
	}
	conn, err := d.Dialer.DialContext(ctx, "tcp6", address)
	if err != nil && d.hasIPv4Alone(ctx, host, err) {
		return nil, &familyError{host, false}
	}
	return conn, err
}

// hasIPv4Alone reports whether a dial by IPv6 has failed because a name has IPv4 addresses
// and no other: package net answers the same for a name that does not exist.
func (d *Dialer) hasIPv4Alone(ctx context.Context, host string, failed error) bool {
	var dns *net.DNSError
	var unsuitable *net.AddrError // of a file of hosts
	if !errors.As(failed, &unsuitable) && (!errors.As(failed, &dns) || !dns.IsNotFound) {
		return false
	}
	resolver := cmp.Or(d.Resolver, net.DefaultResolver)
	found, err := resolver.LookupNetIP(ctx, "ip4", host)
	return err == nil && len(found) > 0
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
		if kind := contract.BlockedKind(target.Addr()); kind != "" {
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
