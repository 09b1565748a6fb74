package engine

// maxEvents is the longest history of a Standard execution (service quotas).
const maxEvents = 25_000

// usualEvents are what a request with three attempts has, and some more.
const usualEvents = 24

// follow records an event that comes of the one before it.
func (e *execution) follow(kind string, d Details) { e.record(kind, e.lastID(), d) }

func (e *execution) lastID() int64 { return int64(len(e.result.History)) }

// record adds an event. The last place of a history is kept for the execution's
// end.
func (e *execution) record(kind string, previous int64, d Details) {
	if e.lastID() == maxEvents-1 && e.result.Status == Running {
		e.full = true
		return
	}
	event := Event{
		Timestamp:       e.env.Clock.Now(),
		Type:            kind,
		ID:              e.lastID() + 1,
		PreviousEventID: previous,
		Details:         d,
	}
	e.result.History = append(e.result.History, event)
	if e.env.Observe != nil {
		e.env.Observe(event)
	}
}
