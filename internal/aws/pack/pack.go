// Package pack creates the zip files from which Lambda runs a stack. The same stack,
// compiled by the same version of Go, gives the same bytes on every machine, so a zip's
// hash shows whether a Lambda has changed. (Only the compression depends on the Go with
// which sfngen itself was built.)
//
//	artifacts, err := pack.Stack(ctx, pack.Options{Dir: "stacks/orders", Architecture: "arm64"})
//	for _, a := range artifacts {
//		upload(a.File, a.Key("orders"))
//	}
package pack

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/gobuild"
	"github.com/sfngen/sfngen/internal/scratch"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// lambdas are a stack's mains, in the order of their artifacts.
var lambdas = []string{gobuild.Egress, gobuild.Orchestrator}

// Options say what is packed, and for what.
type Options struct {
	Dir          string       // the stack's folder
	Architecture string       // as Lambda names it: arm64 or x86_64
	Out          string       // the folder for the zips, created if needed; "": Dir/dist
	Progress     func(string) // gets a line before each long step; may be nil
}

// Artifact is the zip of one Lambda.
type Artifact struct {
	Lambda  string // egress or orchestrator
	File    string // its path
	SHA256  string // of the file's bytes, hex
	Size    int64  // of the file, in bytes
	Changed bool   // it differs from the file before, or there was none
}

// Stack compiles every main of a stack for Lambda. Once all of them are compiled, it
// writes the zips. When it fails before, or ctx ends, it does not touch existing zips,
// and never one that would not change. Errors are those of gobuild.Build, of
// folder.SharedRuntime, of a folder that is not a stack, of a program over Lambda's limit, and of the file system.
func Stack(ctx context.Context, o Options) (artifacts []Artifact, err error) {
	target, err := goarch(o.Architecture)
	if err != nil {
		return nil, err
	}
	if err := isStack(o.Dir); err != nil {
		return nil, err
	}
	runtime, err := folder.SharedRuntime(o.Dir)
	if err != nil {
		return nil, err
	}
	o.noteOthers()
	dir, err := scratch.New("sfngen-package-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, scratch.Remove(dir)) }()
	if err := o.compile(ctx, target, runtime, dir); err != nil {
		return nil, err
	}
	zips, err := archives(dir)
	if err != nil {
		return nil, err
	}
	return place(o.folder(), zips)
}

// noteOthers says what is compiled although sfngen did not write it so: a stack may be
// changed by hand, but not without a word.
func (o Options) noteOthers() {
	foreign, err := folder.Foreign(o.Dir)
	edited, wrong := folder.Edited(o.Dir)
	if err = cmp.Or(err, wrong); err != nil {
		o.say("note: whether the files that are compiled are as sfngen wrote them is not known: %v", err)
	}
	for _, path := range foreign {
		o.say("note: %s was not written by sfngen, and is compiled into the Lambdas", filepath.Join(o.Dir, filepath.FromSlash(path)))
	}
	for _, path := range edited {
		name := filepath.Join(o.Dir, filepath.FromSlash(path))
		if has, err := exists(name); err == nil && !has {
			o.say("note: %s is gone, and the Lambdas are compiled without it", name)
			continue
		}
		o.say("note: %s is not as sfngen wrote it, and is compiled into the Lambdas", name)
	}
}

// compile puts each program into the folder dir, under its Lambda's name. runtime is the
// folder of a shared one, or "".
func (o Options) compile(ctx context.Context, target, runtime, dir string) error {
	for _, name := range lambdas {
		o.say("compiling %s for linux/%s", name, target)
		err := gobuild.Build(ctx, gobuild.Options{
			Dir: o.Dir, Main: name, Runtime: runtime, Out: filepath.Join(dir, name), GOOS: "linux", GOARCH: target, Strip: true, TempDir: dir,
		})
		switch {
		case errors.Is(err, gobuild.ErrInterrupted):
			return fmt.Errorf("%w; nothing was written", err)
		case err != nil:
			return err
		}
	}
	return nil
}

func archives(dir string) ([][]byte, error) {
	zips := make([][]byte, len(lambdas))
	for i, name := range lambdas {
		var err error
		if zips[i], err = archive(filepath.Join(dir, name)); err != nil {
			return nil, fmt.Errorf("the %s Lambda: %w", name, err)
		}
	}
	return zips, nil
}

func (o Options) folder() string {
	if o.Out == "" {
		return filepath.Join(o.Dir, "dist")
	}
	return o.Out
}

func (o Options) say(format string, args ...any) {
	if o.Progress != nil {
		o.Progress(printable.Line(fmt.Sprintf(format, args...)))
	}
}

// goarch is Go's word for Lambda's.
func goarch(architecture string) (string, error) {
	switch architecture {
	case "arm64":
		return "arm64", nil
	case "x86_64":
		return "amd64", nil
	}
	return "", fmt.Errorf("architecture: must be arm64 or x86_64, got %q", architecture)
}
