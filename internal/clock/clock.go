// Package clock has the sources of time that an execution on this machine can
// run on: the system's, and one that skips every wait.
package clock

import (
	"context"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
)

// Clock is the runtime's.
type Clock = contract.Clock

// System is the machine's time.
type System = contract.SystemClock

// Sleep returns after d by the machine's time, or earlier with ctx's error.
func Sleep(ctx context.Context, d time.Duration) error { return System{}.Sleep(ctx, d) }
