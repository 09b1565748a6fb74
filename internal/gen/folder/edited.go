package folder

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/sfngen/sfngen/internal/gen/manifest"
)

// Edited are the files that the go command reads and that are not as sfngen wrote them,
// those that are gone included: what is compiled is then not what the spec gives. They
// are slash-separated paths, sorted. A merge, a formatter or somebody else's commit may
// have changed them.
func Edited(dir string) ([]string, error) {
	written, err := manifest.Read(dir)
	if err != nil {
		return nil, err
	}
	var found []string
	for p, hash := range written.Files {
		if !isRead(p) {
			continue
		}
		differs, err := differs(dir, p, hash)
		if err != nil {
			return nil, err
		}
		if differs {
			found = append(found, p)
		}
	}
	slices.Sort(found)
	return found, nil
}

// IsEdited reports whether one file of the folder is not as sfngen wrote it, or is gone.
func IsEdited(dir, p string) (bool, error) {
	written, err := manifest.Read(dir)
	if err != nil {
		return false, err
	}
	return differs(dir, p, written.Files[p])
}

func differs(dir, p, hash string) (bool, error) {
	content, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(p)))
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	return err == nil && manifest.Hash(content) != hash, err
}

// isRead reports whether go build reads a file of a stack: its source, and what says
// which modules go into it.
func isRead(p string) bool {
	name := path.Base(p)
	return isCompiled(name) || slices.Contains([]string{"go.mod", "go.sum", "go.work"}, name)
}
