// Package loopback gives each egress its own source address on this machine, so a
// local server that counts per address sees different clients.
package loopback

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"time"
)

// Sources are the addresses that the egresses of a stack call from.
type Sources struct {
	addresses []netip.Addr
	// Note says why the egresses share one address, and what that changes; empty if
	// each has its own or the upstream is elsewhere.
	Note string
}

// Of is the address of egress k, 1..50. It is the zero Addr if the system chooses
// the address.
func (s Sources) Of(k int) netip.Addr {
	if k < 1 || k > len(s.addresses) {
		return netip.Addr{}
	}
	return s.addresses[k-1]
}

// firstHost is the last byte of egress 0's address: egress 1 calls from
// 127.0.0.101, egress 50 from 127.0.0.150. The last digits name the egress, and
// addresses that users typically give to their own servers stay free.
const firstHost = 100

// For decides how count egresses call the upstream, an http or https URL. Only
// loopback addresses can be bound freely, and only IPv4 has many (RFC 1122 3.2.1.3:
// all of 127/8; RFC 4291 2.5.3: one address). For other upstreams, and over IPv6,
// the system chooses.
func For(ctx context.Context, upstream string, count int) Sources {
	u, err := url.Parse(upstream)
	if err != nil {
		return Sources{}
	}
	v4, v6 := resolve(ctx, u.Hostname())
	switch {
	case !v4 && !v6:
		return Sources{}
	case !v4 || v6 && !answers("127.0.0.1", port(u)) && answers("::1", port(u)):
		return Sources{Note: "the upstream listens on IPv6's loopback only, which has one address: all egresses call from ::1, and a limit " +
			"per address counts them as one; listen on 127.0.0.1 to tell them apart"}
	}
	s := Sources{}
	for k := 1; k <= count; k++ {
		s.addresses = append(s.addresses, netip.AddrFrom4([4]byte{127, 0, 0, byte(firstHost + k)}))
	}
	if err := bindable(s.addresses[count-1]); err != nil {
		return Sources{Note: fmt.Sprintf("this system has one loopback address (%v): all egresses call from 127.0.0.1, and a limit per "+
			"address counts them as one", err)}
	}
	return s
}

// resolve reports whether a host is this machine, and its address family. A host
// with any other address is elsewhere.
func resolve(ctx context.Context, host string) (v4, v6 bool) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	addresses, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return false, false
	}
	for _, a := range addresses {
		a = a.Unmap()
		if !a.IsLoopback() {
			return false, false
		}
		v4, v6 = v4 || a.Is4(), v6 || a.Is6()
	}
	return v4, v6
}

func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}

// answers reports whether a server listens there; a name such as localhost may have
// several addresses.
func answers(host, port string) bool {
	conn, err := net.DialTimeout("tcp", net.JoinHostPort(host, port), time.Second)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

// bindable distinguishes systems with all of 127/8 (Linux, Windows) from those with
// 127.0.0.1 only (macOS, the BSDs).
func bindable(a netip.Addr) error {
	l, err := net.Listen("tcp", netip.AddrPortFrom(a, 0).String())
	if err != nil {
		return err
	}
	return l.Close()
}
