package folder

import (
	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// CompareWith compares a stack with the files that its folder had at another time, by
// slash-separated path. Files that sfngen did not write then, and does not write now,
// are none of the stack's.
func CompareWith(s *stack.Stack, dir string, files map[string][]byte) ([]Change, error) {
	var differ []Change
	generated := make(map[string]bool, len(s.Files))
	for _, f := range s.Files {
		generated[f.Path] = true
		old, known := files[f.Path]
		switch {
		case !known:
			differ = append(differ, Change{Kind: Create, Path: f.Path, New: f.Content})
		case string(old) != string(f.Content):
			differ = append(differ, Change{Kind: Update, Path: f.Path, Old: old, New: f.Content})
		}
	}
	text, known := files[manifest.Name]
	if !known {
		return sortChanges(differ), nil
	}
	written, err := manifest.Parse(dir, text)
	if err != nil {
		return nil, err
	}
	for path := range written.Files {
		if old, known := files[path]; known && !generated[path] {
			differ = append(differ, Change{Kind: Remove, Path: path, Old: old})
		}
	}
	return sortChanges(differ), nil
}
