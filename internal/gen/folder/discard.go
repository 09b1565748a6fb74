package folder

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/sfngen/sfngen/internal/gen/manifest"
)

// Removed says what Discard did to one stack's folder.
type Removed struct {
	Dir   string
	Files int // that were removed
	// Kept are the files that are not sfngen's, or were changed by hand since it wrote
	// them: slash-separated paths, sorted. With any, the folder stays.
	Kept []string
}

// packed is what sfngen package leaves in a folder, which no manifest lists.
var packed = []string{"dist/egress.zip", "dist/orchestrator.zip"}

// Discard removes what sfngen wrote into a stack's folder and nobody has changed since,
// and the folder if nothing else is in it: all of it or, if a file cannot be moved,
// nothing. A removal that the machine's end interrupts is undone by the next one. Of a
// folder that a newer sfngen has written it removes nothing: manifest.ErrNewer.
func Discard(ctx context.Context, dir string) (r Removed, err error) {
	r.Dir = dir
	here, err := takePlace([]Target{{Dir: dir}})
	if err != nil {
		return r, err
	}
	defer here.leave()
	t := &transaction{target: Target{Dir: dir}, begun: true}
	if t.changes, err = removals(dir); err != nil {
		return r, err
	}
	defer func() {
		if err = errors.Join(err, t.close()); err == nil {
			r.Kept, err = leftIn(dir)
		}
	}()
	if err := errors.Join(os.RemoveAll(stagingPath(dir)), t.stage(ctx)); err != nil {
		return r, err
	}
	r.Files = len(t.changes)
	return r, t.commit()
}

// removals undoes an interrupted change, and lists the files that are as sfngen wrote
// them.
func removals(dir string) (list []Change, err error) {
	if err := recoverChange(dir, false); err != nil {
		return nil, err
	}
	written, err := manifest.Read(dir)
	if err == nil {
		err = written.Unknown(dir)
	}
	if err != nil {
		return nil, err
	}
	for _, path := range slices.Concat(written.Files.Paths(), packed, []string{manifest.Name}) {
		old, err := readInside(dir, path)
		if err != nil || conflict(path, old, written) != "" && !slices.Contains(packed, path) {
			continue // it is gone, or it is what leftIn finds
		}
		list = append(list, Change{Kind: Remove, Path: path, Old: old})
	}
	return sortChanges(list), nil
}

// leftIn removes the empty folders of a folder, itself the last, and lists the files that
// are in the way.
func leftIn(dir string) (files []string, err error) {
	var folders []string
	err = filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			folders = append(folders, name)
			return nil
		}
		path, err := filepath.Rel(dir, name)
		files = append(files, filepath.ToSlash(path))
		return err
	})
	for _, folder := range slices.Backward(folders) {
		_ = os.Remove(folder) // not empty: someone else's files
	}
	return files, err
}
