package spec_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOnFailure: a queue of failed executions belongs to a standard workflow.
func TestOnFailure(t *testing.T) {
	const onFailure, event = "triggers: {onFailure: ", "name: failed-executions, pattern: {source: [x]}, request: {method: GET, path: /}"
	const isStandard, queue = "workflow: {type: standard}\n", "triggers.onFailure.queue"
	for fields, want := range map[string][]string{
		isStandard + onFailure + "{queue: true}}\n":                                    nil,
		onFailure + "{queue: false}}\n":                                                nil,
		onFailure + "{}}\n":                                                            nil,
		onFailure + "{queue: true}}\n":                                                 {"failure-queue-express at " + queue},
		onFailure + "{queue: often}}\n":                                                {"triggers-on-failure-queue at " + queue},
		isStandard + onFailure + "{topic: x}}\n":                                       {"unknown-key at triggers.onFailure.topic"},
		isStandard + onFailure + "{queue: true}, events: [{" + event + "}]}\n":         {"duplicate-name at triggers.events[0].name"},
		isStandard + "triggers: {events: [{" + event + "}]}\n":                         nil,
		isStandard + onFailure + "{queue: true}, events: [{bus: b, " + event + "}]}\n": nil,
	} {
		if diff := cmp.Diff(want, found(t, placeholderHead+fields)); diff != "" {
			t.Errorf("%s: findings (-want +got):\n%s", fields, diff)
		}
	}
}
