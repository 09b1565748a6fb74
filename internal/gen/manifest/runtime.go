package manifest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// RuntimesFolder holds the runtimes that the stacks beside it share, each in a folder
// that is named for its content. No stack can have that name.
const RuntimesFolder = "_runtime"

// runtimeName is what RuntimeName gives.
var runtimeName = lazyregexp.New(`^[0-9a-f]{16}$`)

// RuntimeName is the name of a runtime with these files: the first 16 digits of a hash
// of their paths and contents. Another content has another name.
func (h Hashes) RuntimeName() string {
	sum := sha256.New()
	for _, p := range slices.Sorted(maps.Keys(h)) {
		fmt.Fprintf(sum, "%s\x00%s\n", p, h[p])
	}
	return hex.EncodeToString(sum.Sum(nil))[:16]
}

// IsRuntime reports whether a name has the form of a runtime's.
func IsRuntime(name string) bool { return runtimeName.MatchString(name) }

// RuntimePath is where a stack finds the runtime of that name: slash-separated, from the
// stack's folder.
func RuntimePath(name string) string { return "../" + RuntimesFolder + "/" + name }

// RuntimeDir is the folder of a runtime that the stack in dir shares.
func RuntimeDir(dir, name string) string {
	return filepath.Join(dir, filepath.FromSlash(RuntimePath(name)))
}

// IsStandalone reports whether the stack's folder has its own copy of the runtime
// because somebody wanted that: before there were shared ones, each had.
func (m Manifest) IsStandalone() bool { return m.Layout >= sharedLayout && m.Runtime == "" }
