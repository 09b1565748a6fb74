package spec

import (
	"fmt"
	"strings"
)

// maxResourceName is the longest name of an EventBridge rule or schedule.
const maxResourceName = 64

// checkNames holds the names of schedules and events against each other and
// against what AWS makes of them.
func (f *File) checkNames() {
	var schedules, events []string
	for _, schedule := range f.Spec.Triggers.Schedules {
		schedules = append(schedules, schedule.Name)
	}
	for _, event := range f.Spec.Triggers.Events {
		events = append(events, event.Name)
	}
	f.checkTriggerNames("triggers.schedules", "schedule", schedules)
	f.checkTriggerNames("triggers.events", "event", events)
}

func (f *File) checkTriggerNames(list, what string, names []string) {
	first := map[string]int{}
	for i, name := range names {
		path := itemPath(list, i) + ".name"
		if !f.sound(path) || name == "" {
			continue
		}
		if at, double := first[name]; double {
			f.fail("duplicate-name", path, fmt.Sprintf("there is a %s %s already, in line %d", what, name, at), "give each its own name")
			continue
		}
		first[name] = f.Position(path).Line
		made := f.Spec.Name + "-" + name
		if f.sound("name") && len(made) > maxResourceName {
			f.fail("resource-name-too-long", path, fmt.Sprintf("AWS would know it as %s, %d characters of at most %d", made, len(made), maxResourceName),
				fmt.Sprintf("shorten it by %d", len(made)-maxResourceName))
		}
	}
}

// checkTags keeps off the tag keys that others own.
func (f *File) checkTags() {
	for _, key := range f.keysOf("tags") {
		path := keyPath("tags", key)
		for _, owner := range []string{"aws:", "sfngen:"} {
			if strings.HasPrefix(strings.ToLower(key), owner) && f.sound(path) {
				f.fail("reserved-tag", path, "tag keys that begin with "+owner+" are reserved", "use another key")
			}
		}
	}
}
