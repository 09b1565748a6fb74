package coordination

import (
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// Standing is how an identity stands to a limit.
type Standing struct {
	// Booked are the slots that still count in the window, and those ahead. Where some are
	// ahead by a window, those before are no longer known.
	Booked int
	// Left is how many calls may go at once.
	Left int
	// Next is the earliest moment of one more call; now where Left is not 0.
	Next time.Time
	// Broken: the slots cannot be read, and count as a window that is just full.
	Broken bool
}

// Standing is how the item's identity stands to a limit of it now.
func (i Item) Standing(l contract.Limit, now time.Time) Standing {
	all := limitsOf(Ask{Limits: []contract.Limit{l}})
	at := now.UnixMilli()
	s, broken := i.slotsOf(all[0], at)
	next := all[0].next(s)
	standing := Standing{Booked: all[0].booked(s, at), Next: now, Broken: broken}
	if next > at {
		standing.Next = time.UnixMilli(next).UTC()
		return standing
	}
	most := l.Requests
	if l.Burst > 0 {
		most = l.Burst
	}
	standing.Left = max(1, most-standing.Booked)
	return standing
}
