package review

import (
	"bytes"
	"context"
	"path/filepath"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/revision"
	"github.com/sfngen/sfngen/internal/gen/specfile"
)

// WithFolder compares a stack with its folder. renamed also looks for the folder of an
// earlier name; a diff does not, since it is applied to the folder that build writes.
func WithFolder(t folder.Target, renamed bool) (folder.Difference, error) {
	dir := t.Dir
	if old := folder.Renamed(t); renamed && old != "" {
		dir = old
	}
	return folder.Compare(t.Stack, dir)
}

// WithCommit compares a stack with its folder in a commit, under the name that the spec had
// there.
func WithCommit(ctx context.Context, t folder.Target, rev revision.Revision) (folder.Difference, error) {
	files, err := rev.Files(ctx, t.Dir)
	if err != nil {
		return folder.Difference{}, err
	}
	dir := t.Dir
	if old := oldName(ctx, t, rev); len(files) == 0 && old != "" {
		dir = filepath.Join(filepath.Dir(t.Dir), old)
	}
	return folder.CompareAllWith(t.Stack, dir, func(dir string) (map[string][]byte, error) { return rev.Files(ctx, dir) })
}

// oldName is another name that the stack of the same spec, in the same environment, had in
// a commit; "" for none. A spec that is not there has no name, and one from standard input
// no past.
func oldName(ctx context.Context, t folder.Target, rev revision.Revision) string {
	text, err := rev.File(ctx, t.Stack.Origin.Name())
	name := specfile.NamesIn(bytes.NewReader(text)).Of(t.Stack.Plan.Environment)
	if err != nil || name == "" || name == t.Stack.Name {
		return ""
	}
	return filepath.Base(name) // from a file: it must not lead elsewhere
}
