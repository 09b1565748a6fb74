package stack

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// lockParents waits until no other sfngen writes into the folders that hold the
// targets. They are locked in order, so that two builds never wait for each other.
func lockParents(targets []Target) (unlock func(), err error) {
	var parents []string
	for _, t := range targets {
		full, err := filepath.Abs(filepath.Dir(t.Dir))
		if err != nil {
			return nil, err
		}
		parents = append(parents, full)
	}
	slices.Sort(parents)
	var held []func()
	unlock = func() {
		for _, u := range held {
			u()
		}
	}
	for _, parent := range slices.Compact(parents) {
		u, err := lock(parent)
		if err != nil {
			unlock()
			return nil, err
		}
		held = append(held, u)
	}
	return unlock, nil
}

// lock locks one folder, given by its full path. The lock's file is not in the
// folder, which would have to be written to before anything is known of it.
func lock(dir string) (unlock func(), err error) {
	name := fmt.Sprintf("sfngen-%d-%.16s.lock", os.Getuid(), hash([]byte(dir)))
	unlock, err = lockedfile.MutexAt(filepath.Join(os.TempDir(), name)).Lock()
	if err != nil {
		return nil, fmt.Errorf("locking %s against other builds: %w", dir, err)
	}
	return unlock, nil
}
