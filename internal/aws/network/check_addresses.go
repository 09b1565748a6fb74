package network

import (
	"fmt"
	"slices"
)

// checkAddresses: the user's own Elastic IPs are there and free, or the stack's already.
func (k *checker) checkAddresses() {
	if len(k.Shape.Addresses) == 0 {
		return
	}
	all, ok := k.read("whether the addresses exist and are free", "DescribeAddresses", filter{"allocation-id", k.Shape.Addresses})
	if !ok {
		return
	}
	for i, id := range k.Shape.Addresses {
		field := fmt.Sprintf("egress.network.addresses[%d]", i)
		at := slices.IndexFunc(all.Addresses, func(a Address) bool { return a.Allocation == id })
		if at < 0 {
			k.refuse(field, fmt.Sprintf("there is no Elastic IP %s in %s of account %s", id, k.Cloud.Region, k.Cloud.Account),
				"'aws ec2 describe-addresses"+k.Place+"' shows which there are")
			continue
		}
		k.checkAddress(field, i, all.Addresses[at])
	}
}

// checkAddress is about the address of the egress at a place in the pool, from 0.
func (k *checker) checkAddress(field string, place int, a Address) {
	switch {
	case a.Domain != "" && a.Domain != "vpc":
		k.refuse(field, a.Allocation+" is an address of EC2-Classic, which no NAT gateway can have", "name one of the domain vpc")
	case a.Association == "":
	case a.Instance != "":
		k.refuse(field, fmt.Sprintf("%s (%s) is the address of the instance %s already", a.Allocation, a.IP, a.Instance), k.free(a))
	default:
		k.checkInterface(field, place, a)
	}
}

// checkInterface is about an address that a network interface has: that of a NAT gateway,
// mostly.
func (k *checker) checkInterface(field string, place int, a Address) {
	switch nat := k.natWith(a.Allocation); {
	case nat == "":
		k.refuse(field, fmt.Sprintf("%s (%s) is the address of the interface %s already", a.Allocation, a.IP, a.Interface), k.free(a))
	case k.Own.has(typeNAT, nat):
		k.checkMove(field, place, a, nat)
	default:
		k.refuse(field, fmt.Sprintf("%s (%s) is the address of the NAT gateway %s already, which is not of this stack", a.Allocation, a.IP, nat),
			"name another one, or delete that gateway first")
	}
}

// checkMove: an address of the stack's own stays at its egress. CloudFormation makes the
// new NAT gateway before it deletes the old one, which has the address until then (EC2 API,
// NatGateway: the failure code Resource.AlreadyAssociated).
func (k *checker) checkMove(field string, place int, a Address, nat string) {
	if has := slices.Index(k.Own.of(typeNAT), nat); has != place {
		k.refuse(field, fmt.Sprintf("%s (%s) is the address of egress %d, whose NAT gateway %s has it until the deployment ends",
			a.Allocation, a.IP, has+1, nat), "leave it there, or deploy once without it, such as with egress.network.type: lambda")
	}
}

func (k *checker) free(a Address) string {
	return "name another one, or free it: 'aws ec2 disassociate-address --association-id " + a.Association + k.Place + "'"
}

// natWith is the NAT gateway that has an address; "" for none, and where that is not known.
func (k *checker) natWith(allocation string) string {
	all, ok := k.read("which NAT gateway has the address "+allocation, "DescribeNatGateways", natsThatCount)
	if !ok {
		return ""
	}
	for _, n := range all.NATs {
		if slices.ContainsFunc(n.Addresses, func(a Address) bool { return a.Allocation == allocation }) {
			return n.ID
		}
	}
	return ""
}
