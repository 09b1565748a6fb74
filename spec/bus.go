package spec

import (
	"fmt"
	"slices"
	"strings"
)

// Bus is an event bus of EventBridge.
type Bus struct {
	Written string // as the spec has it: a name or an ARN; "" for the default bus
	Name    string // default for the default bus
	// What an ARN says beside the name; "" where the spec writes a name.
	Partition, Region, Account string
}

// defaultBus is the name of the bus that each account has.
const defaultBus = "default"

// BusOf reads a name or an ARN, of the form that the schema takes
// (arn:aws:events:REGION:ACCOUNT:event-bus/NAME).
func BusOf(written string) Bus {
	rest, isARN := strings.CutPrefix(written, "arn:")
	if !isARN {
		if written == "" {
			return Bus{Name: defaultBus}
		}
		return Bus{Written: written, Name: written}
	}
	b := Bus{Written: written}
	parts := strings.SplitN(rest, ":", 5)
	for i, to := range []*string{&b.Partition, nil, &b.Region, &b.Account, &b.Name} {
		if to != nil && i < len(parts) {
			*to = parts[i]
		}
	}
	_, b.Name, _ = strings.Cut(b.Name, "/")
	return b
}

// IsDefault reports whether it is the default bus of whatever account there is, so that
// a rule on it needs no name of a bus.
func (b Bus) IsDefault() bool { return b.Name == defaultBus && b.Account == "" }

// RulePrefix is what stands before a rule's name in its ARN, after "rule/" (Service
// Authorization Reference, "Amazon EventBridge").
func (b Bus) RulePrefix() string {
	if b.Name == defaultBus {
		return ""
	}
	return b.Name + "/"
}

// maxBuses: the role of the rules trusts those of each bus, and the longest names fill a
// trust policy from the sixth on (IAM quotas: 2,048 characters).
const maxBuses = 5

func (c *checker) checkBuses() {
	var seen []string
	for i, event := range c.spec.Triggers.Events {
		at := itemPath("triggers.events", i) + ".bus"
		if !c.sound(at) {
			continue
		}
		bus := BusOf(event.Bus)
		c.checkBusARN(i, bus)
		if !slices.Contains(seen, bus.Name) {
			seen = append(seen, bus.Name)
		}
		if len(seen) > maxBuses && c.sound(at) {
			c.fail("too-many-buses", at, fmt.Sprintf("is the %dth bus of this stack; the policy of its rules has room for %d", len(seen), maxBuses),
				"split the spec, or let a rule of that bus send its events on to one of the others")
			return
		}
	}
}

// checkBusARN refuses a bus that cannot be the stack's own account's: EventBridge keeps a
// rule with its bus, and a stack lives in one account and region. Which ones deploy knows.
func (c *checker) checkBusARN(i int, bus Bus) {
	at := itemPath("triggers.events", i) + ".bus"
	if bus.Account == "" || !c.sound("partition") {
		return
	}
	if bus.Partition != c.spec.Partition {
		c.fail(ruleOf(at), at, "is a bus of the partition "+bus.Partition+", and the stack is for "+c.spec.Partition,
			"name a bus of the account that the stack is deployed to: rules live with their bus")
		return
	}
	for j, event := range c.spec.Triggers.Events[:i] {
		other := BusOf(event.Bus)
		if other.Account == "" || !c.sound(itemPath("triggers.events", j)+".bus") {
			continue
		}
		if other.Account != bus.Account || other.Region != bus.Region {
			c.fail(ruleOf(at), at, fmt.Sprintf("is a bus in %s of account %s, and that of event %s is in %s of account %s: rules live with "+
				"their bus, and a stack in one account and region", bus.Region, bus.Account, event.Name, other.Region, other.Account),
				"let that bus send its events on to a bus of the stack's account and region, and name that one")
		}
		return
	}
}
