//go:build !linux

package local_test

import (
	"os/exec"
	"strings"
	"testing"
)

// bootstraps are how many processes here are bootstraps of this package's tests.
func bootstraps(t *testing.T) int {
	t.Helper()
	list, err := exec.Command("ps", "-A", "-o", "command").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Count(string(list), "/dist/egress/bootstrap") + strings.Count(string(list), "/dist/orchestrator/bootstrap")
}
