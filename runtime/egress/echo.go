package egress

import (
	"bytes"
	"encoding/json"
	"net/netip"
)

// echoMembers are where services put the address in an answer that is a JSON
// object: ipify and ipinfo.io, httpbin, others, ip-api.com.
var echoMembers = []string{"ip", "origin", "address", "query"}

// readAddress finds the caller's address in a service's answer: text, a JSON
// string, or a JSON object with one under echoMembers, in their order.
func readAddress(body []byte) (netip.Addr, bool) {
	body = bytes.TrimSpace(body)
	if address, ok := parseAddress(string(body)); ok {
		return address, true
	}
	var text string
	if json.Unmarshal(body, &text) == nil {
		return parseAddress(text)
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) != nil {
		return netip.Addr{}, false
	}
	for _, name := range echoMembers {
		if json.Unmarshal(members[name], &text) != nil {
			continue
		}
		if address, ok := parseAddress(text); ok {
			return address, true
		}
	}
	return netip.Addr{}, false
}

// parseAddress takes no zone, which may be any text and is nothing that another
// machine could know (RFC 4007 6).
func parseAddress(text string) (netip.Addr, bool) {
	address, err := netip.ParseAddr(text)
	if err != nil || address.Zone() != "" {
		return netip.Addr{}, false
	}
	return address.Unmap(), true
}
