package spec

import (
	"fmt"
	"time"
)

// String is the limit in words: "60 in 1h per ip", "10 in 1s per ip, bursts of 15".
func (l Limit) String() string {
	text := fmt.Sprintf("%d in %s per %s", l.Requests, Short(l.Window), l.Per)
	if l.Burst != nil {
		text += fmt.Sprintf(", bursts of %d", *l.Burst)
	}
	return text
}

// Most is how many requests the limit lets through at most in any span of time: whole
// windows of them, or its bucket and what is refilled meanwhile.
func (l Limit) Most(span time.Duration) int {
	if l.Burst != nil {
		return *l.Burst + int(float64(l.Requests)*span.Seconds()/l.Window.Seconds())
	}
	return l.Requests * int((span+l.Window-1)/l.Window)
}

// atOnce is how many requests may come without any time between them.
func (l Limit) atOnce() int { return l.Most(1) }

// pace is how many requests a second the limit lets through in the long run.
func (l Limit) pace() float64 { return float64(l.Requests) / l.Window.Seconds() }

// covers reports whether whoever keeps l can never come to the other limit.
func (l Limit) covers(other Limit) bool {
	if l.Per != other.Per {
		return false
	}
	if other.Burst == nil {
		return l.Most(other.Window) <= other.Requests
	}
	return l.atOnce() <= *other.Burst && l.pace() <= other.pace()
}

// sameWindow reports whether two limits count the same requests in the same way, so that
// one of them is too much. A bucket and a window beside each other are two limits.
func (l Limit) sameWindow(other Limit) bool {
	return l.Per == other.Per && l.Window == other.Window && (l.Burst == nil) == (other.Burst == nil)
}
