package spec

import "slices"

// The names, as plain has them, that other systems have for what egress.network lists.
var (
	subnetWords        = []string{"subnetids", "subnets", "subnetid", "vpcsubnets"}
	securityGroupWords = []string{"securitygroupids", "securitygroups", "securitygroupid"}
)

// network is the VPC of another system as egress.network takes it; "" where the value does
// not name both, or by something else than their IDs.
func (w foreign) network(value *node) string {
	subnets := foreign{target: w.target + ".subnets"}.same(inList(value.fieldLike(subnetWords)))
	groups := foreign{target: w.target + ".securityGroups"}.same(inList(value.fieldLike(securityGroupWords)))
	if subnets == "" || groups == "" {
		return ""
	}
	return "{type: " + NetworkSubnets + ", subnets: " + subnets + ", securityGroups: " + groups + "}"
}

// fieldLike is the first field of a mapping that has one of the names in any spelling;
// nothing where there is none.
func (n *node) fieldLike(names []string) *node {
	for _, f := range n.fields {
		if slices.Contains(names, plain(f.name)) {
			return f.value
		}
	}
	return &node{kind: isNothing}
}

// inList is a list as it is, and a text as a list of it alone.
func inList(value *node) *node {
	if value.kind != isText {
		return value
	}
	return &node{kind: isList, items: []*node{value}}
}
