// Package scratch gives a process a temporary folder that does not outlive it: what a
// process that was killed has left, the next one removes.
package scratch

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

// New creates a folder below TMPDIR whose name begins with the prefix, such as
// "sfngen-package-"; the process id follows. It is an absolute path, whatever TMPDIR
// says. Remove it at the end.
func New(prefix string) (string, error) {
	removeOrphans(os.TempDir(), prefix, time.Now())
	dir, err := os.MkdirTemp("", fmt.Sprintf("%s%d-", prefix, os.Getpid()))
	if err != nil {
		return "", err
	}
	return filepath.Abs(dir)
}

// Remove removes a folder with all that is in it, also what a child process that has
// just been ended still writes there.
func Remove(dir string) (err error) {
	for range 10 {
		if err = os.RemoveAll(dir); err == nil {
			return nil
		}
	}
	return err
}

// orphanAge is the age from which a folder counts as an orphan: processes of
// another container that shares the folder are not visible.
const orphanAge = time.Hour

func removeOrphans(dir, prefix string, now time.Time) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return // MkdirTemp will say it
	}
	name := regexp.MustCompile(`^` + regexp.QuoteMeta(prefix) + `([0-9]+)-[0-9]+$`)
	for _, entry := range entries {
		match := name.FindStringSubmatch(entry.Name())
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
