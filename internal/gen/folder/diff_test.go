package folder_test

import (
	"testing"

	"github.com/sfngen/sfngen/internal/gen/folder"
)

// Lines that look like the heads of a diff count like any other.
func TestLines(t *testing.T) {
	for name, test := range map[string]struct {
		change         folder.Change
		added, removed int
	}{
		"created":        {folder.Change{Kind: folder.Create, Path: "a", New: []byte("1\n2\n")}, 2, 0},
		"removed":        {folder.Change{Kind: folder.Remove, Path: "a", Old: []byte("1\n2\n3\n")}, 0, 3},
		"updated":        {folder.Change{Kind: folder.Update, Path: "a", Old: []byte("1\n2\n3\n"), New: []byte("1\n4\n3\n")}, 1, 1},
		"heads":          {folder.Change{Kind: folder.Update, Path: "a", Old: []byte("-- b\n@@ x\n"), New: []byte("++ b\n@@ x\n")}, 1, 1},
		"binary":         {folder.Change{Kind: folder.Update, Path: "a", Old: []byte("a\x00"), New: []byte("b\x00")}, 0, 0},
		"no end of line": {folder.Change{Kind: folder.Update, Path: "a", Old: []byte("1"), New: []byte("2")}, 1, 1},
	} {
		if added, removed := test.change.Lines(); added != test.added || removed != test.removed {
			t.Errorf("%s: +%d -%d, want +%d -%d", name, added, removed, test.added, test.removed)
		}
	}
}
