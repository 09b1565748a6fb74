// Package manifest is the list that sfngen keeps in a stack's folder: what it
// wrote there, with the hash of each file, so that it never overwrites or removes
// anything else.
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

// format is raised when an older sfngen could not read the manifest.
const format = 1

// comment is for someone who opens the file.
const comment = "Written by sfngen. It tells which files of this folder are generated and unchanged; commit it, and do not edit it."

// Hashes are the files of a stack: slash-separated paths, from the stack's folder,
// to what Hash gives of their content.
type Hashes map[string]string

// content is the file as JSON.
type content struct {
	Comment string `json:"comment"`
	Format  int    `json:"format"`
	Files   Hashes `json:"files"`
}

// Write gives the manifest's text.
func Write(files Hashes) []byte {
	return document.JSON(document.Of(content{Comment: comment, Format: format, Files: files}))
}

// Read reads the manifest of a stack's folder. A folder without one holds nothing
// that sfngen wrote.
func Read(dir string) (Hashes, error) {
	name := filepath.Join(dir, Name)
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return Parse(name, text)
}

// Parse reads a manifest's text; name is for errors.
func Parse(name string, text []byte) (Hashes, error) {
	var c content
	if err := json.Unmarshal(text, &c); err != nil {
		return nil, fmt.Errorf("%s: not readable as sfngen's manifest (%w): restore it from version control", name, err)
	}
	if c.Format != format {
		return nil, fmt.Errorf("%s: format %d, but this sfngen knows format %d: use the sfngen that wrote it, or a newer one",
			name, c.Format, format)
	}
	for p := range c.Files {
		if !IsInside(p) {
			return nil, fmt.Errorf("%s: %q is not a path inside the stack: restore the manifest from version control", name, p)
		}
	}
	return c.Files, nil
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
