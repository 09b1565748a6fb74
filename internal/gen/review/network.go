package review

import (
	"fmt"
	"slices"
	"strconv"

	"gopkg.in/yaml.v3"

	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/spec"
)

// network is egress.network as a plan.json has it, and how many egresses are in it.
type network struct {
	kind, cidr         string
	addresses, subnets []string
	egresses           int
}

// networkOf reads it; a plan without one is of egresses outside of a VPC.
func networkOf(record *yaml.Node) network {
	egress := field(record, "egress")
	n := field(egress, "network")
	found := network{kind: text(n, "type"), cidr: text(n, "cidr"), egresses: number(text(egress, "count"))}
	for _, item := range items(field(n, "addresses")) {
		found.addresses = append(found.addresses, item.Value)
	}
	for _, item := range items(field(n, "subnets")) {
		found.subnets = append(found.subnets, item.Value)
	}
	if found.kind == "" {
		found.kind = spec.NetworkLambda
	}
	return found
}

// networkDangers say from where the API sees the egresses after a change, and what of it
// AWS refuses. A new stack has nobody yet who knows its addresses.
func networkDangers(old, current parsed) []Danger {
	if !old.hasRecord() {
		return nil
	}
	from, to := networkOf(old.plan), networkOf(current.plan)
	switch {
	case from.kind != to.kind:
		return []Danger{{KindAddresses, seenFrom(to.kind) + " (egress.network.type)"}}
	case from.cidr != to.cidr && to.kind == spec.NetworkNAT:
		return []Danger{{KindFails, "the network is made anew with its range, and the new NAT gateways cannot have the Elastic IPs that the " +
			"old ones hold: deploy with egress.network.type: lambda first, then with the new range, and name the Elastic IPs in " +
			"egress.network.addresses to keep them"}}
	case from.cidr != to.cidr:
		return []Danger{{KindAddresses, "the network is made anew with its range, and AWS gives it another /56 (egress.network.cidr)"}}
	case to.kind == spec.NetworkSubnets:
		return movedSubnets(from, to)
	case to.kind == spec.NetworkNAT:
		return append(movedAddresses(from, to), poolGrows(from, to)...)
	}
	return nil
}

// noteNetwork says what becomes of calls while AWS moves the egresses (Lambda, "Lambda
// function states": an update that is in progress lets the function before go on).
func (r *Review) noteNetwork(old, current parsed) {
	if !old.hasRecord() || r.State != Changed {
		return
	}
	from, to := networkOf(old.plan), networkOf(current.plan)
	if from.kind == to.kind && slices.Equal(from.subnets, to.subnets) && from.cidr == to.cidr {
		return
	}
	r.Notes = append(r.Notes, "AWS takes minutes to move the egresses, each where it is: until it has, calls leave from where they did")
}

// seenFrom is said of a network that a stack gets.
func seenFrom(kind string) string {
	switch kind {
	case spec.NetworkNAT:
		return "the API sees the egresses from Elastic IPs: one that allow-lists addresses has to know them before " +
			"(sfngen addresses shows them)"
	case spec.NetworkSubnets:
		return "the API sees the egresses from the NAT gateways to which the routes of the subnets lead: one that allow-lists " +
			"addresses has to know them before"
	case spec.NetworkIPv6:
		return "the API sees the egresses by IPv6 alone: one without an AAAA record cannot be called, and one that allow-lists " +
			"addresses has to know the ranges before (sfngen addresses shows them)"
	}
	return "AWS picks the addresses from which the API sees the egresses, and promises none"
}

// movedSubnets names the egresses that are in another subnet.
func movedSubnets(from, to network) []Danger {
	var moved []string
	for k := range min(len(from.subnets), len(to.subnets)) {
		if from.subnets[k] != to.subnets[k] {
			moved = append(moved, fmt.Sprintf("egress %d from %s to %s", k+1, from.subnets[k], to.subnets[k]))
		}
	}
	if len(moved) == 0 {
		return nil
	}
	return []Danger{{KindAddresses, shortened(moved) + ": the API sees another address where the route leads to another NAT gateway " +
		"(egress.network.subnets)"}}
}

// movedAddresses names the egresses that get another Elastic IP. One that another egress
// holds until the same deployment ends cannot be had (EC2 API, AssociateAddress).
func movedAddresses(from, to network) []Danger {
	var list []Danger
	for k, address := range to.addresses {
		switch before := slices.Index(from.addresses, address); {
		case before >= 0 && before != k:
			list = append(list, Danger{KindFails, fmt.Sprintf("%s moves from egress %d to egress %d, whose NAT gateway cannot have it while the "+
				"other one does: deploy once without it in between", address, before+1, k+1)})
		case before < 0 && k < len(from.addresses):
			list = append(list, Danger{KindAddresses, fmt.Sprintf("the API sees egress %d from %s, no longer from %s (egress.network.addresses)",
				k+1, address, from.addresses[k])})
		}
	}
	if len(from.addresses) == 0 && len(to.addresses) > 0 {
		return append(list, Danger{KindAddresses, "the API sees the egresses from the Elastic IPs that the spec names now " +
			"(egress.network.addresses)"})
	}
	if len(from.addresses) > 0 && len(to.addresses) == 0 {
		list = append(list, Danger{KindAddresses, "the API sees the egresses from new Elastic IPs (egress.network.addresses)"})
	}
	return list
}

// poolGrows is said of a pool with more NAT gateways. Of one with fewer the Elastic IPs that
// go say what becomes of them.
func poolGrows(from, to network) []Danger {
	more, same := to.egresses-from.egresses, len(from.addresses) == 0 == (len(to.addresses) == 0)
	if more <= 0 || !same {
		return nil
	}
	return []Danger{{KindAddresses, fmt.Sprintf("the API sees %s from %s besides: one that allow-lists addresses has to know %s before",
		egressesFrom(from.egresses+1, to.egresses), count.Of(more, "other Elastic IP"), count.Verb(more, "it", "them"))}}
}

func egressesFrom(first, last int) string {
	if first == last {
		return "egress " + strconv.Itoa(first)
	}
	return fmt.Sprintf("egresses %d to %d", first, last)
}
