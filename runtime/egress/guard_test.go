package egress

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/runtime/contract"
)

// The guard blocks what contract.BlockedKind names, and nothing else. Each address
// goes through it as net.Dialer gives it, with a port and perhaps a zone.
func TestTheGuardGoesByTheContract(t *testing.T) {
	dialer := guarded(net.Dialer{})
	for _, text := range []string{
		"10.0.0.1", "192.0.2.1", "198.18.0.1", "203.0.113.9", "255.255.255.255", "::1", "fe80::1%eth0", "fe80::5efe:808:808%eth0",
		"::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1", "2606:4700::5efe:a00:1", "2606:4700:0:1:200:5efe:7f00:1", "5f00::1",
		"8.8.8.8", "192.0.0.9", "192.31.196.1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1", "2606:4700::5efe:808:808",
		"2606:4700::1111",
	} {
		t.Run(text, func(t *testing.T) {
			address := netip.MustParseAddr(text)
			err := dialer.ControlContext(t.Context(), "tcp", netip.AddrPortFrom(address, 443).String(), nil)
			kind := ""
			if blocked := (*blockedError)(nil); errors.As(err, &blocked) {
				kind = blocked.kind
			} else if err != nil {
				t.Fatal(err)
			}
			diff(t, "kind", contract.BlockedKind(address), kind)
		})
	}
}

func TestPrivateAddressesAreNotCalled(t *testing.T) {
	url, calls := serve(t, answering(200, ""))
	port := url[strings.LastIndex(url, ":")+1:]
	names := nameServer{"rebound.example.": {127, 0, 0, 1}, "meta.example.": {169, 254, 169, 254}}
	tests := []struct{ name, host, reason string }{
		{"literal", "127.0.0.1", "127.0.0.1 is loopback"},
		{"IPv6 literal", "[::1]", "::1 is loopback"},
		{"mapped literal", "[::ffff:127.0.0.1]", "127.0.0.1 is loopback"},
		{"mapped literal in hex", "[::ffff:7f00:1]", "127.0.0.1 is loopback"},
		{"unspecified, which leads to loopback", "0.0.0.0", "0.0.0.0 is unspecified (this network)"},
		{"metadata service", "169.254.169.254", "169.254.169.254 is link-local"},
		{"a name", "rebound.example", "127.0.0.1 is loopback"},
		{"a name of the metadata service", "meta.example", "169.254.169.254 is link-local"},
		{"NAT64 literal", "[64:ff9b::7f00:1]", "64:ff9b::7f00:1 is loopback (embedded IPv4)"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newLab("http://" + test.host + ":" + port)
			l.AllowPrivate = false
			l.Dialer = &net.Dialer{Resolver: names.resolver()}
			failed := mustFail(t, l.build(t), first("GET"))
			diff(t, "name", contract.ErrRejected, failed.name)
			diff(t, "fault", contract.FaultBlockedAddress, failed.failure.Attempts[0].Fault)
			diff(t, "reason", "blocked address: "+test.reason+"; upstream.allowPrivate: true in the spec lets an egress call it",
				failed.failure.Reason)
		})
	}
	if n := calls.Load(); n != 0 {
		t.Errorf("the upstream was called %d times", n)
	}
}

func TestAllowPrivateCallsThem(t *testing.T) {
	url, _ := serve(t, answering(200, ""))
	l := newLab(strings.Replace(url, "127.0.0.1", "inside.example", 1))
	l.Dialer = &net.Dialer{Resolver: nameServer{"inside.example.": {127, 0, 0, 1}}.resolver()}
	mustSucceed(t, l.build(t), first("GET"))
}

// The local runner gives each egress a source address of its own.
func TestTheDialersOwnAddressIsKept(t *testing.T) {
	var from string
	url, _ := serve(t, func(_ http.ResponseWriter, r *http.Request) { from = r.RemoteAddr })
	l := newLab(url)
	l.Dialer = &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 5)}}
	mustSucceed(t, l.build(t), first("GET"))
	if !strings.HasPrefix(from, "127.0.0.5:") {
		t.Errorf("called from %s", from)
	}
}

// nameServer answers for the names it has, and that there is none for others. Those of
// sixes have an AAAA record.
type nameServer map[string][4]byte

var sixes = map[string]netip.Addr{
	"both.example.": netip.MustParseAddr("::1"), "six.example.": netip.MustParseAddr("::1"),
	"nat64.example.": netip.MustParseAddr("64:ff9b::7f00:1"), "ula.example.": netip.MustParseAddr("fd00::1"),
	"teredo.example.": netip.MustParseAddr("2001:0:a00:1::1"), "6to4.example.": netip.MustParseAddr("2002:a00:1::1"),
}

func (n nameServer) resolver() *net.Resolver {
	return &net.Resolver{
		PreferGo: true,
		Dial: func(context.Context, string, string) (net.Conn, error) {
			client, server := net.Pipe()
			go n.serve(server)
			return client, nil
		},
	}
}

// serve speaks DNS over a stream (RFC 1035 4.2.2): each message after its length.
func (n nameServer) serve(conn net.Conn) {
	defer conn.Close()
	for {
		var length [2]byte
		if _, err := io.ReadFull(conn, length[:]); err != nil {
			return
		}
		query := make([]byte, binary.BigEndian.Uint16(length[:]))
		if _, err := io.ReadFull(conn, query); err != nil {
			return
		}
		reply := n.reply(query)
		conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(reply))), reply...))
	}
}

func (n nameServer) reply(query []byte) []byte {
	name, end := "", 12
	for query[end] != 0 {
		name += string(query[end+1:end+1+int(query[end])]) + "."
		end += 1 + int(query[end])
	}
	end += 5 // root label, type, class
	kind := binary.BigEndian.Uint16(query[end-4:])
	address, known := n[name]
	wide, isWide := sixes[name]
	reply := append([]byte{}, query[:end]...)
	copy(reply[2:], []byte{0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}) // an answer; one question, nothing else
	switch {
	case isWide && kind == 28:
		reply[7] = 1
		reply = append(reply, 0xc0, 12, 0, 28, 0, 1, 0, 0, 0, 60, 0, 16)
		reply = append(reply, wide.AsSlice()...)
	case !known && !isWide:
		reply[3] |= 3 // NXDOMAIN
	case known && kind == 1:
		reply[7] = 1
		reply = append(reply, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4)
		reply = append(reply, address[:]...)
	}
	return reply
}
