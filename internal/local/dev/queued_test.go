package dev

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/local/stepfunctions"
)

// What AWS would put into the queue of failed executions is said, and whether with its
// input: that counts as JSON text, where a quote takes two bytes.
func TestQueuedLine(t *testing.T) {
	const name = "6a1f20c9-0000"
	small := stepfunctions.Execution{Name: name, Input: `{"request":{}}`}
	quotes := stepfunctions.Execution{Name: name, Input: `{"a":[` + strings.Repeat(`"",`, 50<<10) + `""]}`}
	for _, tt := range []struct {
		queue  string
		x      stepfunctions.Execution
		status event.Status
		want   string
	}{
		{"q", small, event.Failed, "6a1f20c9: on AWS the event of its end (FAILED), with its input, goes to the queue q"},
		{"q", small, event.TimedOut, "6a1f20c9: on AWS the event of its end (TIMED_OUT), with its input, goes to the queue q"},
		{"q", quotes, event.Aborted,
			"6a1f20c9: on AWS the event of its end (ABORTED), without its input, which is too large for it, goes to the queue q"},
		{"q", small, event.Succeeded, ""},
		{"", small, event.Failed, ""},
	} {
		if diff := cmp.Diff(tt.want, queuedLine(tt.queue, tt.x, tt.status)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.status, diff)
		}
	}
}
