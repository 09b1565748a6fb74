package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/gen/specfile"
)

// SpecSearchError is a spec that was not found, or found more than once.
type SpecSearchError struct {
	Name string
	// Environment is the stack's; "" for one of a spec without environments.
	Environment string
	Places      []string // the folders where it was looked for
	Found       []string
}

func (e *SpecSearchError) Error() string {
	if len(e.Found) > 0 {
		return fmt.Sprintf("several files are specs of %s: %s; name the right one with --spec FILE", e.Name, strings.Join(e.Found, ", "))
	}
	what := fmt.Sprintf("'name: %s'", e.Name)
	if e.Environment != "" {
		what = fmt.Sprintf("'name: %s' and the environment %s", strings.TrimSuffix(e.Name, "-"+e.Environment), e.Environment)
	}
	return fmt.Sprintf("no spec of %s (a .yaml or .yml file with %s) in %s; name it with --spec FILE, or leave out the "+
		"comparison with it by --stale",
		e.Name, what, strings.Join(e.Places, ", "))
}

// FindSpec looks for the spec that a stack's folder was built from, where people
// keep it: in the working directory and in the two folders above the stack's, and
// in a folder specs of each. It fails with a SpecSearchError unless it is exactly one.
func (f *Folder) FindSpec() (string, error) {
	e := &SpecSearchError{Name: f.Name, Environment: EnvironmentIn(f.Dir)}
	var known []os.FileInfo
	var dirs []string
	for _, dir := range []string{".", filepath.Join(f.Dir, ".."), filepath.Join(f.Dir, "..", "..")} {
		dirs = append(dirs, dir, filepath.Join(dir, "specs"))
	}
	for _, dir := range dirs {
		info, err := os.Stat(dir)
		if err != nil || slices.ContainsFunc(known, func(other os.FileInfo) bool { return os.SameFile(info, other) }) {
			continue
		}
		known = append(known, info)
		e.Places = append(e.Places, dir)
		found, err := specsIn(dir, f.Name)
		if err != nil {
			return "", err
		}
		e.Found = append(e.Found, found...)
	}
	if len(e.Found) != 1 {
		return "", e
	}
	return e.Found[0], nil
}

// SpecsAmong are those of the files that are the folder's spec.
func (f *Folder) SpecsAmong(files []string) (found []string) {
	for _, file := range files {
		if isSpecOf(file, f.Name) {
			found = append(found, file)
		}
	}
	return found
}

func specsIn(dir, name string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrPermission) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var found []string
	for _, entry := range entries {
		file := filepath.Join(dir, entry.Name())
		if specfile.HasExtension(file) && isSpecOf(file, name) {
			found = append(found, file)
		}
	}
	return found, nil
}

// isSpecOf reports whether a file is a spec of this stack.
func isSpecOf(file, name string) bool { return specfile.NamesInFile(file).Has(name) }
