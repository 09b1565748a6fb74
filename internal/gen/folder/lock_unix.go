//go:build unix

package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// lock locks the folder itself (flock(2)): no lock file remains, and every name of
// the folder leads to the same lock. It waits. If another build has removed the
// folder in the meantime, lock creates it again.
func lock(dir string) (unlock func(), err error) {
	for {
		folder, err := os.Open(dir)
		if errors.Is(err, fs.ErrNotExist) { // removed in the meantime
			if err = os.MkdirAll(dir, 0o777); err == nil {
				continue
			}
		}
		if err != nil {
			return nil, err
		}
		if err := flock(folder); err != nil {
			folder.Close()
			return nil, fmt.Errorf("locking %s against other builds: %w", dir, err)
		}
		if isStill(folder, dir) {
			return func() { folder.Close() }, nil
		}
		folder.Close()
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return nil, err
		}
	}
}

func flock(folder *os.File) error {
	for {
		err := syscall.Flock(int(folder.Fd()), syscall.LOCK_EX)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

func isStill(folder *os.File, dir string) bool {
	held, err := folder.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(dir)
	return err == nil && os.SameFile(held, named)
}
