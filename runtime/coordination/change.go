package coordination

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
)

// kept is a limit that an identity keeps.
type kept struct {
	of Identity
	limit
}

// limit is one with what it comes to.
type limit struct {
	per       contract.Scope
	attribute string // of the log
	unit      int64  // of the log
	pace
}

// log is where the slots of such a limit are: limits of one window share them.
type log struct {
	of        Identity
	attribute string
}

func (k kept) log() log { return log{k.of, k.attribute} }

// limitsOf are the limits of an Ask. Those that may share a log have the same unit of time:
// the larger one, for what is in it is known the least well.
func limitsOf(a Ask) []limit {
	units := map[string]int64{}
	all := make([]limit, len(a.Limits))
	for i, l := range a.Limits {
		p := paceOf(l)
		all[i] = limit{per: l.Per, attribute: p.attribute(), pace: p}
		units[all[i].attribute] = max(units[all[i].attribute], p.unit())
	}
	for i := range all {
		all[i].unit = units[all[i].attribute]
	}
	return all
}

// kept are the limits that a call of an egress keeps.
func (c *choosing) kept(egress int) []kept {
	all := make([]kept, len(c.limits))
	for i, l := range c.limits {
		all[i] = kept{c.identity(l.per, egress), l}
	}
	return all
}

// logs are those with each log once.
func (c *choosing) logs(egress int) []kept {
	all := c.kept(egress)
	for i := len(all) - 1; i > 0; i-- {
		same := func(other kept) bool { return other.log() == all[i].log() }
		if slices.ContainsFunc(all[:i], same) {
			all = slices.Delete(all, i, i+1)
		}
	}
	return all
}

// item is an identity's, with the changes.
func (c *choosing) item(of Identity) Item {
	if changed, ok := c.changed[of]; ok {
		return changed
	}
	return c.items[of]
}

func (c *choosing) put(k kept, s slots) {
	c.slots[k.log()] = s
	c.changed[k.of] = c.item(k.of).with(k.limit, s)
}

// read reads all slots, and writes anew what cannot be read.
func (c *choosing) read() {
	for egress := 1; egress <= max(1, c.Egresses); egress++ {
		for _, k := range c.kept(egress) {
			if _, done := c.slots[k.log()]; done {
				continue
			}
			s, broken := c.item(k.of).slotsOf(k.limit, c.now)
			if c.slots[k.log()] = s; broken {
				c.put(k, s)
			}
		}
	}
}

// changes are the writes, in the order of their keys.
func (c *choosing) changes() []Change {
	var all []Change
	for of, to := range c.changed {
		from := c.items[of]
		to.Version = from.Version + 1
		to.Logs = withoutSpent(to.Logs, c.now)
		all = append(all, Change{of, from, to})
	}
	slices.SortFunc(all, func(a, b Change) int {
		partA, sortA := a.Of.Key()
		partB, sortB := b.Of.Key()
		return cmp.Or(cmp.Compare(partA, partB), cmp.Compare(sortA, sortB))
	})
	return all
}

// withoutSpent leaves out the logs of windows that are over: those of limits that a spec had.
func withoutSpent(logs map[string]string, now int64) map[string]string {
	left := map[string]string{}
	for attribute, text := range logs {
		length, isWindow := strings.CutPrefix(attribute, "w")
		milliseconds, err := strconv.ParseInt(length, 10, 64)
		s, broken := parseSlots(text)
		// Twice, because what is in a unit counts at its end, and calls may be late.
		if isWindow && err == nil && broken == nil && s.last+2*milliseconds < now {
			continue
		}
		left[attribute] = text
	}
	return left
}
