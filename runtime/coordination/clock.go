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
// after the first answer.
type clock struct {
	now func() time.Time

	mu    sync.Mutex
	since time.Time // of the first date that counts; zero: none does
	// The table's time is ahead of the clock by no less than least and no more than most.
	least, most time.Duration
}

const (
	// tolerance: clocks that may differ by less are the same. What they differ by costs that
	// much of the slack between slots.
	tolerance = 250 * time.Millisecond
	// datesCount is how long a date counts: clocks run differently.
	datesCount = 5 * time.Minute
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
	age := came.Sub(c.since)
	if c.since.IsZero() || age < 0 || age > datesCount || most < c.least || least > c.most {
		c.since, c.least, c.most = came, least, most // the first one, or the clock was set
		return
	}
	c.least, c.most = max(c.least, least), min(c.most, most)
}

// time is that of the table, as far as it is known to be another.
func (c *clock) time() time.Time {
	now := c.now().Round(0)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.since.IsZero() || c.least <= tolerance && c.most >= -tolerance {
		return now
	}
	return now.Add((c.least + c.most) / 2)
}
