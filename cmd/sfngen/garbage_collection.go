package main

import (
	"os"
	"runtime/debug"
)

// collectLess lets the heap grow further between collections: the command lives
// for milliseconds, and what it makes stays in use to the end. GOGC overrules it.
func collectLess() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
}
