package eventbridge

import (
	"fmt"
	"time"

	"github.com/sfngen/sfngen/internal/jsonvalue"
)

// The defaults of an event that a user fires without a source.
const (
	defaultSource     = "sfngen.dev"
	defaultDetailType = "Fired by hand"
)

// Defaults are what EventBridge, not the sender, puts into an event.
type Defaults struct {
	ID      string    // a UUID, one for each event
	Time    time.Time // written in UTC, to the second
	Account string    // twelve digits
	Region  string
}

// envelope are the fields that every event has (EventBridge, "Event structure"), in
// AWS's order, with the defaults of missing ones.
func (d Defaults) envelope() []jsonvalue.Member {
	return []jsonvalue.Member{
		{Name: "version", Value: jsonvalue.OfString("0")},
		{Name: "id", Value: jsonvalue.OfString(d.ID)},
		{Name: "detail-type", Value: jsonvalue.OfString(defaultDetailType)},
		{Name: "source", Value: jsonvalue.OfString(defaultSource)},
		{Name: "account", Value: jsonvalue.OfString(d.Account)},
		{Name: "time", Value: jsonvalue.OfString(d.Time.UTC().Format("2006-01-02T15:04:05Z"))},
		{Name: "region", Value: jsonvalue.OfString(d.Region)},
		{Name: "resources", Value: jsonvalue.OfArray()},
		{Name: "detail", Value: jsonvalue.OfObject()},
	}
}

// entryFields are PutEvents's names for fields of an event.
var entryFields = map[string]string{
	"Source": "source", "DetailType": "detail-type", "Detail": "detail", "Time": "time", "Resources": "resources",
}

// Complete adds the missing fields that every event of EventBridge has to a
// handwritten event; added are their names, in EventBridge's order. The event's own
// fields keep their values and order. The result is compact JSON.
//
// It fails for an event that is not a JSON object, that has a field of the wrong
// kind (a number for an id, text for the detail), or that is an entry of PutEvents.
func Complete(event []byte, defaults Defaults) (completed []byte, added []string, err error) {
	parsed, err := parseEvent(event)
	if err != nil {
		return nil, nil, err
	}
	if err := noEntry(parsed); err != nil {
		return nil, nil, err
	}
	for _, m := range defaults.envelope() {
		own, has := parsed.Get(m.Name)
		if has && own.Kind() != m.Value.Kind() {
			return nil, nil, fmt.Errorf("the event's %s is %s; EventBridge's is always %s", m.Name, own.Kind(), m.Value.Kind())
		}
		if !has {
			parsed = parsed.With(m.Name, m.Value)
			added = append(added, m.Name)
		}
	}
	return parsed.JSON(), added, nil
}

func noEntry(event jsonvalue.Value) error {
	for name := range event.Members() {
		if own, isEntry := entryFields[name]; isEntry {
			return fmt.Errorf("the event has a field %s, as an entry of PutEvents has; write the event that EventBridge makes of it: %s, with "+
				"detail an object", name, own)
		}
	}
	return nil
}
