package stepfunctions

import "github.com/sfngen/sfngen/internal/engine"

// weight is the approximate size of an event in bytes of JSON. Events share data,
// so the sum is more than the memory that they use.
func weight(e engine.Event) int64 {
	const envelope = 128
	size := envelope
	switch d := e.Details.(type) {
	case engine.ExecutionStartedDetails:
		size += d.Input.Size()
	case engine.ExecutionSucceededDetails:
		size += d.Output.Size()
	case engine.ExecutionFailedDetails:
		size += len(d.Cause)
	case engine.StateEnteredDetails:
		size += d.Input.Size()
	case engine.StateExitedDetails:
		size += d.Output.Size() + d.Assigned.Size()
	case engine.TaskScheduledDetails:
		size += d.Parameters.Size()
	case engine.TaskSucceededDetails:
		size += d.Output.Size()
	case engine.TaskFailedDetails:
		size += len(d.Cause)
	}
	return int64(size)
}
