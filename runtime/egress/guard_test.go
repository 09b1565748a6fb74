package egress

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/runtime/contract"
)

func TestBlockedKind(t *testing.T) {
	tests := []struct{ address, want string }{
		{"0.0.0.0", "unspecified (this network)"},
		{"0.1.2.3", "unspecified (this network)"},
		{"10.0.0.1", "private"},
		{"100.64.0.1", "private (carrier-grade NAT)"},
		{"100.127.255.255", "private (carrier-grade NAT)"},
		{"127.0.0.1", "loopback"},
		{"127.255.255.255", "loopback"},
		{"169.254.169.254", "link-local"},
		{"172.16.0.1", "private"},
		{"172.31.255.255", "private"},
		{"192.0.0.8", "reserved (IETF protocols)"},
		{"192.168.1.1", "private"},
		{"198.18.0.1", "reserved (benchmarks)"},
		{"198.19.255.255", "reserved (benchmarks)"},
		{"224.0.0.1", "multicast"},
		{"239.255.255.255", "multicast"},
		{"240.0.0.1", "reserved"},
		{"255.255.255.255", "broadcast"},
		{"::", "unspecified"},
		{"::1", "loopback"},
		{"fc00::1", "private (unique local)"},
		{"fd00:ec2::254", "private (unique local)"},
		{"fe80::1", "link-local"},
		{"fe80::1%eth0", "link-local"},
		{"fec0::1", "private (site-local)"},
		{"ff02::1", "multicast"},
		{"100::1", "reserved (discard only)"},
		{"::ffff:10.0.0.1", "private"},
		{"::ffff:127.0.0.1", "loopback"},
		{"::127.0.0.1", "loopback (embedded IPv4)"},
		{"::ffff:0:10.0.0.1", "private (embedded IPv4)"},
		{"64:ff9b::a9fe:a9fe", "link-local (embedded IPv4)"},
		{"64:ff9b:1::8.8.8.8", "private (local NAT64)"},
		{"2002:7f00:1::", "loopback (embedded IPv4)"},
		{"2002:a9fe:a9fe::1", "link-local (embedded IPv4)"},
		{"2001:0:808:808:0:0:f5ff:fffe", "private (embedded IPv4)"}, // client 10.0.0.1, inverted
		{"2001:0:a00:1:0:0:f7f7:f7f7", "private (embedded IPv4)"},   // server 10.0.0.1

		{"8.8.8.8", ""},
		{"100.63.255.255", ""},
		{"100.128.0.0", ""},
		{"172.15.255.255", ""},
		{"172.32.0.0", ""},
		{"192.0.1.1", ""},
		{"198.17.255.255", ""},
		{"198.20.0.0", ""},
		{"223.255.255.255", ""},
		{"2606:4700::1111", ""},
		{"::ffff:8.8.8.8", ""},
		{"64:ff9b::8.8.8.8", ""},
		{"2002:808:808::1", ""},
		{"2001:0:808:808:0:0:f7f7:f7f7", ""},
		{"2001:4860:4860::8888", ""},
	}
	for _, test := range tests {
		t.Run(test.address, func(t *testing.T) {
			diff(t, "kind", test.want, blockedKind(netip.MustParseAddr(test.address)))
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
			diff(t, "reason", "blocked address: "+test.reason+"; upstream.allowPrivate: true in the spec lets an egress call it", failed.failure.Reason)
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

// nameServer answers for the names it has, and that there is none for others.
type nameServer map[string][4]byte

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
	isA := binary.BigEndian.Uint16(query[end-4:]) == 1
	address, known := n[name]
	reply := append([]byte{}, query[:end]...)
	copy(reply[2:], []byte{0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}) // an answer; one question, nothing else
	switch {
	case !known:
		reply[3] |= 3 // NXDOMAIN
	case isA:
		reply[7] = 1
		reply = append(reply, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4)
		reply = append(reply, address[:]...)
	}
	return reply
}
