// Package folder keeps a stack's folder: what in it differs from the stack, what
// may be written, a write that happens as a whole or not at all, and which spec it
// was built from.
package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/specfile"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// DefaultDir is where build writes stacks, and where a stack that is named
// without its folder is looked for.
const DefaultDir = "stacks"

// Folder is a stack on disk.
type Folder struct {
	Dir     string
	Name    string // the spec's
	Summary cfn.Summary
}

// ErrNoFolder reports that what was named is not a folder on this machine: it may
// still be the name of a deployed stack.
var ErrNoFolder = errors.New("no such stack")

// Open finds a stack's folder: arg is the folder, or the stack's name when the
// folder is stacks/NAME. What is not a stack's folder, but could be the name of one, is
// ErrNoFolder.
func Open(arg string) (*Folder, error) { return OpenIn(DefaultDir, arg) }

// OpenIn is Open with another folder than stacks.
func OpenIn(stacks, arg string) (*Folder, error) {
	if arg == "" {
		return nil, errors.New("STACK is empty: name a stack's folder, such as stacks/acme-orders")
	}
	isName := !strings.ContainsAny(arg, `/\`)
	if isName && !manifest.In(arg) && manifest.In(filepath.Join(stacks, arg)) {
		arg = filepath.Join(stacks, arg)
	}
	f, err := openAt(stacks, arg)
	if isName && f == nil && !manifest.In(arg) {
		return nil, &noFolderError{err}
	}
	return f, err
}

// noFolderError is ErrNoFolder with what was found instead.
type noFolderError struct{ err error }

func (e *noFolderError) Error() string        { return e.err.Error() }
func (e *noFolderError) Unwrap() error        { return e.err }
func (e *noFolderError) Is(target error) bool { return target == ErrNoFolder }

func open(dir string) (*Folder, error) { return openAt(DefaultDir, dir) }

// openAt names the folder stacks to whoever has named something else.
func openAt(stacks, dir string) (*Folder, error) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, absent(stacks, dir)
	case err != nil:
		return nil, err
	case !info.IsDir() && len(specfile.NamesInFile(dir)) > 0:
		return nil, isSpec(specfile.NamesInFile(dir), stacks, dir)
	case !info.IsDir():
		return nil, fmt.Errorf("%s is a file, but STACK is the folder that sfngen build writes, such as %s/acme-orders", dir, stacks)
	}
	for _, name := range []string{stack.TemplateFile, manifest.Name} {
		if _, err := os.Stat(filepath.Join(dir, name)); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s is not a stack of sfngen's (%s is missing): name the folder that sfngen build writes, such as "+
				"%s/acme-orders", dir, name, stacks)
		}
	}
	return read(dir)
}

// isSpec says which stack is meant where a spec is named, which gives these.
func isSpec(names specfile.Names, stacks, file string) error {
	if name := names[0].Stack; len(names) == 1 {
		return fmt.Errorf("%s is a spec, and STACK is what sfngen build wrote from it: the folder %s, or the name %s",
			file, filepath.Join(stacks, name), name)
	}
	return fmt.Errorf("%s is a spec with environments, and STACK is what sfngen build wrote for one of them: name %s", file, names.Stacks())
}

func absent(stacks, arg string) error {
	if err := Ambiguous(stacks, arg); err != nil {
		return fmt.Errorf("%w: %w", ErrNoFolder, err)
	}
	if strings.ContainsAny(arg, `/\`) {
		return fmt.Errorf("%w: there is no folder %s; sfngen build writes it from a spec", ErrNoFolder, arg)
	}
	return fmt.Errorf("%w: neither %s nor %s is a folder here; sfngen build writes it from a spec",
		ErrNoFolder, arg, filepath.Join(stacks, arg))
}

func read(dir string) (*Folder, error) {
	name := filepath.Join(dir, stack.TemplateFile)
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	summary, err := cfn.Read(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: build the stack again from its spec", name, err)
	}
	return &Folder{Dir: dir, Name: summary.Name, Summary: summary}, nil
}
