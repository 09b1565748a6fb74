package stack

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/sfngen/sfngen/internal/cfn"
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

// ErrNoFolder is when what was named is no folder on this machine: it may still
// be the name of a deployed stack.
var ErrNoFolder = errors.New("no such stack")

// Open finds a stack's folder: arg is the folder, or the stack's name when the
// folder is stacks/NAME.
func Open(arg string) (*Folder, error) {
	dir, err := findFolder(arg)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(dir, TemplateFile))
	if err != nil {
		return nil, notStack(dir, err)
	}
	if _, err := os.Stat(filepath.Join(dir, ManifestFile)); err != nil {
		return nil, notStack(dir, err)
	}
	summary, err := cfn.Read(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: build the stack again from its spec", filepath.Join(dir, TemplateFile), err)
	}
	return &Folder{Dir: dir, Name: summary.Name, Summary: summary}, nil
}

func findFolder(arg string) (string, error) {
	if arg == "" {
		return "", errors.New("STACK is empty: name a stack's folder, such as stacks/acme-orders")
	}
	info, err := os.Stat(arg)
	switch {
	case err == nil && info.IsDir():
		return arg, nil
	case err == nil:
		return "", fmt.Errorf("%s is a file, but STACK is the folder that sfngen build writes, such as %s/acme-orders", arg, DefaultDir)
	case !errors.Is(err, fs.ErrNotExist):
		return "", err
	}
	dir := filepath.Join(DefaultDir, arg)
	if info, err := os.Stat(dir); err == nil && info.IsDir() && !strings.ContainsAny(arg, `/\`) {
		return dir, nil
	}
	return "", fmt.Errorf("%w: neither %s nor %s is a folder here; sfngen build writes it from a spec", ErrNoFolder, arg, dir)
}

func notStack(dir string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is no stack of sfngen's (%s is missing): name the folder that sfngen build writes, such as %s/acme-orders", dir, filepath.Base(pathOf(err)), DefaultDir)
	}
	return err
}

func pathOf(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Path
	}
	return ""
}
