package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// ErrRuntime says that the runtime which a stack shares is not what its name says.
var ErrRuntime = errors.New("the Lambdas cannot be compiled")

// sharedIn finds the runtime that a go.mod points to.
var sharedIn = lazyregexp.New(`=>\s*"?\.\./` + manifest.RuntimesFolder + `/([0-9a-f]{16})\b`)

// SharedRuntime is the folder of the runtime that a stack's go.mod points to; "" where
// that is no shared one. It fails with an ErrRuntime unless the runtime is, byte for byte,
// what its name says: more stacks than this one are compiled with it. What another layout
// or contract wrote is a manifest.ErrNewer.
func SharedRuntime(dir string) (at string, err error) {
	text, err := os.ReadFile(filepath.Join(dir, stack.ModuleFile))
	if err != nil {
		return "", err
	}
	match := sharedIn.FindSubmatch(text)
	if match == nil {
		return "", nil
	}
	at = manifest.RuntimeDir(dir, string(match[1]))
	return at, checkRuntime(dir, at)
}

func checkRuntime(dir, at string) error {
	there, err := runtimeIn(at)
	if err != nil {
		return err
	}
	if !there {
		return fmt.Errorf("%w: %s is built on %s, which is not there: write it again with 'sfngen build', or take it from version control; "+
			"it has to be committed with the stacks", ErrRuntime, dir, at)
	}
	written, err := manifest.Read(at)
	if err != nil {
		return err
	}
	if err := written.Unknown(at); err != nil {
		return err
	}
	if written.Files.RuntimeName() != filepath.Base(at) {
		return fmt.Errorf("%w: %s does not list the files that the folder's name stands for: remove the folder %s, and write it again with "+
			"'sfngen build'", ErrRuntime, filepath.Join(at, manifest.Name), at)
	}
	wrong, err := spoiled(at, written)
	if err != nil || len(wrong) == 0 {
		return err
	}
	return fmt.Errorf("%w: %s does not hold what its name stands for: %s; the stacks beside it share it: 'sfngen build --force' writes "+
		"it again; for a runtime of its own, build a stack with --standalone", ErrRuntime, at, strings.Join(wrong, ", "))
}

// spoiled are the files that are not as the manifest says, the first few, with what is
// wrong with each.
func spoiled(at string, written manifest.Manifest) ([]string, error) {
	foreign, err := foreign(at, written.Files.Paths())
	if err != nil {
		return nil, err
	}
	var wrong []string
	for p, hash := range written.Files {
		content, err := readInside(at, p)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			wrong = append(wrong, p+" is gone")
		case err != nil:
			return nil, err
		case manifest.Hash(content) != hash:
			wrong = append(wrong, p+" was changed")
		}
	}
	for _, p := range foreign {
		wrong = append(wrong, p+" was not written by sfngen (move it away)")
	}
	slices.Sort(wrong)
	if n := len(wrong); n > 3 {
		wrong = append(wrong[:3:3], fmt.Sprintf("and %d more", n-3))
	}
	return wrong, nil
}
