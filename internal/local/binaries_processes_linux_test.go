package local_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// bootstraps are how many of this process's children run one, zombies included.
func bootstraps(t *testing.T) int {
	t.Helper()
	return len(children(t))
}

// children are the ids of those processes.
func children(t *testing.T) (ids []string) {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range stats {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended since
		}
		_, rest, _ := strings.Cut(string(text), "(bootstrap)") // proc_pid_stat(5)
		var state string
		var parent int
		if _, err := fmt.Sscan(rest, &state, &parent); err == nil && parent == os.Getpid() {
			ids = append(ids, filepath.Base(filepath.Dir(file)))
		}
	}
	return ids
}
