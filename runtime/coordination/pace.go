package coordination

import (
	"fmt"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// pace is how one limit spaces the slots of an identity. Times are milliseconds.
type pace interface {
	// attribute is the name under which an item has the slots.
	attribute() string
	// unit is that in which times count.
	unit() int64
	// next is the earliest moment of one more call.
	next(slots) int64
	// trim drops what never counts again.
	trim(slots) slots
	// forgot reports whether a slot at a time would have been dropped.
	forgot(s slots, at int64) bool
	// booked are the slots that count at a time or later.
	booked(s slots, now int64) int
	// full are slots after which a call has to wait as long as ever.
	full(now int64) slots
	// over is when nothing of the slots counts any more.
	over(slots) int64
}

func paceOf(l contract.Limit) pace {
	if l.Burst > 0 {
		return newBucket(l)
	}
	return newWindow(l)
}

// Slack is how late a call may come to its slot: a twentieth of the smallest window, half a
// second at most. Slots are spaced so that the limits are kept even so. It is 0 without
// limits.
func Slack(limits []contract.Limit) time.Duration {
	least := time.Duration(0)
	for i, l := range limits {
		if slack := slackOf(l); i == 0 || slack < least {
			least = slack
		}
	}
	return least
}

// StartRoom is what a definition and Lambda need until an egress runs.
const StartRoom = 200 * time.Millisecond

// Ahead is how far from now the slot of a call must be that another Lambda makes, so that
// it does not come late: what StartRoom is longer than Slack. It is 0 without limits.
func Ahead(limits []contract.Limit) time.Duration {
	if len(limits) == 0 {
		return 0
	}
	return max(0, StartRoom-Slack(limits))
}

// WholeSeconds is the wait of a definition before a slot that is so far away, or a moment
// without one: whole seconds, so that the egress is early rather than late, and sleeps the
// rest.
func WholeSeconds(left time.Duration, slot *contract.Slot) int {
	if slot != nil {
		left -= StartRoom
	}
	return int(max(left, 0) / time.Second)
}

// mostSlack: so late is a call at most, however long the window.
const mostSlack = 500 * time.Millisecond

func slackOf(l contract.Limit) time.Duration { return min(windowOf(l)/20, mostSlack) }

func windowOf(l contract.Limit) time.Duration {
	return time.Duration(max(1, l.WindowSeconds)) * time.Second
}

// window keeps a limit however the upstream counts, in fixed windows, sliding ones, or a
// bucket that a window fills: no span of its length has more than the requests.
type window struct {
	requests int
	length   int64
	slack    int64
}

func newWindow(l contract.Limit) window {
	return window{max(1, l.Requests), windowOf(l).Milliseconds(), slackOf(l).Milliseconds()}
}

func (w window) attribute() string { return fmt.Sprintf("w%d", w.length) }

func (w window) unit() int64 {
	if w.requests <= exactLimit {
		return 1
	}
	return max(1, w.length/unitsOfWindow)
}

// span is how far apart a slot is from the one that has as many before it as the limit has
// requests. The earlier of the two may be as late as the slack.
func (w window) span() int64 { return w.length + w.slack }

func (w window) next(s slots) int64 {
	count := 0
	for i := len(s.groups) - 1; i >= 0; i-- {
		if count += s.groups[i].count; count >= w.requests {
			return max(s.last, s.groups[i].at+w.span())
		}
	}
	return s.last
}

func (w window) trim(s slots) slots {
	for len(s.groups) > 0 && s.groups[0].at <= s.last-w.span() {
		s.groups = s.groups[1:]
	}
	return s
}

func (w window) forgot(s slots, at int64) bool { return at <= s.last-w.span() }

func (w window) booked(s slots, now int64) int {
	count := 0
	for _, g := range s.groups {
		if g.at > now-w.span() {
			count += g.count
		}
	}
	return count
}

func (w window) full(now int64) slots {
	return slots{last: now, groups: []group{{now, w.requests}}}
}

func (w window) over(s slots) int64 { return roundUp(s.last, w.unit()) + w.span() }
