package coordination

import (
	"fmt"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// bucket keeps the limit of a token bucket: it holds burst calls, and is filled with the
// requests of a window. That is the generic cell rate algorithm (ITU-T I.371, annex A), with
// an interval that is 5 % longer than documented. It says when the bucket is full again, and
// from that how long the next call waits.
type bucket struct {
	burst    int
	window   int64 // milliseconds
	interval int64 // in which one call is filled in, nanoseconds
	slack    int64 // nanoseconds
}

func newBucket(l contract.Limit) bucket {
	requests := int64(max(1, l.Requests))
	b := bucket{burst: min(l.Burst, mostUsed), window: windowOf(l).Milliseconds()}
	b.interval = max(1, int64(windowOf(l))/requests*21/20)
	b.slack = int64(slackOf(l))
	// A bucket that is filled in less than twice the slack would be paced by the slack. There
	// a call may come as late as half of that time, and a later one may find it empty.
	if int64(b.burst) <= 2*b.slack/b.interval {
		b.slack = int64(b.burst) * b.interval / 2
	}
	return b
}

func (b bucket) attribute() string { return fmt.Sprintf("b%d", b.window) }

func (b bucket) unit() int64 { return 1 }

// after is the level after the slots.
func (b bucket) after(s slots) level {
	now := s.level
	for _, g := range s.groups {
		now = b.take(now, g)
	}
	return now
}

// take is the level after some more calls. Those before may have been as late as the slack:
// only after it the bucket is full again, and has the whole burst.
func (b bucket) take(l level, g group) level {
	at := g.at * int64(time.Millisecond)
	if l.full+b.slack <= at {
		l = level{full: at}
	}
	l.full = min(max(l.full, at)+b.fill(g.count), latestFull)
	l.used = min(l.used+g.count, mostUsed)
	return l
}

// Bounds of sums in nanoseconds; they are years away.
const (
	latestFull  int64 = 4e18
	longestFill int64 = 1e18
)

// fill is how long so many calls take to be filled in.
func (b bucket) fill(count int) int64 {
	if int64(count) > longestFill/b.interval {
		return longestFill
	}
	return int64(count) * b.interval
}

func (b bucket) next(s slots) int64 {
	l := b.after(s)
	if l.used < b.burst {
		return s.last
	}
	return max(s.last, b.nextAfter(l, s.last))
}

// nextAfter rounds up. Full again is at most a whole bucket after the last slot: what a
// slower limit of the same window has left counts for no more than that.
func (b bucket) nextAfter(l level, last int64) int64 {
	full := min(l.full, last*int64(time.Millisecond)+b.fill(b.burst)+b.slack)
	at := max(0, full-b.fill(b.burst-1)+b.slack)
	return (at + int64(time.Millisecond) - 1) / int64(time.Millisecond)
}

// mostKept are the groups of a bucket that are kept to be given back; the level has the others.
const mostKept = 32

func (b bucket) trim(s slots) slots {
	for len(s.groups) > mostKept {
		s.level = b.take(s.level, s.groups[0])
		s.groups = s.groups[1:]
	}
	return s
}

func (b bucket) forgot(s slots, at int64) bool {
	return s.level.full > 0 && (len(s.groups) == 0 || at < s.groups[0].at)
}

func (b bucket) full(now int64) slots {
	return slots{last: now, groups: []group{{now, b.burst}}}
}

func (b bucket) over(s slots) int64 {
	return max(s.last, (b.after(s).full+b.slack)/int64(time.Millisecond)+1)
}
