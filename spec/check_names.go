package spec

import (
	"fmt"
	"strings"
	"unicode"
)

// maxResourceName is the longest name of an EventBridge rule or schedule.
const maxResourceName = 64

// checkNames checks the names of schedules and events against each other and
// against what AWS makes of them.
func (c *checker) checkNames() {
	var schedules, events []string
	for _, schedule := range c.spec.Triggers.Schedules {
		schedules = append(schedules, schedule.Name)
	}
	for _, event := range c.spec.Triggers.Events {
		events = append(events, event.Name)
	}
	c.checkTriggerNames("triggers.schedules", "schedule", schedules)
	c.checkTriggerNames("triggers.events", "event", events)
}

func (c *checker) checkTriggerNames(list, what string, names []string) {
	first := map[string]int{}
	for i, name := range names {
		path := itemPath(list, i) + ".name"
		if !c.sound(path) || name == "" {
			continue
		}
		if at, double := first[name]; double {
			c.fail("duplicate-name", path, fmt.Sprintf("there is already a %s %s, on line %d", what, name, at), "give each its own name")
			continue
		}
		first[name] = c.position(path).Line
		made := c.spec.Name + "-" + name
		if c.sound("name") && len(made) > maxResourceName {
			c.fail("resource-name-too-long", path,
				fmt.Sprintf("its name in AWS would be %s: %d characters, but at most %d are allowed", made, len(made), maxResourceName),
				fmt.Sprintf("shorten it by %d", len(made)-maxResourceName))
		}
	}
}

// checkDescription refuses what the files that hold the description cannot
// contain: CloudFormation takes ${…} for one of its placeholders.
func (c *checker) checkDescription() {
	const path = "description"
	text := c.spec.Description
	switch {
	case !c.sound(path):
	case strings.Contains(text, "${"):
		c.fail("description", path, "holds ${, which CloudFormation takes for a placeholder", "write it without the $")
	case strings.ContainsFunc(text, isLineBreak):
		c.fail("description", path, "has more than one line", "write it on one line; in YAML, > makes one line of several")
	case strings.ContainsFunc(text, isUnseen):
		c.fail("description", path, "holds a character that cannot be seen", "remove it")
	}
}

func isUnseen(r rune) bool { return !unicode.IsPrint(r) && !unicode.Is(unicode.Zs, r) }

// isLineBreak reports whether some reader of a text begins a new line at r (Unicode
// Standard Annex 14, classes BK, CR, LF, NL).
func isLineBreak(r rune) bool { return strings.ContainsRune("\n\v\f\r\u0085\u2028\u2029", r) }

// checkTags refuses the tag keys that AWS and sfngen reserve.
func (c *checker) checkTags() {
	for _, key := range c.keysOf("tags") {
		path := keyPath("tags", key)
		for _, owner := range []string{"aws:", "sfngen:"} {
			if strings.HasPrefix(strings.ToLower(key), owner) && c.sound(path) {
				c.fail("reserved-tag", path, "tag keys that begin with "+owner+" are reserved", "use another key")
			}
		}
	}
}
