package plan

import (
	"encoding/binary"
	"net/netip"

	"github.com/sfngen/sfngen/spec"
)

// Zones are those over which the subnets of a stack's own VPC are spread: as many as each
// region lets each account have (us-west-1 has no third one for new accounts).
const Zones = 2

// How the range of a VPC is cut: into blocks, of which the first eighth is for the public
// subnets. AWS makes no subnet smaller than a /28, of which it keeps 5 addresses (VPC,
// "Subnet CIDR blocks"). Nothing here depends on how many egresses there are: AWS cannot
// change the range of a subnet, and a new one may not overlap the old.
const (
	blockBits      = 6  // 64 blocks
	smallestSubnet = 28 // bits
	publicBits     = 4  // a public subnet is a sixteenth
	publicShare    = 8  // and the two of them an eighth
)

// VPC is the stack's own network.
type VPC struct {
	CIDR string // IPv4
	// Public are the ranges of the subnets with the NAT gateways, one for each zone; nil
	// where there are none.
	Public []string
	// Egress are the ranges of the subnets of the egresses, that of egress k at k-1.
	Egress []string
}

// VPC is nil where the stack makes none.
func (p *Plan) VPC() *VPC {
	network := p.Egress.Network
	whole, err := netip.ParsePrefix(network.CIDR)
	if !network.OwnVPC() || err != nil {
		return nil
	}
	v := &VPC{CIDR: whole.String()}
	for z := 0; z < Zones && p.HasNATGateways(); z++ {
		v.Public = append(v.Public, part(whole, whole.Bits()+publicBits, z).String())
	}
	size, first := blocks(whole)
	for k := range p.Egresses {
		v.Egress = append(v.Egress, part(whole, size, first+k).String())
	}
	return v
}

// HasNATGateways reports whether the stack makes one for each egress.
func (p *Plan) HasNATGateways() bool { return p.Egress.Network.Type == spec.NetworkNAT }

// Pings reports whether the egresses are invoked once a week, whatever else happens:
// Lambda takes the interfaces of a function of a VPC away that is not invoked for 14 days,
// and refuses its next invocation (Lambda, "Giving Lambda functions access to resources in
// an Amazon VPC").
func (p *Plan) Pings() bool { return p.Egress.Network.InVPC() }

// ZoneOf is the zone of the subnets of egress k, 0..Zones-1.
func (*Plan) ZoneOf(k int) int { return (k - 1) % Zones }

// blocks are the subnets of egresses: their length in bits, and the number of the first.
func blocks(whole netip.Prefix) (size, first int) {
	size = min(whole.Bits()+blockBits, smallestSubnet)
	return size, 1 << (size - whole.Bits()) / publicShare
}

// roomFor is how many egresses have room in a range.
func roomFor(whole netip.Prefix) int {
	size, first := blocks(whole)
	return 1<<(size-whole.Bits()) - first
}

// part is number i of the parts of a range that have a length of so many bits.
func part(whole netip.Prefix, bits, i int) netip.Prefix {
	address := whole.Addr().As4()
	number := binary.BigEndian.Uint32(address[:]) + uint32(i)<<(32-bits)
	binary.BigEndian.PutUint32(address[:], number)
	return netip.PrefixFrom(netip.AddrFrom4(address), bits)
}
