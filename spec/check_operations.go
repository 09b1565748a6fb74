package spec

import (
	"fmt"
	"strings"
)

const operationsPath = "operations"

// arnField is a field whose value is an ARN.
type arnField struct{ path, what, arn string }

// accountFields are those of IAM: a stack takes roles and boundaries of its own account
// alone.
func (o Operations) accountFields() []arnField {
	fields := []arnField{{operationsPath + ".permissionsBoundary", "a policy", o.PermissionsBoundary}}
	for _, role := range o.Roles.Fields() {
		fields = append(fields, arnField{operationsPath + ".roles." + role.Name, "a role", role.ARN})
	}
	return fields
}

// checkOperations checks ARNs against the stack and each other, and what a field takes
// away from another.
func (c *checker) checkOperations() {
	if !c.has(operationsPath) {
		return
	}
	o := c.spec.Operations
	for _, f := range append(o.accountFields(), arnField{operationsPath + ".kmsKey", "a key", o.KMSKey},
		arnField{alarmsPath + ".topic", "a topic", o.Alarms.Topic}) {
		c.checkPartitionOf(f)
	}
	c.checkAccounts(o.accountFields())
	c.checkKeyRegion()
	c.checkRoles()
	c.checkLogClass()
	c.checkAlarms()
}

// checkPartitionOf: nothing of one partition of AWS works in another.
func (c *checker) checkPartitionOf(f arnField) {
	if f.arn == "" || !c.allSound(f.path, "partition") {
		return
	}
	if partition := strings.Split(f.arn, ":")[1]; partition != c.spec.Partition {
		c.fail(ruleOf(f.path), f.path, fmt.Sprintf("is in the partition %s, and the stack in %s", partition, c.spec.Partition),
			"write the ARN of "+f.what+" there, or partition: "+partition)
	}
}

// checkAccounts: which account it is, the deployment says. AWS's own policies are of none.
func (c *checker) checkAccounts(fields []arnField) {
	first, at := "", ""
	for _, f := range fields {
		if f.arn == "" || !c.sound(f.path) {
			continue
		}
		switch account := strings.Split(f.arn, ":")[4]; {
		case account == "aws":
		case first == "":
			first, at = account, f.path
		case account != first:
			c.fail("operations-account", f.path, fmt.Sprintf("is of account %s, and %s of %s: a stack takes what is of its own account alone",
				account, at, first), "write the ARN of "+f.what+" of the account that the stack is deployed to; environments may have "+
				"others, in environments: {prod: {operations: …}}")
		}
	}
}

// checkKeyRegion: AWS encrypts with a key of the same region. The other ARNs say which
// region that is.
func (c *checker) checkKeyRegion() {
	const path = operationsPath + ".kmsKey"
	region := arnRegion(c.spec.Operations.KMSKey)
	if region == "" || !c.sound(path) {
		return
	}
	for _, f := range c.regionalFields() {
		if other := arnRegion(f.arn); other != "" && other != region && c.sound(f.path) {
			c.fail("operations-region", path, fmt.Sprintf("is in %s, and %s in %s: a stack is in one region, and its key with it",
				region, f.path, other), "write the ARN of a key there; a multi-Region key has a replica in each region")
			return
		}
	}
}

// regionalFields name what has to be in the stack's own region.
func (c *checker) regionalFields() []arnField {
	fields := []arnField{{path: operationsPath + ".alarms.topic", arn: c.spec.Operations.Alarms.Topic}}
	for _, l := range c.credentialLists() {
		for i, r := range l.References {
			fields = append(fields, arnField{path: c.referencePath(l, i), arn: r.Secret + r.Parameter})
		}
	}
	return fields
}

// checkRoles warns of roles that nothing has, or that have more than each needs.
func (c *checker) checkRoles() {
	const path = operationsPath + ".roles"
	roles, triggers := c.spec.Operations.Roles, c.spec.Triggers
	unused := func(name, arn, what string, n int) {
		if at := keyPath(path, name); arn != "" && n == 0 && c.allSound(at, "triggers") {
			c.warn("role-unused", at, "is the role of "+what+", and the spec has none", "remove it, or write triggers."+name)
		}
	}
	if !c.spec.Egress.Network.InVPC() { // where a schedule pings the egresses
		unused("schedules", roles.Schedules, "schedules", len(triggers.Schedules))
	}
	unused("events", roles.Events, "event rules", len(triggers.Events))
	if at := path + ".egress"; roles.Egress != "" && c.allSound(at, credentialsPath) && c.spec.Upstream.Credentials.OwnPlaces() {
		c.warn("one-egress-role", at, "is the role of all egresses: each could read the credentials of all",
			"if that may be, ignore this warning; without it each egress has a role that reads its own alone")
	}
}

// checkLogClass says what the class takes away (CloudWatch Logs, "Log classes").
func (c *checker) checkLogClass() {
	const path = operationsPath + ".logClass"
	o := c.spec.Operations
	if o.LogClass != LogClassInfrequentAccess || !c.sound(path) {
		return
	}
	if topic := alarmsPath + ".topic"; o.Alarms.Topic != "" && c.sound(topic) {
		c.fail("log-class-metrics", path, topic+" has alarms that count lines of the logs, and CloudWatch makes no metrics of infrequentAccess",
			"write logClass: standard, or remove "+topic)
		return
	}
	c.warn("log-class-unsearchable", path, "CloudWatch Logs Insights alone reads logs of this class, for a price by the gigabyte: 'sfngen "+
		"trace' finds nothing in them", "write logClass: standard; if half the price of writing them is worth it, ignore this warning: AWS "+
		"changes the class of no log group later")
}
