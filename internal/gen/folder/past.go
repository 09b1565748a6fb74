package folder

import (
	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// CompareWith compares a stack with the files that its folder had at another time, by
// slash-separated path. Files that sfngen did not write then, and does not write now,
// are none of the stack's.
func CompareWith(s *stack.Stack, dir string, files map[string][]byte) ([]Change, error) {
	written, err := writtenAmong(files, dir)
	if err != nil {
		return nil, err
	}
	return changesFrom(s, written, files), nil
}

// writtenAmong is the manifest among the files of a folder; the zero one where there is
// none.
func writtenAmong(files map[string][]byte, dir string) (manifest.Manifest, error) {
	text, known := files[manifest.Name]
	if !known {
		return manifest.Manifest{}, nil
	}
	return manifest.Parse(dir, text)
}

// changesFrom are the changes that make the stack of those files, which have that
// manifest.
func changesFrom(s *stack.Stack, written manifest.Manifest, files map[string][]byte) []Change {
	var differ []Change
	generated := make(map[string]bool, len(s.Files))
	for _, f := range s.Files {
		generated[f.Path] = true
		if f.Path == manifest.Name {
			f.Content = restated(s, written)
		}
		old, known := files[f.Path]
		switch {
		case !known:
			differ = append(differ, Change{Kind: Create, Path: f.Path, New: f.Content})
		case string(old) != string(f.Content):
			differ = append(differ, Change{Kind: Update, Path: f.Path, Old: old, New: f.Content})
		}
	}
	for path := range written.Files {
		if old, known := files[path]; known && !generated[path] {
			differ = append(differ, Change{Kind: Remove, Path: path, Old: old})
		}
	}
	return sortChanges(differ)
}

// CompareAllWith is Compare with the files that folders had at another time; read gives
// those of one.
func CompareAllWith(s *stack.Stack, dir string, read func(dir string) (map[string][]byte, error)) (d Difference, err error) {
	files, err := read(dir)
	if err != nil {
		return d, err
	}
	written, err := writtenAmong(files, dir)
	if err != nil {
		return d, err
	}
	if d.Changes = changesFrom(s, written, files); s.Runtime == nil {
		return d, nil
	}
	d.Runtime, err = runtimeWith(s, dir, written, d.Changes, read)
	return d, err
}

func runtimeWith(s *stack.Stack, dir string, written manifest.Manifest, changes []Change,
	read func(string) (map[string][]byte, error)) (r RuntimeDifference, err error) {
	r.Dir = manifest.RuntimeDir(dir, s.Runtime.Name)
	now, err := read(r.Dir)
	if err != nil {
		return r, err
	}
	if r.Missing = len(now) == 0; !r.Missing {
		if r.Changes, err = CompareWith(s.Runtime, r.Dir, now); err != nil {
			return r, err
		}
	}
	return r, r.compareCode(s, dir, written, changes, read)
}
