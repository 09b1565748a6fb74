package folder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/sfngen/sfngen/internal/gen/manifest"
)

// StacksIn are the names of the stacks' folders in the folder that holds them, sorted.
// What begins with a dot or an underscore is not a stack: no spec has such a name. A
// folder that does not exist has none, nor has a file. environments, if given, are those
// that are wanted.
func StacksIn(dir string, environments ...string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || isNotDir(err) {
		return nil, nil
	}
	var names []string
	for _, entry := range entries {
		name := entry.Name()
		built := filepath.Join(dir, name)
		if name[0] == '.' || name[0] == '_' || !manifest.In(built) {
			continue
		}
		if len(environments) == 0 || slices.Contains(environments, EnvironmentIn(built)) {
			names = append(names, name)
		}
	}
	return names, err
}
