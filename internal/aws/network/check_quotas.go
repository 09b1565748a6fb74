package network

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/spec"
)

// checkQuotas: what a VPC of the stack's own takes of the account. Nothing is asked about
// what the stack has already.
func (k *checker) checkQuotas() {
	const gateways = "how many gateways there are"
	if more := 1 - k.Own.count(typeVPC); more > 0 {
		if all, ok := k.read("how many VPCs there are", "DescribeVpcs"); ok {
			k.need(plan.VPCs, fieldType, len(all.VPCs), more, "")
		}
	}
	if more := 1 - k.Own.count(typeEgressOnly); more > 0 && k.Shape.Type == spec.NetworkIPv6 {
		if all, ok := k.read(gateways, "DescribeEgressOnlyInternetGateways"); ok {
			k.need(plan.EgressOnlyGateways, fieldType, len(all.EgressOnly), more, "")
		}
	}
	if k.Shape.Type == spec.NetworkIPv6 {
		return
	}
	if more := 1 - k.Own.count(typeGateway); more > 0 {
		if all, ok := k.read(gateways, "DescribeInternetGateways"); ok {
			k.need(plan.InternetGateways, fieldType, len(all.Gateways), more, "")
		}
	}
	if more := k.Shape.Egresses - k.Own.count(typeAddress); more > 0 && len(k.Shape.Addresses) == 0 {
		if all, ok := k.read("how many Elastic IPs there are", "DescribeAddresses"); ok {
			k.need(plan.ElasticIPs, fieldCount, len(all.Addresses), more, unused(all.Addresses, k.Own))
		}
	}
}

// unused says which Elastic IPs are there for nothing.
func unused(all []Address, own Own) string {
	var names []string
	for _, a := range all {
		if a.Association == "" && !own.has(typeAddress, a.IP) {
			names = append(names, a.Allocation+" ("+a.IP+")")
		}
	}
	if len(names) == 0 {
		return ""
	}
	it := count.Verb(len(names), "it", "them")
	return "; nothing uses " + count.And(names...) + ": name " + it + " in egress.network.addresses, or release " + it
}

// need says that a quota is too small for so many more.
func (k *checker) need(of plan.AccountQuota, field string, used, more int, also string) {
	q := quota(of)
	others := k.Claims.take(q.Code, more)
	if most := k.limit(q); used+others+more > most && k.err == nil {
		what := fmt.Sprintf("the stack needs %s, and the account has %d of the %d that it may have in %s%s",
			count.Of(more, "more "+q.What), used, most, k.Cloud.Region, together(others))
		wanted := used + others + more
		k.refuse(field, what, fmt.Sprintf("request %d: '%s'%s", wanted, q.request(wanted, k.Place), also))
	}
}

// together says what the others need.
func together(others int) string {
	if others == 0 {
		return ""
	}
	return fmt.Sprintf(", and the stacks that are deployed before it take %d more", others)
}

// checkNATQuota: it counts in each zone, gateways that come and go as well.
func (k *checker) checkNATQuota() {
	had := k.Own.count(typeNAT)
	if had >= len(k.Shape.Zones) {
		return
	}
	zones, ok := k.zones()
	if !ok {
		return
	}
	used, ok := k.natsByZone()
	if !ok {
		return
	}
	more := map[string]int{}
	for _, place := range k.Shape.Zones[had:] {
		more[zones[place]]++
	}
	most := k.limit(quota(plan.NATGateways))
	for _, zone := range zones {
		if more[zone] > 0 {
			k.needInZone(zone, used[zone], more[zone], most)
		}
	}
}

// zones are those of the region by name, as the template counts them, where there are
// enough.
func (k *checker) zones() ([]string, bool) {
	all, ok := k.read("in which zones the NAT gateways would be", "DescribeAvailabilityZones",
		filter{"zone-type", []string{"availability-zone"}})
	if !ok {
		return nil, false
	}
	var names []string
	for _, z := range all.Zones {
		names = append(names, z.Name)
	}
	slices.Sort(names)
	if wanted := slices.Max(k.Shape.Zones) + 1; wanted > len(names) {
		what := fmt.Sprintf("the template wants %s, and %s has %d", count.Of(wanted, "availability zone"), k.Cloud.Region, len(names))
		k.refuse(fieldType, what, "choose another region, or subnets of your own")
		return nil, false
	}
	return names, true
}

// needInZone says that a zone has no room for so many more NAT gateways.
func (k *checker) needInZone(zone string, used, more, most int) {
	q := quota(plan.NATGateways)
	others := k.Claims.take(q.Code+zone, more)
	if wanted := used + others + more; wanted > most && k.err == nil {
		what := fmt.Sprintf("the stack needs %s in %s, and the account has %d of the %d that it may have there%s",
			count.Of(more, "more "+q.What), zone, used, most, together(others))
		k.refuse(fieldCount, what, fmt.Sprintf("request %d: '%s'", wanted, q.request(wanted, k.Place)))
	}
}

// natsThatCount are those that AWS counts against the quota, and that have their addresses.
var natsThatCount = filter{"state", []string{"pending", "available", "deleting"}}

// natsByZone counts the NAT gateways of the account.
func (k *checker) natsByZone() (map[string]int, bool) {
	const unknown = "how many NAT gateways there are"
	nats, ok := k.read(unknown, "DescribeNatGateways", natsThatCount)
	if !ok || len(nats.NATs) == 0 {
		return nil, ok
	}
	subnets, ok := k.read(unknown, "DescribeSubnets")
	if !ok {
		return nil, false
	}
	zones, used := map[string]string{}, map[string]int{}
	for _, s := range subnets.Subnets {
		zones[s.ID] = s.Zone
	}
	for _, n := range nats.NATs {
		used[zones[n.Subnet]]++
	}
	return used, true
}

// checkOverlap: two VPCs of one range work, and can never be connected.
func (k *checker) checkOverlap() {
	want, err := netip.ParsePrefix(k.Shape.CIDR)
	if err != nil {
		return
	}
	all, ok := k.read("whether the range overlaps with that of another VPC", "DescribeVpcs")
	if !ok {
		return
	}
	var others []string
	for _, v := range all.VPCs {
		if k.Own.has(typeVPC, v.ID) {
			continue
		}
		for _, block := range v.ranges() {
			if has, err := netip.ParsePrefix(block); err == nil && has.Overlaps(want) {
				others = append(others, v.ID+" ("+block+")")
			}
		}
	}
	if len(others) > 0 {
		k.doubt(fieldCIDR, "the range "+k.Shape.CIDR+" overlaps with that of "+strings.Join(others, ", ")+
			": both work, but can never be peered, nor meet at a transit gateway", "choose another range if they are to be connected")
	}
}

func (v VPC) ranges() []string {
	all := []string{v.CIDR}
	for _, b := range v.Blocks {
		all = append(all, b.CIDR)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
