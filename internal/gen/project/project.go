// Package project is a repository's sfngen.yaml: where its specs and stacks are, in which
// AWS they run, which releases of sfngen may write them, and which stacks no spec gives.
package project

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/release"
)

// FileName is that of the project file.
const FileName = "sfngen.yaml"

// Project is what the project file says. Where there is none it is the zero Project.
type Project struct {
	// File is the project file and Dir its folder, as seen from the working directory:
	// "../sfngen.yaml" and "..". "" for none.
	File, Dir string
	// Region, Profile and Bucket are AWS's; "" where the file leaves them out.
	Region, Profile, Bucket string
	// Release is which releases of sfngen may be used; the zero Range for all.
	Release release.Range

	places  map[string]string // where a field stands, as FILE:LINE:COLUMN
	sources []string          // files, folders and patterns, slash-separated from Dir
	stacks  string            // slash-separated from Dir
}

// Exists reports whether there is a project file.
func (p *Project) Exists() bool { return p.File != "" }

// Stacks is the folder that holds the stacks.
func (p *Project) Stacks() string {
	if p.stacks == "" {
		return filepath.Join(p.Dir, folder.DefaultDir)
	}
	return filepath.Join(p.Dir, filepath.FromSlash(p.stacks))
}

// Find reads the project file of the working directory or of the nearest folder above
// it, up to the one that holds the repository (.git). Outside of a repository it is that
// of the working directory alone: a file that somebody has left in a shared folder above
// must not say where a stack is deployed.
func Find() (*Project, error) {
	here, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	return read(nearest(here))
}

// nearest is the folder of the project file, from the working directory; "" for none.
func nearest(here string) string {
	found, up := "", "."
	for at := here; ; at, up = filepath.Dir(at), filepath.Join(up, "..") {
		if found == "" && isThere(filepath.Join(at, FileName)) {
			found = up
		}
		switch {
		case found == ".", isThere(filepath.Join(at, ".git")):
			return found
		case at == filepath.Dir(at):
			return "" // no repository
		}
	}
}

// isThere counts what cannot be looked at as there: reading it says why not.
func isThere(name string) bool {
	_, err := os.Lstat(name)
	return !errors.Is(err, fs.ErrNotExist)
}

// largest bounds a project file; real ones have some lines.
const largest = 1 << 16

func read(dir string) (*Project, error) {
	if dir == "" {
		return &Project{}, nil
	}
	name := filepath.Join(dir, FileName)
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading the project file: %w", err)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a file, but a project file has this name: rename it", name)
	case info.Size() > largest:
		return nil, fmt.Errorf("%s has %d bytes, and a project file at most %d", name, info.Size(), largest)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("reading the project file: %w", err)
	}
	return parse(name, text)
}
