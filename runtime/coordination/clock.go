package coordination

import (
	"sync"
	"time"
)

// clock is a clock that is set by the dates of the store's answers, where it shows another
// time. A date is a whole second, so one alone says little: the table's time was between it
// and a second later at some moment between the question and the answer. What several dates
// leave possible is less and less.
//
// A clock that is wrong is right to half a second, and half the time that the store took,
// after the first answer, and to some hundredths of a second after some twenty. Two that are
// wrong by so much have slots that much nearer to each other, less the slack: a window may
// see as many calls more as are booked in that time, and never more than twice its requests
// while that is shorter than the window.
type clock struct {
	now func() time.Time

	mu sync.Mutex
	at time.Time // of the last date; zero: there was none
	// The table's time is ahead of the clock by no less than least and no more than most.
	least, most time.Duration
}

const (
	// tolerance: clocks that may differ by less are the same. What they differ by costs that
	// much of the slack between slots.
	tolerance = 100 * time.Millisecond
	// drift: clocks run differently, by at most a 2000th (the most that ntpd corrects).
	// What a date said is less certain by that.
	drift = 2000
	// longestAnswer: what took longer says nothing of the clock.
	longestAnswer = Limit
)

// observe takes the date of an answer that was asked for and came at times of the clock.
func (c *clock) observe(date, asked, came time.Time) {
	asked, came = asked.Round(0), came.Round(0)
	if took := came.Sub(asked); date.IsZero() || took < 0 || took > longestAnswer {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	least, most := date.Sub(came), date.Add(time.Second).Sub(asked)
	first, age := c.at.IsZero(), came.Sub(c.at)
	c.at = came
	c.least, c.most = c.least-age/drift, c.most+age/drift
	if first || age < 0 || most < c.least || least > c.most { // or the clock was set
		c.least, c.most = least, most
		return
	}
	c.least, c.most = max(c.least, least), min(c.most, most)
}

// time is that of the table, as far as it is known to be another.
func (c *clock) time() time.Time {
	return c.now().Round(0).Add(c.ahead())
}

// ahead is how far the table's time is ahead of the clock, as far as it is known to be.
func (c *clock) ahead() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at.IsZero() || c.least <= tolerance && c.most >= -tolerance {
		return 0
	}
	return (c.least + c.most) / 2
}
