package dev

import (
	"fmt"

	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/story"
	"github.com/sfngen/sfngen/internal/local/engine"
	"github.com/sfngen/sfngen/internal/local/stepfunctions"
)

// mostInput is how long the input in the event of an end may be, as a JSON text (Step
// Functions, "Automating event delivery with EventBridge": 248 KiB with the output, and
// an execution that failed has none).
const mostInput = 248 << 10

// noteQueued says of an execution that failed that AWS would send it to the queue of the
// spec. There is no queue here.
func (s *session) noteQueued(x stepfunctions.Execution, r engine.Result) {
	if line := queuedLine(s.stack.Load().Plan.FailureQueue(), x, r.Status); line != "" {
		s.say("%s", line)
	}
}

func queuedLine(queue string, x stepfunctions.Execution, status event.Status) string {
	if queue == "" || status == event.Succeeded {
		return ""
	}
	with := "with its input"
	if len(plan.CompactJSON(x.Input)) > mostInput {
		with = "without its input, which is too large for it"
	}
	return fmt.Sprintf("%s: on AWS the event of its end (%s), %s, goes to the queue %s", story.Short(x.Name), status, with, queue)
}
