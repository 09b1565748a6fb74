package stepfunctions

import "github.com/sfngen/sfngen/internal/history/event"

// weight is the approximate size of an event in bytes of JSON. Events share data,
// so the sum is more than the memory that they use.
func weight(e event.Event) int64 {
	const envelope = 128
	size := envelope
	switch d := e.Details.(type) {
	case event.ExecutionStartedDetails:
		size += d.Input.Size()
	case event.ExecutionSucceededDetails:
		size += d.Output.Size()
	case event.ExecutionFailedDetails:
		size += len(d.Cause)
	case event.StateEnteredDetails:
		size += d.Input.Size()
	case event.StateExitedDetails:
		size += d.Output.Size() + d.Assigned.Size()
	case event.TaskScheduledDetails:
		size += d.Parameters.Size()
	case event.TaskSucceededDetails:
		size += d.Output.Size()
	case event.TaskFailedDetails:
		size += len(d.Cause)
	}
	return int64(size)
}
