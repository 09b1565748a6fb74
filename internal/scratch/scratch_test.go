package scratch

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Only folders of dead processes are removed, and only after an hour.
func TestOrphansGo(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	const dead = 1 << 22 // above the largest pid of Linux
	old, young := now.Add(-2*time.Hour), now.Add(-time.Minute)
	for name, changed := range map[string]time.Time{
		fmt.Sprintf("sfngen-lambdas-%d-123", dead):        old,
		fmt.Sprintf("sfngen-lambdas-%d-456", dead):        young,
		fmt.Sprintf("sfngen-lambdas-%d-789", os.Getpid()): old,
		"sfngen-lambdas-x-1":                              old,
		"other":                                           old,
	} {
		path := filepath.Join(dir, name)
		if err := os.Mkdir(path, 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, changed, changed); err != nil {
			t.Fatal(err)
		}
	}
	removeOrphans(dir, "sfngen-lambdas-", now)
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, entry := range entries {
		left = append(left, entry.Name())
	}
	want := []string{"other", fmt.Sprintf("sfngen-lambdas-%d-456", dead), fmt.Sprintf("sfngen-lambdas-%d-789", os.Getpid()),
		"sfngen-lambdas-x-1"}
	slices.Sort(want) // pids have any number of digits
	if diff := cmp.Diff(want, left); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNewIsAbsoluteAndRemovesOrphans(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("TMPDIR", ".")
	orphan := fmt.Sprintf("sfngen-package-%d-1", 1<<22)
	if err := os.Mkdir(orphan, 0o777); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-2 * time.Hour)
	if err := os.Chtimes(orphan, old, old); err != nil {
		t.Fatal(err)
	}
	made, err := New("sfngen-package-")
	if err != nil || !filepath.IsAbs(made) {
		t.Fatalf("%q, %v", made, err)
	}
	if err := os.WriteFile(filepath.Join(made, "x"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := Remove(made); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
}
