package folder

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"

	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// Renamed is the folder that a stack without one was built to under an earlier name: it
// stands beside, calls the same API, and no spec has its name any more. It is "" unless
// there is exactly one.
func Renamed(t Target) string {
	entries, err := os.ReadDir(filepath.Dir(t.Dir))
	if err != nil || manifest.In(t.Dir) {
		return ""
	}
	var found []string
	for _, entry := range entries {
		dir := filepath.Join(filepath.Dir(t.Dir), entry.Name())
		if manifest.In(dir) && upstreamOf(dir) == t.Stack.Plan.Upstream && IsOrphan(dir) {
			found = append(found, dir)
		}
	}
	if len(found) != 1 {
		return ""
	}
	return found[0]
}

// upstreamOf is the URL in a folder's plan; "" where it has none.
func upstreamOf(dir string) string {
	text, err := os.ReadFile(filepath.Join(dir, stack.PlanFile))
	if err != nil {
		return ""
	}
	var plan struct {
		Upstream struct {
			URL string `json:"url"`
		} `json:"upstream"`
	}
	if json.Unmarshal(text, &plan) != nil {
		return ""
	}
	return plan.Upstream.URL
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
