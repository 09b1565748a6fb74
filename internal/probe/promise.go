package probe

import (
	"net/netip"
	"slices"
)

// Promise is what the network of a stack promises of the addresses of its egresses.
type Promise struct {
	// Network is egress.network.type of the spec. Any other than lambda, and "", promises
	// that no two egresses are seen as one client.
	Network string
	// Of has at k-1 where egress k is seen from: an address or a range. It is empty where
	// that is not known.
	Of []Block
}

// The networks that change what is said, as a spec writes them.
const (
	NetworkLambda  = "lambda"
	NetworkNAT     = "nat"
	NetworkSubnets = "subnets"
	NetworkIPv6    = "ipv6"
)

// IsDistinct reports whether each egress has an address, or a range, of its own.
func (p Promise) IsDistinct() bool { return p.Network != "" && p.Network != NetworkLambda }

// of is where an egress is seen from; nil where that is not known.
func (p Promise) of(egress int) *Block {
	if egress > len(p.Of) {
		return nil
	}
	return &p.Of[egress-1]
}

// blockOf is what counts as one client. By IPv6 an egress has a range to itself and any
// address in it: most who count per address count such ranges.
func (p Promise) blockOf(address netip.Addr) Block {
	bits := address.BitLen()
	if p.IsDistinct() && address.Is6() {
		bits = rangeBits
	}
	prefix, _ := address.Prefix(bits) // an address has as many bits
	return Block(prefix)
}

// rangeBits: a subnet's IPv6 range is a /64 (VPC, "IP addressing for your VPCs and subnets").
const rangeBits = 64

// Block is an address or a range. As text, one address is written without its length.
type Block netip.Prefix

// ParseBlock reads an address, or a range with its length.
func ParseBlock(text string) (Block, error) {
	if address, err := netip.ParseAddr(text); err == nil {
		return Block(netip.PrefixFrom(address, address.BitLen())), nil
	}
	prefix, err := netip.ParsePrefix(text)
	return Block(prefix.Masked()), err
}

// Contains reports whether the address is in it.
func (b Block) Contains(address netip.Addr) bool { return netip.Prefix(b).Contains(address) }

func (b Block) String() string {
	if p := netip.Prefix(b); p.IsSingleIP() {
		return p.Addr().String()
	}
	return netip.Prefix(b).String()
}

// MarshalText is for JSON.
func (b Block) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// UnmarshalText is for JSON.
func (b *Block) UnmarshalText(text []byte) (err error) {
	*b, err = ParseBlock(string(text))
	return err
}

// unexpected are the addresses of an egress that it is not promised to have.
func (e Egress) unexpected() []netip.Addr {
	var list []netip.Addr
	for _, s := range e.Addresses {
		if e.Promised != nil && !e.Promised.Contains(s.Address) {
			list = append(list, s.Address)
		}
	}
	return list
}

// IsBroken reports whether the pool has shown what its network promises not to: two egresses
// as one client, or one with an address that is not its own.
func (r Report) IsBroken() bool {
	if !r.promise.IsDistinct() {
		return false
	}
	return len(r.Shared) > 0 || slices.ContainsFunc(r.Egresses, func(e Egress) bool { return len(e.unexpected()) > 0 })
}
