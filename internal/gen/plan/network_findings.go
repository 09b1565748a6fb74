package plan

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/spec"
)

// What an account has of each region by default (VPC quotas), and the codes by which Service
// Quotas knows it.
const (
	usualAddresses   = 5 // Elastic IPs of a region, ec2 L-0263D0A3
	usualNATGateways = 5 // of an availability zone, vpc L-FE5A380F
)

// networkFindings are about what only the size of the pool shows: whether it has room in the
// VPC, and whether an account has as many addresses.
func networkFindings(file *spec.File, p *Plan) []spec.Finding {
	if whole, err := netip.ParsePrefix(p.Egress.Network.CIDR); p.VPC() != nil && err == nil && p.Egresses > roomFor(whole) {
		return []spec.Finding{file.Error("cidr-too-small", "egress.network.cidr",
			fmt.Sprintf("has room for %s with a subnet each, and the pool has %d", count.Of(roomFor(whole), "egress"), p.Egresses),
			fmt.Sprintf("write a range of /%d, or a smaller pool", sizeFor(whole, p.Egresses)))}
	}
	requests := p.quotaRequests()
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

// Quota is one of AWS, of which a stack takes more than an account has by default.
type Quota struct {
	Service string `json:"service"` // as Service Quotas writes it: ec2, vpc
	Code    string `json:"code"`
	Name    string `json:"name"`
	Default int    `json:"default"`
	Needed  int    `json:"needed"` // by this stack alone
}

// quotas are those that are not enough.
type quotas []Quota

// quotaRequests are what to request. Elastic IPs that the user has already are in none.
func (p *Plan) quotaRequests() quotas {
	return slices.DeleteFunc(p.networkQuotas(), func(q Quota) bool { return q.Needed <= q.Default })
}

// taken is as in: 6 Elastic IPs of a region; an account has 5.
func (all quotas) taken() string {
	units := map[string]string{"ec2": "%d Elastic IPs of a region", "vpc": "%d NAT gateways of an availability zone"}
	each := ""
	if len(all) > 1 {
		each = " of each"
	}
	var parts []string
	for _, q := range all {
		parts = append(parts, fmt.Sprintf(units[q.Service], q.Needed))
	}
	return fmt.Sprintf("%s; an account has %d%s", count.And(parts...), all[0].Default, each)
}

// requested is as in: at least 12 of "EC2-VPC Elastic IPs" (ec2 L-0263D0A3) in Service Quotas.
func (all quotas) requested() string {
	var parts []string
	for _, q := range all {
		parts = append(parts, fmt.Sprintf("at least %d of %q (%s, %s)", q.Needed, q.Name, q.Service, q.Code))
	}
	return count.And(parts...) + " in Service Quotas"
}
