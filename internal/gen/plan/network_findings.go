package plan

import (
	"fmt"
	"net/netip"

	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/spec"
)

// networkFindings are about what only the size of the pool shows: whether it has room in the
// VPC, and whether an account has as many addresses.
func networkFindings(file *spec.File, p *Plan) []spec.Finding {
	if whole, err := netip.ParsePrefix(p.Egress.Network.CIDR); p.VPC() != nil && err == nil && p.Egresses > roomFor(whole) {
		return []spec.Finding{file.Error("cidr-too-small", "egress.network.cidr",
			fmt.Sprintf("has room for %s with a subnet each, and the pool has %d", count.Of(roomFor(whole), "egress"), p.Egresses),
			fmt.Sprintf("write a range of /%d, or a smaller pool", sizeFor(whole, p.Egresses)))}
	}
	requests := p.networkNeeds().beyond()
	if len(requests) == 0 {
		return nil
	}
	path := "egress.network.type"
	if file.Has("egress.count") {
		path = "egress.count"
	}
	return []spec.Finding{file.Warning("network-over-quota", path,
		"the stack takes "+requests.taken()+" by default",
		"request "+requests.requested()+" before deploying, and ignore this warning")}
}

// sizeFor is the length of the smallest range that has room for so many egresses.
func sizeFor(whole netip.Prefix, egresses int) int {
	size := whole.Bits()
	for roomFor(netip.PrefixFrom(whole.Addr(), size)) < egresses {
		size--
	}
	return size
}
