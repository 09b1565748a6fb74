package egress

import (
	"context"
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
