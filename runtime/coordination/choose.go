package coordination

import (
	"cmp"
	"slices"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

const (
	// preference is how much later than the first one the preferred egress may go.
	preference = time.Second
	// bookedAhead is how far ahead a call that is not wanted before is booked.
	bookedAhead = 2 * time.Second
)

// choosing is one look at the items: what an Ask comes to, and the changes that book it.
type choosing struct {
	Ask
	now     int64 // milliseconds, as all times here
	from    int64
	items   Items // as read
	changed Items // as they are to be
	limits  []limit
	slots   map[log]slots // of all egresses, with the changes
}

// chance is when an egress may go.
type chance struct {
	egress   int
	at       int64
	coolDown *CoolDown // that holds it back until then
	held     bool      // it goes in the slot that it has
}

func newChoosing(a Ask, items Items, now time.Time) *choosing {
	c := &choosing{Ask: a, now: now.UnixMilli(), items: items, changed: Items{}, limits: limitsOf(a), slots: map[log]slots{}}
	c.from = c.now
	if !a.From.IsZero() {
		c.from = max(c.now, a.From.UnixMilli())
	}
	return c
}

// choose decides, and notes the changes. random is uniform in [0, 1).
func (c *choosing) choose(random func() float64) Choice {
	c.read()
	kept := c.keptSlot()
	if kept == nil {
		c.giveBack()
	}
	chances := c.chances(kept)
	order := c.order(chances, random)
	first := order[0]
	choice := Choice{At: time.UnixMilli(first.at).UTC(), CoolDown: first.coolDown}
	for _, next := range order {
		choice.Next = append(choice.Next, next.egress)
	}
	for _, each := range chances {
		choice.Waits = append(choice.Waits, time.UnixMilli(each.at).UTC())
	}
	if first.held {
		choice.Slot = kept
		return choice
	}
	if kept != nil {
		c.giveBack()
	}
	choice.Slot = c.book(first)
	return choice
}

// chances are those of all egresses, by their numbers.
func (c *choosing) chances(kept *contract.Slot) []chance {
	var all []chance
	for egress := 1; egress <= max(1, c.Egresses); egress++ {
		all = append(all, c.chance(egress, kept))
	}
	return all
}

func (c *choosing) chance(egress int, kept *contract.Slot) chance {
	cooled := chance{egress: egress, at: c.from}
	for _, i := range c.identities(egress) {
		coolDown := c.item(i).CoolDown
		if until := coolDown.Until.UnixMilli(); coolDown.counts(time.UnixMilli(c.now)) && until > cooled.at {
			coolDown.Of = i
			cooled.at, cooled.coolDown = until, &coolDown
		}
	}
	if kept != nil && kept.Egress == egress && cooled.at <= max(c.now, kept.At.UnixMilli()) {
		return chance{egress: egress, at: max(c.now, kept.At.UnixMilli()), held: true}
	}
	for _, k := range c.kept(egress) {
		if next := k.next(c.slots[k.log()]); next > cooled.at {
			cooled.at, cooled.coolDown = next, nil
		}
	}
	return cooled
}

// order is that in which the egresses may go.
func (c *choosing) order(chances []chance, random func() float64) []chance {
	order := slices.Clone(chances)
	if !c.InOrder {
		for i := len(order) - 1; i > 0; i-- {
			j := min(int(random()*float64(i+1)), i)
			order[i], order[j] = order[j], order[i]
		}
	}
	slices.SortStableFunc(order, func(a, b chance) int { return cmp.Compare(a.at, b.at) })
	preferred := slices.IndexFunc(order, func(each chance) bool { return each.egress == c.Prefer })
	if preferred > 0 && order[preferred].at <= order[0].at+preference.Milliseconds() {
		it := order[preferred]
		order = slices.Insert(slices.Delete(order, preferred, preferred+1), 0, it)
	}
	return order
}

// keptSlot is the slot that the asking egress has, if it is still good.
func (c *choosing) keptSlot() *contract.Slot {
	held := c.Held
	if held == nil || len(c.Limits) == 0 || held.Egress != c.Prefer {
		return nil
	}
	at := held.At.UnixMilli()
	if c.now > at+Slack(c.Limits).Milliseconds() || c.from > max(c.now, at) {
		return nil
	}
	for _, k := range c.logs(held.Egress) {
		if s := c.slots[k.log()]; s.find(at, k.unit) < 0 && !k.forgot(s, at) {
			return nil
		}
	}
	return held
}

// book books a slot, if it is of use.
func (c *choosing) book(first chance) *contract.Slot {
	tooLate := !c.Latest.IsZero() && first.at > c.Latest.UnixMilli()
	if len(c.Limits) == 0 || tooLate || c.from > c.now+bookedAhead.Milliseconds() {
		return nil
	}
	for _, k := range c.logs(first.egress) {
		c.put(k, c.slots[k.log()].book(first.at, k.unit))
	}
	return &contract.Slot{Egress: first.egress, At: time.UnixMilli(first.at).UTC()}
}

func (c *choosing) giveBack() {
	if c.Held == nil {
		return
	}
	at := c.Held.At.UnixMilli()
	for _, k := range c.logs(c.Held.Egress) {
		if s := c.slots[k.log()]; s.find(at, k.unit) >= 0 {
			c.put(k, s.giveBack(at, k.unit))
		}
	}
}
