// Package runtime holds what every generated Lambda is built on, and its source
// as text, so that a stack can carry a copy and needs nothing published.
//
// awscall, contract, coordination, credentials, egress, judge and orchestrator import nothing else of sfngen. This
// package itself is not copied.
package runtime

import (
	"embed"
	"io/fs"
	"strings"
	"sync"
)

//go:embed LICENSE awscall/*.go contract/*.go coordination credentials egress/*.go judge/*.go orchestrator/*.go
var source embed.FS

// File is one source file; Path is slash-separated, from the module's root.
type File struct {
	Path    string
	Content []byte
}

// isSource leaves out tests, and what lies beside the sources for them.
func isSource(name string) bool {
	return name == "LICENSE" || strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go")
}

// Source returns the runtime's files in the order of their paths, without tests.
// The caller must not change their content.
var Source = sync.OnceValue(func() []File {
	var files []File
	err := fs.WalkDir(source, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !isSource(name) {
			return err
		}
		content, err := source.ReadFile(name)
		files = append(files, File{Path: name, Content: content})
		return err
	})
	if err != nil {
		panic(err) // an embedded file system cannot fail to be read
	}
	return files
})
