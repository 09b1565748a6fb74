//go:build !unix

package stack

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// lock holds a file that stands for the folder: folders cannot be locked here.
func lock(dir string) (unlock func(), err error) {
	name := fmt.Sprintf("sfngen-%.16s.lock", hash([]byte(dir)))
	unlock, err = lockedfile.MutexAt(filepath.Join(os.TempDir(), name)).Lock()
	if err != nil {
		return nil, fmt.Errorf("locking %s against other builds: %w", dir, err)
	}
	return unlock, nil
}
