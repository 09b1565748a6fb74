package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// collectLess lets the heap grow further between collections: most commands live for
// milliseconds, and what they make stays in use to the end. GOGC overrules it.
func collectLess() { collectAt(400) }

// collectAsUsual is for the commands that stay.
func collectAsUsual() { collectAt(100) }

// collectAt sets the growth of the heap, in percent, that starts a collection.
func collectAt(percent int) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}

// keptMemory is what a command that stays may keep of the system's memory, in bytes:
// below it a collection gains nothing.
const keptMemory = 48 << 20

// releaseMemory gives back to the system what is no longer in use. What a sync.Pool
// holds goes at the second collection.
func releaseMemory() {
	if heldMemory() > keptMemory {
		runtime.GC()
		debug.FreeOSMemory()
	}
}

// heldMemory is how many bytes the Go runtime has of the system.
func heldMemory() uint64 {
	held := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(held)
	return held[0].Value.Uint64() - held[1].Value.Uint64()
}
