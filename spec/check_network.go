package spec

import (
	"fmt"
	"slices"
	"strings"
)

const networkPath = "egress.network"

// typePath is the field by which the others of the network mean something.
const typePath = networkPath + ".type"

// networkFields are the fields beside the type, and the types that take them.
var networkFields = []struct {
	name  string
	types []string
}{
	{"addresses", []string{NetworkNAT}},
	{"subnets", []string{NetworkSubnets}},
	{"securityGroups", []string{NetworkSubnets}},
	{"cidr", []string{NetworkNAT, NetworkIPv6}},
}

// checkNetwork checks the fields of the network against its type, against the size of the
// pool, and what the egresses call against what is reached from there.
func (c *checker) checkNetwork() {
	c.checkNetworkFields()
	c.checkNetworkComplete()
	c.checkNetworkList("subnets", c.spec.Egress.Network.Subnets, "a subnet", "both egresses would call from one address")
	c.checkNetworkList("addresses", c.spec.Egress.Network.Addresses, "an Elastic IP", "it belongs to one NAT gateway alone")
	c.checkCIDR()
	c.checkLiterals()
}

// checkNetworkFields: a field that another type reads would be left out in silence, and
// with it the addresses that somebody counts on.
func (c *checker) checkNetworkFields() {
	if !c.sound(typePath) {
		return
	}
	kind := c.spec.Egress.Network.Type
	for _, field := range networkFields {
		path := keyPath(networkPath, field.name)
		if !c.has(path) || !c.sound(path) || slices.Contains(field.types, kind) {
			continue
		}
		c.fail("network-field", path, fmt.Sprintf("means nothing with egress.network.type: %s", kind),
			fmt.Sprintf("write type: %s, or %s", strings.Join(field.types, " or type: "), c.takeAway(field.name)))
	}
}

// takeAway says how a field goes that is not wanted.
func (c *checker) takeAway(field string) string {
	if c.environment == "" {
		return "remove it"
	}
	return fmt.Sprintf("remove it; an environment takes it away by %s: null", field)
}

// checkNetworkComplete: Lambda takes subnets and security groups together, or none of both
// (Lambda API, VpcConfig: "SubnetIds and SecurityIds must coexist or be both empty list").
func (c *checker) checkNetworkComplete() {
	network := c.spec.Egress.Network
	if !c.sound(networkPath) || network.Type != NetworkSubnets {
		return
	}
	if len(network.Subnets) == 0 {
		c.fail("network-incomplete", typePath, "takes subnets of yours, but egress.network.subnets names none",
			"write the ID of one private subnet for each egress, as in subnets: [subnet-0123456789abcdef0]; "+
				"type: nat makes a network of the stack's own")
		return
	}
	if len(network.SecurityGroups) == 0 {
		c.fail("network-incomplete", typePath, "needs a security group too: AWS puts no Lambda into a VPC without one",
			"write one that lets out what the egresses call, as in securityGroups: [sg-0123456789abcdef0]")
	}
}

// checkNetworkList: egress k has the k-th entry for itself.
func (c *checker) checkNetworkList(name string, list []string, what, why string) {
	path := keyPath(networkPath, name)
	if !c.has(path) || !c.sound(path) || !c.sound(typePath) || c.spec.Egress.Network.named() == 0 {
		return
	}
	if len(list) != c.spec.Egress.Count && c.sound("egress.count") {
		c.failCount(path, len(list), what)
	}
	seen := map[string]int{}
	for i, id := range list {
		if first, again := seen[id]; again {
			c.fail("network-twice", itemPath(path, i), fmt.Sprintf("is the same as %s: %s", itemPath(path, first), why),
				"write another one, or one egress less")
			continue
		}
		seen[id] = i
	}
}

// failCount is said of the list, or of a count that an environment writes beside a list that
// it does not.
func (c *checker) failCount(path string, entries int, what string) {
	at, count := path, c.spec.Egress.Count
	message := fmt.Sprintf("has %d for %s: egress k has the k-th for itself", entries, egresses(count))
	if c.isOverlaid("egress.count") && !c.isOverlaid(path) {
		at = "egress.count"
		message = fmt.Sprintf("is %d, and %s has %d: egress k has the k-th for itself", count, path, entries)
	}
	c.fail("network-count", at, message,
		fmt.Sprintf("write %s for each, or egress.count: %d, or leave egress.count out", what, entries))
	c.distrust("egress.count")
}

// isOverlaid reports whether an environment writes the value.
func (c *checker) isOverlaid(path string) bool {
	n := c.written[path]
	return n != nil && n.from != ""
}
