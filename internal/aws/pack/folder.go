package pack

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/sfngen/sfngen/internal/gen/gobuild"
	"github.com/sfngen/sfngen/internal/gen/manifest"
)

// isStack looks for what is compiled before go does: without a go.mod of its own
// the folder would be taken for a part of the module around it.
func isStack(dir string) error {
	has, err := exists(filepath.Join(dir, manifest.Name))
	switch {
	case err != nil:
		return err
	case !has:
		return fmt.Errorf("%s is not a stack of sfngen's: it has no %s; name a folder that 'sfngen build' has written", dir, manifest.Name)
	}
	written, err := manifest.Read(dir) // one that is damaged is noted later
	if newer := written.Unknown(dir); newer != nil {
		return newer
	}
	if errors.Is(err, manifest.ErrMerge) {
		return err
	}
	for _, part := range []string{"go.mod", gobuild.Folder(gobuild.Egress), gobuild.Folder(gobuild.Orchestrator)} {
		has, err := exists(filepath.Join(dir, filepath.FromSlash(part)))
		switch {
		case err != nil:
			return err
		case !has:
			return fmt.Errorf("%s has no %s, which every stack has: write it again with 'sfngen build'", dir, part)
		}
	}
	return nil
}

func exists(name string) (bool, error) {
	_, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}
