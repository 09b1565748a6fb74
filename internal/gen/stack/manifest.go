package stack

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/sfngen/sfngen/internal/gen/document"
)

// ManifestFile lists what sfngen wrote into a stack, with the hash of each file,
// so that it never overwrites or removes anything else.
const ManifestFile = "sfngen.manifest.json"

// manifestFormat is raised when an older sfngen could not read the manifest.
const manifestFormat = 1

// manifest is the file's content. Files are slash-separated paths to hex SHA-256.
type manifest struct {
	Comment string            `json:"comment"`
	Format  int               `json:"format"`
	Files   map[string]string `json:"files"`
}

func withManifest(files []File) []File {
	m := manifest{
		Comment: "Written by sfngen. It tells which files of this folder are generated and unchanged; commit it, and do not edit it.",
		Format:  manifestFormat,
		Files:   make(map[string]string, len(files)),
	}
	for _, f := range files {
		if m.Files[f.Path] = f.hash; f.hash == "" {
			m.Files[f.Path] = hash(f.Content)
		}
	}
	files = append(files, File{Path: ManifestFile, Content: document.JSON(document.Of(m))})
	sortFiles(files)
	return files
}

func hash(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// readManifest reads the manifest of a stack's folder. A folder without one
// holds nothing that sfngen wrote.
func readManifest(dir string) (manifest, error) {
	m := manifest{Files: map[string]string{}}
	name := filepath.Join(dir, ManifestFile)
	content, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(content, &m); err != nil {
		return m, fmt.Errorf("%s: not readable as sfngen's manifest (%w): restore it from version control", name, err)
	}
	if m.Format != manifestFormat {
		return m, fmt.Errorf("%s: format %d, but this sfngen knows format %d: use the sfngen that wrote it, or a newer one", name, m.Format, manifestFormat)
	}
	for p := range m.Files {
		if !isInside(p) {
			return m, fmt.Errorf("%s: %q is no path inside the stack: restore the manifest from version control", name, p)
		}
	}
	return m, nil
}

// isInside guards against a manifest that names files elsewhere.
func isInside(p string) bool {
	return p != "" && p == path.Clean(p) && filepath.IsLocal(filepath.FromSlash(p)) && !strings.Contains(p, `\`)
}
