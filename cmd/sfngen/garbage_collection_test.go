package main

import (
	"io"
	"os"
	"runtime/debug"
	"strings"
	"testing"
)

// These tests are about the whole process: none of them is parallel.

func TestCommandsThatStayCollectAsUsual(t *testing.T) {
	if os.Getenv("GOGC") != "" {
		t.Skip("GOGC overrules it")
	}
	before := debug.SetGCPercent(100)
	defer debug.SetGCPercent(before)
	for args, want := range map[string]int{
		"validate missing.yaml":               400,
		"dev missing.yaml":                    100,
		"mockapi --listen 127.0.0.1:0 --ca .": 100, // it cannot write its certificate there
	} {
		if status := Run(strings.Fields(args), strings.NewReader(""), io.Discard, io.Discard); status != exitTrouble {
			t.Fatalf("%s: exit status %d, want %d", args, status, exitTrouble)
		}
		if got := debug.SetGCPercent(100); got != want {
			t.Errorf("%s: the heap grows by %d %% between collections, want %d", args, got, want)
		}
	}
}

func TestReleaseMemoryGivesItBack(t *testing.T) {
	const size = 256 << 20
	garbage := make([]byte, size)
	for i := 0; i < size; i += 4096 {
		garbage[i] = 1
	}
	before := heldMemory()
	garbage = nil
	releaseMemory()
	if after := heldMemory(); after+size/2 > before {
		t.Errorf("held %d MiB before and %d MiB after %d MiB were no longer in use", before>>20, after>>20, size>>20)
	}
	_ = garbage
}
