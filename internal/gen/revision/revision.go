// Package revision reads files of a commit, by the git command: what a stack's folder
// held then. It also says what git tracks and ignores.
package revision

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// ErrNoGit says that there is no git command.
var ErrNoGit = errors.New("comparing with a commit needs git, and no git command is on the PATH: install it, or leave out --against")

// Revision is a commit of whatever repository holds the files that are asked for.
type Revision struct{ name string }

// Of takes a name of a commit as git does: a branch, a tag, a hash, HEAD~1. Whether there
// is such a commit shows when a file is read.
func Of(name string) (Revision, error) {
	if name == "" || strings.HasPrefix(name, "-") || strings.ContainsAny(name, ": \n\x00") {
		return Revision{}, fmt.Errorf("%q is no name of a commit: write a branch, a tag or a hash, such as origin/main", name)
	}
	return Revision{name}, nil
}

// Files are the files below a folder, by slash-separated path from there; none if the
// commit has no such folder. The folder need not exist any more.
func (r Revision) Files(ctx context.Context, dir string) (map[string][]byte, error) {
	git, paths, objects, err := r.listing(ctx, dir)
	if err != nil || len(paths) == 0 {
		return nil, err
	}
	contents, err := git.contents(ctx, objects)
	if err != nil {
		return nil, err
	}
	files := make(map[string][]byte, len(paths))
	for i, path := range paths {
		files[path] = contents[i]
	}
	return files, nil
}

// Paths are those of Files alone, sorted.
func (r Revision) Paths(ctx context.Context, dir string) ([]string, error) {
	_, paths, _, err := r.listing(ctx, dir)
	return paths, err
}

func (r Revision) listing(ctx context.Context, dir string) (git repository, paths, objects []string, err error) {
	git, within, err := r.at(ctx, dir)
	if err != nil {
		return git, nil, nil, err
	}
	tree := git.find(ctx, r.name+":"+within)
	if tree == "" {
		return git, nil, nil, nil
	}
	list, err := git.output(ctx, nil, "ls-tree", "-r", "-z", "--full-tree", tree)
	if err != nil {
		return git, nil, nil, err
	}
	paths, objects = listed(list)
	return git, paths, objects, nil
}

// File is one file; nil if the commit has none there.
func (r Revision) File(ctx context.Context, name string) ([]byte, error) {
	git, within, err := r.at(ctx, name)
	if err != nil {
		return nil, err
	}
	object := git.find(ctx, r.name+":"+within)
	if object == "" {
		return nil, nil
	}
	return git.output(ctx, nil, "cat-file", "blob", object)
}

// at finds the repository of a path, and the path in it as git wants it.
func (r Revision) at(ctx context.Context, path string) (git repository, within string, err error) {
	whole, err := filepath.Abs(path)
	if err != nil {
		return git, "", err
	}
	base := filepath.Dir(whole)
	for !isFolder(base) {
		base = filepath.Dir(base)
	}
	git = repository{base}
	if _, err := git.output(ctx, nil, "rev-parse", "--git-dir"); err != nil {
		return git, "", outside(err, path)
	}
	if git.find(ctx, r.name+"^{commit}") == "" {
		return git, "", fmt.Errorf("there is no commit %s here: fetch it first (git fetch origin; in CI, actions/checkout "+
			"takes fetch-depth: 0)", r.name)
	}
	relative, err := filepath.Rel(base, whole)
	return git, "./" + filepath.ToSlash(relative), err
}

func outside(err error, path string) error {
	if errors.Is(err, ErrNoGit) || errors.Is(err, context.Canceled) {
		return err
	}
	return fmt.Errorf("%s is in no git repository, so there is no commit to compare with (%w)", path, err)
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// repository is git, run in a folder of a working tree.
type repository struct{ dir string }

// find is the hash of an object; "" if there is none of this name.
func (g repository) find(ctx context.Context, name string) string {
	out, err := g.output(ctx, nil, "rev-parse", "--verify", "--quiet", "--end-of-options", name)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

func (g repository) output(ctx context.Context, stdin []byte, args ...string) ([]byte, error) {
	c := exec.CommandContext(ctx, "git", append([]string{"-C", g.dir}, args...)...)
	c.Env = append(os.Environ(), "LC_ALL=C")
	var complaint bytes.Buffer
	c.Stdin, c.Stderr = bytes.NewReader(stdin), &complaint
	out, err := c.Output()
	switch {
	case errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist):
		return nil, ErrNoGit
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		first, _, _ := strings.Cut(strings.TrimSpace(complaint.String()), "\n")
		return nil, fmt.Errorf("git %s: %w: %s", args[0], err, first)
	}
	return out, nil
}

// listed reads what ls-tree -z prints: "mode type hash TAB path NUL" for each. A
// submodule has no content here.
func listed(listing []byte) (paths, objects []string) {
	for _, entry := range strings.Split(string(listing), "\x00") {
		about, path, ok := strings.Cut(entry, "\t")
		parts := strings.Fields(about)
		if !ok || len(parts) != 3 || parts[1] != "blob" {
			continue
		}
		paths, objects = append(paths, path), append(objects, parts[2])
	}
	return paths, objects
}

// contents reads objects in one call (git cat-file --batch: "hash blob size LF content LF"
// for each).
func (g repository) contents(ctx context.Context, objects []string) ([][]byte, error) {
	out, err := g.output(ctx, []byte(strings.Join(objects, "\n")+"\n"), "cat-file", "--batch")
	if err != nil {
		return nil, err
	}
	var all [][]byte
	for range objects {
		head, rest, _ := bytes.Cut(out, []byte("\n"))
		parts := strings.Fields(string(head))
		if len(parts) != 3 {
			return nil, fmt.Errorf("git cat-file answered %q: is the clone complete?", head)
		}
		size, err := strconv.Atoi(parts[2])
		if err != nil || size+1 > len(rest) {
			return nil, fmt.Errorf("git cat-file answered %q: is the clone complete?", head)
		}
		all = append(all, rest[:size:size])
		out = rest[size+1:]
	}
	return all, nil
}
