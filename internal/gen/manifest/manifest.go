// Package manifest is the list that sfngen keeps in a stack's folder: what it
// wrote there, with the hash of each file, so that it never overwrites or removes
// anything else. It also says which sfngen that was (version.go).
package manifest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/gen/document"
)

// Name is the manifest's file name in a stack's folder.
const Name = "sfngen.manifest.json"

// comment is for someone who opens the file.
const comment = "Written by sfngen. It tells which files of this folder are generated and unchanged; commit it, and do not edit it."

// Hashes are the files of a stack: slash-separated paths, from the stack's folder,
// to what Hash gives of their content.
type Hashes map[string]string

// Manifest is what a stack's folder says about itself.
type Manifest struct {
	Version
	// Runtime names the runtime that the stack shares with those beside it: see
	// RuntimePath. "" where the stack has a copy of its own, and for a runtime itself.
	Runtime string
	Files   Hashes
}

// content is the file as JSON.
type content struct {
	Comment  string `json:"comment"`
	Release  string `json:"sfngen,omitempty"`
	Format   int    `json:"format"` // the layout; an sfngen that knew only one refuses a higher one
	Contract int    `json:"contract"`
	Runtime  string `json:"runtime,omitempty"`
	Files    Hashes `json:"files"`
}

// Text is what stands in the file.
func (m Manifest) Text() []byte {
	return document.JSON(document.Of(content{comment, m.Release, m.Layout, m.Contract, m.Runtime, m.Files}))
}

// Read reads the manifest of a stack's folder. A folder without one holds nothing
// that sfngen wrote: its manifest is the zero one. Of one in a newer layout only the
// version is read, and the error is ErrNewer. Of one in which two branches are merged, what
// either says is read, and the error is ErrMerge.
func Read(dir string) (Manifest, error) {
	name := filepath.Join(dir, Name)
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return Manifest{}, nil
	}
	if err != nil {
		return Manifest{}, err
	}
	return Parse(dir, text)
}

// Parse reads the text of the manifest of a stack's folder.
func Parse(dir string, text []byte) (Manifest, error) {
	name := filepath.Join(dir, Name)
	var c content
	err := json.Unmarshal(text, &c)
	merged := false
	if err != nil {
		if both, ok := ofMerge(text); ok {
			c, err, merged = both, nil, true
		}
	}
	m := Manifest{Version: Version{c.Release, c.Format, max(c.Contract, 1)}} // no contract: before there was a number
	switch {
	case m.Layout > layout: // whatever else stands there
		return m, m.Unknown(dir)
	case err != nil:
		return Manifest{}, fmt.Errorf("%s: not readable as sfngen's manifest (%w): restore it from version control", name, err)
	case m.Layout < 1:
		return Manifest{}, fmt.Errorf("%s: not readable as sfngen's manifest (its format is %d): restore it from version control", name, m.Layout)
	}
	if c.Runtime != "" && !IsRuntime(c.Runtime) {
		return Manifest{}, fmt.Errorf("%s: %q is no name of a runtime: restore the manifest from version control", name, c.Runtime)
	}
	for p := range c.Files {
		if !IsInside(p) {
			return Manifest{}, fmt.Errorf("%s: %q is not a path inside the stack: restore the manifest from version control", name, p)
		}
	}
	m.Runtime, m.Files = c.Runtime, c.Files
	if merged {
		return m, &MergeError{[]string{dir}}
	}
	return m, nil
}

// Paths are the files' paths, in no order.
func (h Hashes) Paths() []string { return slices.Collect(maps.Keys(h)) }

// Hash is the SHA-256 of a file's content, in hexadecimal.
func Hash(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// IsInside guards against a manifest, or a journal, that names files elsewhere.
func IsInside(p string) bool {
	return p != "" && p == path.Clean(p) && filepath.IsLocal(filepath.FromSlash(p)) && !strings.Contains(p, `\`)
}

// In reports whether a folder has a manifest: then it is a stack's.
func In(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, Name))
	return err == nil
}
