package mockapi

import "time"

// client is the state of one client that the API counts.
type client struct {
	began  time.Time // fixed window: its start
	used   int       // fixed window: requests let through in it
	full   time.Time // bucket: when it will be full again
	over   int       // calls over the limit since one was let through
	banned time.Time // until when
}

// quota is what remains for a client; the headers show it.
type quota struct {
	limit     Limit
	remaining int
	// reset is the time until the next call is allowed, after a refused call; else
	// the time until the whole limit is available again.
	reset time.Duration
}

// take counts a request and reports whether the limit allows it.
func (c *client) take(limit Limit, now time.Time) (quota, bool) {
	if limit.Bucket {
		return c.takeFromBucket(limit, now)
	}
	if !now.Before(c.began.Add(limit.Window)) {
		c.began, c.used = now, 0
	}
	allowed := c.used < limit.Requests
	if allowed {
		c.used++
	}
	return quota{limit, limit.Requests - c.used, c.began.Add(limit.Window).Sub(now)}, allowed
}

// takeFromBucket is the generic cell rate algorithm: a bucket is one point in
// time, when it will be full again.
func (c *client) takeFromBucket(limit Limit, now time.Time) (quota, bool) {
	share := limit.Window / time.Duration(limit.Requests)
	depth := share * time.Duration(limit.Requests)
	full := c.full
	if full.Before(now) {
		full = now
	}
	full = full.Add(share)
	if short := full.Sub(now) - depth; short > 0 {
		return quota{limit, 0, short}, false
	}
	c.full = full
	return quota{limit, int((depth - full.Sub(now)) / share), full.Sub(now)}, true
}

// violate counts a call over the limit and starts the ban after enough of them.
func (c *client) violate(ban Ban, now time.Time) {
	c.over++
	if ban.After > 0 && c.over >= ban.After {
		c.over, c.banned = 0, now.Add(ban.For)
	}
}
