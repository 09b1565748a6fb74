package spec

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/sfngen/sfngen/internal/eventbridge"
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

// checkPattern compiles the pattern as EventBridge does, and says what it refuses.
func (c *checker) checkPattern(path string, pattern any) {
	for _, fault := range eventbridge.Faults(pattern) {
		at := path
		for _, step := range fault.At {
			switch step := step.(type) {
			case string:
				at = keyPath(at, step)
			case int:
				at = itemPath(at, step)
			}
		}
		message, hint, _ := strings.Cut(fault.Reason, "; ")
		c.fail("event-pattern", at, message, hint)
	}
}

// mostComparable is the largest number, positive or negative, that the user guide
// lets numeric compare (EventBridge, "Numeric matching"). EventBridge itself has been
// seen to take larger ones, such as times in milliseconds.
const mostComparable = 5e9

// checkPatternNumbers warns of numbers beyond what EventBridge promises to compare.
func (c *checker) checkPatternNumbers(n *node, inNumeric bool) {
	if n == nil {
		return
	}
	if number, err := strconv.ParseFloat(n.text, 64); inNumeric && err == nil && n.kind == isNumber && math.Abs(number) > mostComparable {
		c.warn("event-pattern-number", n.path, "EventBridge promises to compare numbers from -5e9 to 5e9 only, got "+n.text,
			"try the pattern in EventBridge's sandbox before you rely on it; if it matches there, ignore this warning")
	}
	for _, field := range n.fields {
		c.checkPatternNumbers(field.value, field.name == "numeric")
	}
	for _, item := range n.items {
		c.checkPatternNumbers(item, inNumeric)
	}
}
