package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/term/count"
)

// AccountQuota is how much an account may have in a region, or in each zone of one (Amazon
// VPC User Guide, "Amazon VPC quotas").
type AccountQuota struct {
	Service string `json:"service"` // as Service Quotas writes it: ec2, vpc
	Code    string `json:"code"`    // there: L-0263D0A3
	Name    string `json:"name"`    // there
	What    string `json:"-"`       // that it counts, as in: Elastic IP
	Zonal   bool   `json:"-"`       // in each availability zone, and not in a region
	Default int    `json:"default"` // what an account has that has requested nothing
}

// The quotas of what a network is made of.
var (
	ElasticIPs         = AccountQuota{"ec2", "L-0263D0A3", "EC2-VPC Elastic IPs", "Elastic IP", false, 5}
	NATGateways        = AccountQuota{"vpc", "L-FE5A380F", "NAT gateways per Availability Zone", "NAT gateway", true, 5}
	VPCs               = AccountQuota{"vpc", "L-F678F1CE", "VPCs per Region", "VPC", false, 5}
	InternetGateways   = AccountQuota{"vpc", "L-A4707A72", "Internet gateways per Region", "Internet gateway", false, 5}
	EgressOnlyGateways = AccountQuota{
		"vpc", "L-45FE3B85", "Egress-only internet gateways per Region", "egress-only Internet gateway", false, 5,
	}
)

// Quota is one of AWS, and how much of it a stack takes.
type Quota struct {
	AccountQuota
	Needed int `json:"needed"` // by this stack alone
}

type needs []Quota

// networkNeeds are in the order in which they are used up. The Internet gateway of a VPC is
// none of them: an account may have one for each VPC. Nor are Elastic IPs that the user has.
func (p *Plan) networkNeeds() needs {
	var all needs
	if p.HasNATGateways() {
		if len(p.Egress.Network.Addresses) == 0 {
			all = append(all, Quota{ElasticIPs, p.Egresses})
		}
		all = append(all, Quota{NATGateways, (p.Egresses + Zones - 1) / Zones})
	}
	if p.Egress.Network.OwnVPC() {
		all = append(all, Quota{VPCs, 1})
		if !p.HasNATGateways() {
			all = append(all, Quota{EgressOnlyGateways, 1})
		}
	}
	return all
}

// beyond are those of which an account has too little by default: what to request.
func (all needs) beyond() needs {
	return slices.DeleteFunc(all, func(q Quota) bool { return q.Needed <= q.Default })
}

// quotaWords say what the network takes of an account; "" for nothing.
func (p *Plan) quotaWords() string {
	var parts []string
	for i, q := range p.networkNeeds() {
		part := count.Of(q.Needed, q.What)
		if q.Zonal {
			part += " per availability zone"
		}
		if i == 0 { // said once
			parts = append(parts, fmt.Sprintf("%s (an account has %d by default)", part, q.Default))
		} else {
			parts = append(parts, fmt.Sprintf("%s (%d)", part, q.Default))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "takes " + count.And(parts...)
}

// taken is as in: 6 Elastic IPs of a region; an account has 5.
func (all needs) taken() string {
	var parts, has []string
	for _, q := range all {
		of := " of a region"
		if q.Zonal {
			of = " of an availability zone"
		}
		parts = append(parts, count.Of(q.Needed, q.What)+of)
		if text := fmt.Sprint(q.Default); !slices.Contains(has, text) {
			has = append(has, text)
		}
	}
	text := count.And(parts...) + "; an account has " + strings.Join(has, " and ")
	if len(has) == 1 && len(all) > 1 {
		text += " of each"
	}
	return text
}

// requested is as in: at least 12 of "EC2-VPC Elastic IPs" (ec2, L-0263D0A3) in Service Quotas.
func (all needs) requested() string {
	var parts []string
	for _, q := range all {
		parts = append(parts, fmt.Sprintf("at least %d of %q (%s, %s)", q.Needed, q.Name, q.Service, q.Code))
	}
	return count.And(parts...) + " in Service Quotas"
}
