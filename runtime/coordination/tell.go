package coordination

import (
	"time"
)

// noted is the write that notes a cool-down, if it extends the one that there is.
func noted(of Identity, told CoolDown, item Item, now time.Time) []Change {
	told = told.bounded(now)
	known := item.CoolDown
	if !told.counts(now) || known.counts(now) && !told.Until.After(known.Until) {
		return nil
	}
	to := item
	to.Version++
	to.CoolDown = told
	to.Expires = later(item.Expires, told.Until.Add(keptAfter))
	return []Change{{Of: of, From: item, To: to}}
}

// bounded is a cool-down as an item keeps it, and not longer than makes sense.
func (c CoolDown) bounded(now time.Time) CoolDown {
	if c.Told.IsZero() {
		c.Told = now
	}
	most := longestCoolDown
	if c.Minimum || c.Rule != "" {
		most = farthest / 2
	}
	c.Of = Identity{}
	c.Told = milliseconds(c.Told)
	c.Until = milliseconds(c.Until.Add(time.Millisecond - 1))
	if latest := c.Told.Add(most); c.Until.After(latest) {
		c.Until = latest
	}
	return c
}

func milliseconds(t time.Time) time.Time { return time.UnixMilli(t.UnixMilli()).UTC() }
