package coordination

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// kept is a limit that an identity keeps.
type kept struct {
	of   Identity
	pace pace
}

// log is where the slots of such a limit are: limits of one window share them.
type log struct {
	of        Identity
	attribute string
}

func (k kept) log() log { return log{k.of, k.pace.attribute()} }

// kept are the limits that a call of an egress keeps, one for each log: of several the one
// with the most requests, because it knows each slot the least well.
func (c *choosing) kept(egress int) []kept {
	var all []kept
	for _, l := range c.Limits {
		k := kept{c.identity(l.Per, egress), paceOf(l)}
		i := slices.IndexFunc(all, func(other kept) bool { return other.log() == k.log() })
		switch {
		case i < 0:
			all = append(all, k)
		case all[i].pace.unit() < k.pace.unit():
			all[i] = k
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

// slotsOf are those of a limit, with the changes.
func (c *choosing) slotsOf(of Identity, p pace) slots {
	at := log{of, p.attribute()}
	if s, ok := c.slots[at]; ok {
		return s
	}
	s, _ := c.item(of).slotsOf(p, c.now)
	c.slots[at] = s
	return s
}

func (c *choosing) put(k kept, s slots) {
	c.slots[k.log()] = s
	c.changed[k.of] = c.item(k.of).with(k.pace, s)
}

// repair writes anew what cannot be read.
func (c *choosing) repair() {
	for egress := 1; egress <= max(1, c.Egresses); egress++ {
		for _, k := range c.kept(egress) {
			if _, done := c.slots[k.log()]; done {
				continue
			}
			s, broken := c.item(k.of).slotsOf(k.pace, c.now)
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
