package local

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// scratchPrefix is the prefix of a folder for compiled Lambdas; the process id
// follows.
const scratchPrefix = "sfngen-lambdas-"

// newScratch creates such a folder for this process. It is removed at the end; the
// next process removes the folder of a killed one.
func newScratch() (string, error) {
	removeOrphans(os.TempDir(), time.Now())
	return os.MkdirTemp("", fmt.Sprintf("%s%d-", scratchPrefix, os.Getpid()))
}

var scratchName = lazyregexp.New(`^` + scratchPrefix + `([0-9]+)-[0-9]+$`)

// orphanAge is the age from which a folder counts as an orphan: processes of
// another container that shares the folder are not visible.
const orphanAge = time.Hour

func removeOrphans(dir string, now time.Time) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return // MkdirTemp will say it
	}
	for _, entry := range entries {
		match := scratchName.FindStringSubmatch(entry.Name())
		info, err := entry.Info()
		if match == nil || err != nil || !info.IsDir() || now.Sub(info.ModTime()) < orphanAge {
			continue
		}
		if pid, err := strconv.Atoi(match[1]); err == nil && !lives(pid) {
			_ = os.RemoveAll(filepath.Join(dir, entry.Name())) // another one's, perhaps
		}
	}
}

// lives may say true for a dead process, if it cannot be checked, but never false
// for a running one.
func lives(pid int) bool {
	process, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	return !errors.Is(process.Signal(syscall.Signal(0)), os.ErrProcessDone)
}
