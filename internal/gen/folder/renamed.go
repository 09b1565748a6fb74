package folder

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// Renamed is the folder that a stack without one was built to under an earlier name: it
// stands beside, calls the same API in the same environment, and no spec has its name any
// more. It is "" unless there is exactly one.
func Renamed(t Target) string {
	entries, err := os.ReadDir(filepath.Dir(t.Dir))
	if err != nil || manifest.In(t.Dir) {
		return ""
	}
	var found []string
	for _, entry := range entries {
		dir := filepath.Join(filepath.Dir(t.Dir), entry.Name())
		if manifest.In(dir) && isOfPlan(dir, t.Stack) && IsOrphan(dir) {
			found = append(found, dir)
		}
	}
	if len(found) != 1 {
		return ""
	}
	return found[0]
}

// isOfPlan reports whether a folder's stack calls the same API, in the same environment.
func isOfPlan(dir string, s *stack.Stack) bool {
	r := recordIn(dir)
	return r.Upstream.URL == s.Plan.Upstream && r.Environment == s.Plan.Environment
}

// IsOrphan reports whether a stack's folder has no spec where people keep specs.
func IsOrphan(dir string) bool {
	f, err := open(dir)
	if err != nil {
		return false
	}
	var search *SpecSearchError
	_, err = f.FindSpec()
	return errors.As(err, &search) && len(search.Found) == 0
}
