package spec

import (
	"fmt"
	"slices"
	"strings"
)

// eventFields is the envelope of every event (EventBridge, "Event structure").
var eventFields = []string{"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"}

// patternFields are what the top of a pattern may name: the envelope, the field
// that only events from an archive have (EventBridge, "Replaying archived
// events"), and the alternative.
var patternFields = append(slices.Clone(eventFields), "replay-name", "$or")

// checkPatternFields warns of fields that no event has: EventBridge takes them,
// and the rule never fires.
func (c *checker) checkPatternFields(path string, pattern any) {
	fields, _ := pattern.(map[string]any)
	for key, value := range fields {
		at := keyPath(path, key)
		if !slices.Contains(patternFields, key) {
			c.warn("unknown-event-field", at, "an event has no such field, it has "+strings.Join(eventFields, ", "), fieldHint(key))
		}
		if key != "$or" {
			continue
		}
		alternatives, _ := value.([]any)
		for i, alternative := range alternatives {
			c.checkPatternFields(itemPath(at, i), alternative)
		}
	}
}

func fieldHint(key string) string {
	if meant := near(key, patternFields); meant != "" {
		return didYouMean(meant)
	}
	return "put it below detail if it is the event's own data"
}

// checkPattern: what an event is compared with is in lists (EventBridge, "Event
// patterns").
func (c *checker) checkPattern(path string, pattern any) {
	fields, _ := pattern.(map[string]any)
	for key, value := range fields {
		at := keyPath(path, key)
		switch value := value.(type) {
		case []any:
			if len(value) == 0 {
				c.fail("event-pattern", at, "an empty list matches no event", "list the values that the field may have")
			}
		case map[string]any:
			if len(value) == 0 {
				c.fail("event-pattern", at, "an empty mapping matches nothing", `write [{exists: true}] if any value will do`)
			}
			c.checkPattern(at, value)
		default:
			c.fail("event-pattern", at, "a pattern compares with lists, got a single value", fmt.Sprintf("write [%v]", value))
		}
	}
}
