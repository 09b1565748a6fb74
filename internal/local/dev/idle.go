package dev

import "sync/atomic"

// idle gives memory back after many requests. Go itself would keep what an overload
// took: it collects garbage when the heap grows, or every two minutes.
type idle struct {
	release func() // nil: nothing
	events  atomic.Int64

	used  bool // since the last release
	quiet int  // ticks in a row with few events
}

// quietTicks are how many calm ticks end an overload; in a calm one there are less than
// calmEvents, some ten attempts a second.
const (
	quietTicks = 4
	calmEvents = 50
)

// touch is called for each event, from any goroutine.
func (i *idle) touch() { i.events.Add(1) }

// tick is called every tick, by one goroutine.
func (i *idle) tick() {
	n := i.events.Swap(0)
	i.used = i.used || n > 0
	i.quiet++
	if n >= calmEvents {
		i.quiet = 0
	}
	if i.used && i.quiet >= quietTicks && i.release != nil {
		i.release()
		i.used, i.quiet = false, 0
	}
}
