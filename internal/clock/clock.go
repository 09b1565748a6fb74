// Package clock holds the sources of time that an execution on this machine can
// run on: the system's, and one that skips every wait.
package clock

import "github.com/sfngen/sfngen/runtime/contract"

// Clock is the runtime's.
type Clock = contract.Clock

// System is the machine's time.
type System = contract.SystemClock
