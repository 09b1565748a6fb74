package mockapi

import (
	"slices"
	"time"
)

// client is the state of one client that one limit counts.
type client struct {
	began time.Time // fixed, clock: the window's start
	used  int       // fixed, clock: requests let through in it
	full  time.Time // bucket: when it will be full again
	calls []group   // sliding: the latest calls

	over   int       // calls over the limit since one was let through
	bans   int       // so far
	banned time.Time // until when

	seen sight
}

// group is some calls of a sliding window, which leave it with the last of them.
type group struct {
	last  int64 // Unix ns
	calls int
}

// maxGroups bounds the memory of one client.
const maxGroups = 128

// quota is what remains for a client; the headers show it.
type quota struct {
	limit     Limit
	remaining int
	// reset is the time until the next call is allowed, after a refused call; else
	// the time until the whole limit is available again.
	reset time.Duration
}

// wait is how long the limit refuses the client's calls from now on; 0 for not at all.
func (c *client) wait(limit Limit, now time.Time) time.Duration {
	switch limit.Kind {
	case LimitBucket:
		return max(0, c.filled(now).Add(limit.share()).Sub(now)-limit.depth())
	case LimitSliding:
		return c.waitSliding(limit, now)
	}
	if c.roll(limit, now); c.used < limit.Requests {
		return 0
	}
	return c.began.Add(limit.Window).Sub(now)
}

// count notes a call that is let through, or one that counts although it is not.
func (c *client) count(limit Limit, now time.Time) {
	switch limit.Kind {
	case LimitBucket:
		c.full = c.filled(now).Add(limit.share())
	case LimitSliding:
		c.countSliding(limit, now)
	default:
		c.roll(limit, now)
		c.used++
	}
}

// left is what remains after a call that was let through.
func (c *client) left(limit Limit, now time.Time) quota {
	switch limit.Kind {
	case LimitBucket:
		taken := c.filled(now).Sub(now)
		return quota{limit, int((limit.depth() - taken) / limit.share()), taken}
	case LimitSliding:
		if len(c.calls) == 0 {
			return quota{limit, limit.Requests, 0}
		}
		last := c.calls[len(c.calls)-1].last
		return quota{limit, max(0, limit.Requests-c.inWindow()), limit.Window - time.Duration(now.UnixNano()-last)}
	}
	return quota{limit, limit.Requests - c.used, c.began.Add(limit.Window).Sub(now)}
}

// roll begins a new window if the last one is over.
func (c *client) roll(limit Limit, now time.Time) {
	if now.Before(c.began.Add(limit.Window)) {
		return
	}
	c.began, c.used = now, 0
	if limit.Kind == LimitClock {
		c.began = now.Truncate(limit.Window) // since the year 1 in UTC, which began at midnight on a Monday
	}
}

// filled is when the bucket is full again, at the earliest now. By this one point in time
// a bucket is known: the generic cell rate algorithm (ITU-T I.371).
func (c *client) filled(now time.Time) time.Time {
	if c.full.Before(now) {
		return now
	}
	return c.full
}

func (c *client) waitSliding(limit Limit, now time.Time) time.Duration {
	c.calls = slices.DeleteFunc(c.calls, func(g group) bool { return now.UnixNano()-g.last >= int64(limit.Window) })
	over := c.inWindow() + 1 - limit.Requests
	for _, g := range c.calls {
		if over <= 0 {
			break
		}
		over -= g.calls
		if over <= 0 {
			return limit.Window - time.Duration(now.UnixNano()-g.last)
		}
	}
	return 0
}

// countSliding adds to the last group while it is small, and where there is no room for
// another.
func (c *client) countSliding(limit Limit, now time.Time) {
	size := (limit.Requests + maxGroups - 1) / maxGroups
	if n := len(c.calls); n > 0 && (n == maxGroups || c.calls[n-1].calls < size) {
		c.calls[n-1] = group{now.UnixNano(), c.calls[n-1].calls + 1}
		return
	}
	c.calls = append(c.calls, group{now.UnixNano(), 1})
}

func (c *client) inWindow() int {
	sum := 0
	for _, g := range c.calls {
		sum += g.calls
	}
	return sum
}

// violate counts a call over the limit and starts the ban after enough of them. Each ban
// of a client is twice as long as the one before, up to the longest.
func (c *client) violate(ban Ban, now time.Time) {
	c.over++
	if ban.After > 0 && c.over >= ban.After {
		c.over, c.banned = 0, now.Add(ban.length(c.bans))
		c.bans++
	}
}
