package trace

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/sfngen/sfngen/internal/history/event"
)

// logEvent is an event in the log of a state machine (Step Functions Developer
// Guide, "Using CloudWatch Logs to log execution history"; shapes recorded from
// AWS: LocalStack, tests/aws/services/stepfunctions/v2/logs). Numbers are
// text there, the time is in milliseconds of the Unix epoch.
type logEvent struct {
	ID            text    `json:"id"`
	Type          text    `json:"type"`
	Details       details `json:"details"`
	PreviousEvent text    `json:"previous_event_id"`
	Timestamp     text    `json:"event_timestamp"`
	ExecutionARN  text    `json:"execution_arn"`
	RedriveCount  text    `json:"redrive_count"`
}

// UnmarshalJSON takes a string's text, and of any other value its JSON; null is
// none.
func (t *text) UnmarshalJSON(raw []byte) error {
	switch {
	case bytes.Equal(raw, []byte("null")):
		*t = ""
		return nil
	case len(raw) > 0 && raw[0] == '"':
		var s string
		err := json.Unmarshal(raw, &s)
		*t = text(s)
		return err
	}
	*t = text(raw)
	return nil
}

var errNoEvent = errors.New("no event of a state machine")

// readLogEvent reads one message of the log. logged is CloudWatch's own time for
// it, for a message that has none.
func readLogEvent(message string, logged time.Time) (execution string, e event.Event, err error) {
	var l logEvent
	if err := json.Unmarshal([]byte(message), &l); err != nil {
		return "", event.Event{}, fmt.Errorf("%w: %w", errNoEvent, err)
	}
	id, err := strconv.ParseInt(string(l.ID), 10, 64)
	if err != nil || id < 1 || l.Type == "" || l.ExecutionARN == "" {
		return "", event.Event{}, errNoEvent
	}
	previous, _ := strconv.ParseInt(string(l.PreviousEvent), 10, 64) // the order is that of the ids
	return string(l.ExecutionARN), event.Event{
		Timestamp:       l.time(logged),
		Type:            string(l.Type),
		ID:              id,
		PreviousEventID: previous,
		Details:         l.Details.of(string(l.Type)),
	}, nil
}

func (l logEvent) time(logged time.Time) time.Time {
	ms, err := strconv.ParseInt(string(l.Timestamp), 10, 64)
	if at := time.UnixMilli(ms).UTC(); err == nil && isTime(at) {
		return at
	}
	return logged
}

// inOrder sorts the events of one execution, each once: CloudWatch may deliver an
// event twice, and in another order.
func inOrder(events []event.Event) []event.Event {
	slices.SortStableFunc(events, func(a, b event.Event) int { return cmp.Compare(a.ID, b.ID) })
	return slices.CompactFunc(events, func(a, b event.Event) bool { return a.ID == b.ID })
}
