package eventbridge

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// cidr matches text that is an IP address of a network, such as 10.0.0.0/24.
func cidr(operand jsonvalue.Value) (matcher, error) {
	text, err := textOf(operand)
	if err != nil {
		return matcher{}, err
	}
	network, err := parseNetwork(text)
	if err != nil {
		return matcher{}, fmt.Errorf("%q: %w", text, err)
	}
	return textMatcher("an IP address in "+text, func(got string) bool {
		address, ok := parseAddress(got)
		return ok && network.Contains(address)
	}), nil
}

// parseNetwork reads an address and the length of its prefix in bits. EventBridge
// does not accept a network of a single address.
func parseNetwork(text string) (netip.Prefix, error) {
	before, after, found := strings.Cut(text, "/")
	if !found {
		return netip.Prefix{}, errors.New("a network is written as in 10.0.0.0/24")
	}
	address, ok := parseAddress(before)
	if !ok {
		return netip.Prefix{}, errors.New("the part before the / is not an IP address")
	}
	bits, err := strconv.Atoi(after)
	if err != nil || bits < 0 || bits >= address.BitLen() {
		return netip.Prefix{}, fmt.Errorf("the part after the / must be a number from 0 to %d; for one address write the address itself",
			address.BitLen()-1)
	}
	return address.Prefix(bits)
}

// parseAddress reads an IPv4 address in dotted decimal, or an IPv6 address in
// hexadecimal digits and colons only. An IPv4-mapped IPv6 address is that IPv4
// address.
func parseAddress(text string) (netip.Addr, bool) {
	if strings.Contains(text, ":") && strings.ContainsAny(text, ".%") {
		return netip.Addr{}, false
	}
	address, err := netip.ParseAddr(text)
	return address.Unmap(), err == nil
}
