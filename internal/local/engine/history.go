package engine

import (
	"time"

	"github.com/sfngen/sfngen/internal/history/event"
)

// maxEvents is the longest history of a Standard execution (service quotas).
const maxEvents = 25_000

// usualEvents is a little more than a request with three attempts has.
const usualEvents = 24

// follow records an event that follows the one before it.
func (e *execution) follow(kind string, d event.Details) { e.record(kind, e.lastID(), d) }

func (e *execution) lastID() int64 { return int64(len(e.result.History)) }

// record adds an event. The last place of a history is kept for the execution's
// end.
func (e *execution) record(kind string, previous int64, d event.Details) {
	if e.lastID() == maxEvents-1 && e.result.Status == event.Running {
		e.full = true
		return
	}
	recorded := event.Event{
		Timestamp:       e.now(),
		Type:            kind,
		ID:              e.lastID() + 1,
		PreviousEventID: previous,
		Details:         d,
	}
	e.result.History = append(e.result.History, recorded)
	if e.env.Observe != nil {
		e.env.Observe(recorded)
	}
}

// now is the time of an event. A timeout is dated at the deadline (measured as
// stopDate = startDate + TimeoutSeconds: floci-io/floci, issue 2733); an event that
// is noticed a little later must not be dated after the end.
func (e *execution) now() time.Time {
	now := e.env.Clock.Now()
	if e.deadline.IsZero() || e.result.Status != event.TimedOut && now.Before(e.deadline) {
		return now
	}
	return e.deadline
}
