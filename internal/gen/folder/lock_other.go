//go:build !unix

package folder

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/lockedfile"

	"github.com/sfngen/sfngen/internal/gen/manifest"
)

// lock holds a file that stands for the folder: folders cannot be locked here.
func lock(dir string) (unlock func(), err error) {
	name := fmt.Sprintf("sfngen-%.16s.lock", manifest.Hash([]byte(dir)))
	unlock, err = lockedfile.MutexAt(filepath.Join(os.TempDir(), name)).Lock()
	if err != nil {
		return nil, fmt.Errorf("locking %s against other builds: %w", dir, err)
	}
	return unlock, nil
}
