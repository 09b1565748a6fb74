package local

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"time"
)

// scratchPrefix begins the name of a folder for compiled Lambdas; the number of
// the process that it is for follows.
const scratchPrefix = "sfngen-lambdas-"

// newScratch is such a folder of this process. It is removed at the end; what a
// killed process has left behind goes when the next one begins.
func newScratch() (string, error) {
	removeOrphans(os.TempDir(), time.Now())
	return os.MkdirTemp("", fmt.Sprintf("%s%d-", scratchPrefix, os.Getpid()))
}

var scratchName = regexp.MustCompile(`^` + scratchPrefix + `([0-9]+)-[0-9]+$`)

// orphanAge is how old a folder must be to be taken for an orphan: a process of
// another container that shares the folder cannot be seen.
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

// lives is wrong only on the side of life: where a process cannot be asked, too.
func lives(pid int) bool {
	process, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	return !errors.Is(process.Signal(syscall.Signal(0)), os.ErrProcessDone)
}
