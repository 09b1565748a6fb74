package folder

import (
	"bytes"
	"io"
	"path"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/diff"
)

// WriteDiff prints the changes as unified diffs, as they would apply to the
// folder named dir. A file that is created or removed is compared with /dev/null.
func WriteDiff(w io.Writer, dir string, changes []Change) error {
	for _, c := range changes {
		if _, err := w.Write(unified(path.Join(dir, c.Path), c)); err != nil {
			return err
		}
	}
	return nil
}

func unified(name string, c Change) []byte {
	before, after := "a/"+name, "b/"+name
	switch c.Kind {
	case Create:
		before = "/dev/null"
	case Remove:
		after = "/dev/null"
	}
	if !isText(c.Old) || !isText(c.New) {
		return []byte("Binary files " + before + " and " + after + " differ\n")
	}
	return diff.Diff(before, c.Old, after, c.New)
}

// Lines counts the lines that the change adds and removes; none of a binary file.
func (c Change) Lines() (added, removed int) {
	inHunk := false // what stands before the first one names the files
	for line := range bytes.Lines(unified(c.Path, c)) {
		switch {
		case bytes.HasPrefix(line, []byte("@@")):
			inHunk = true
		case inHunk && line[0] == '+':
			added++
		case inHunk && line[0] == '-':
			removed++
		}
	}
	return added, removed
}

func isText(content []byte) bool {
	return utf8.Valid(content) && bytes.IndexByte(content, 0) < 0
}
