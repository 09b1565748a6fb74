// Package gobuild compiles the mains of a stack with the go command, so that the
// bytes depend on the stack's files, the version of Go and the target, and on
// nothing else of the machine: folder, user, caches, settings, version control.
//
//	err := gobuild.Build(ctx, gobuild.Options{
//		Dir: "stacks/orders", Main: gobuild.Egress, Out: "/tmp/bootstrap",
//		GOOS: "linux", GOARCH: "arm64", Strip: true,
//	})
package gobuild

import (
	"cmp"
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// The mains of a stack, one for each kind of Lambda.
const (
	Egress       = "egress"
	Orchestrator = "orchestrator"
)

// Program is the name under which Lambda starts a program (developer guide,
// "OS-only runtime": provided.al2023).
const Program = "bootstrap"

// Folder is a main's, slash-separated, from the stack's folder.
func Folder(lambda string) string { return "cmd/" + lambda }

var (
	// ErrNoGo says that there is no go command.
	ErrNoGo = errors.New("the Lambdas cannot be compiled: no go command is on the PATH; install Go from https://go.dev/dl")
	// ErrInterrupted says that ctx ended first.
	ErrInterrupted = errors.New("interrupted while the Lambdas were compiled")
)

// Options are one main and what it is compiled for.
type Options struct {
	Dir  string // the stack's folder, which has its go.mod
	Main string // Egress or Orchestrator
	Out  string // the program's file; its folder is made

	GOOS, GOARCH string // "": this machine's
	Strip        bool   // leaves symbols, debugging information and the build ID out
	// Runtime is the folder of the runtime that the stack shares with others; "" where it
	// has a copy of its own. Where a shared one is leaves no trace in the program, so one
	// whose code is not another stays the same (workspace.go).
	Runtime string
	// TempDir is where go keeps what it removes at its end, an absolute path; "":
	// where it likes. A go that had to be killed leaves it there.
	TempDir string
}

// exitLimit is how long an interrupted go may take to remove its files.
const exitLimit = 5 * time.Second

// Build compiles. It fails with ErrNoGo, with ErrInterrupted, and otherwise with
// the name of the Lambda, go's own words and, where it knows, what to do.
func Build(ctx context.Context, o Options) error {
	out, err := filepath.Abs(o.Out) // go would take it from o.Dir
	if err != nil {
		return err
	}
	o.Out = out
	work, done, err := workspace(o)
	if err != nil {
		return err
	}
	defer done()
	c := command(ctx, o, work)
	text, err := c.CombinedOutput()
	switch {
	case ctx.Err() != nil:
		endGroup(c)
		return ErrInterrupted
	case errors.Is(err, exec.ErrNotFound):
		return ErrNoGo
	case err != nil:
		return failure(o.Main, err, strings.TrimSpace(string(text)))
	}
	return nil
}

// failure leaves out with which status go has ended where go itself says why.
func failure(main string, err error, words string) error {
	lines := []string{"compiling the " + main + " Lambda:"}
	var exit *exec.ExitError
	if words == "" || !errors.As(err, &exit) || !exit.Exited() {
		lines[0] += " " + err.Error()
	}
	for _, line := range []string{words, advice(words)} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return errors.New(strings.Join(lines, "\n"))
}

func command(ctx context.Context, o Options, work string) *exec.Cmd {
	args := []string{"build", "-trimpath", "-buildvcs=false", "-tags", "lambda.norpc", "-o", o.Out}
	if o.Strip {
		args = append(args, "-ldflags", "-s -w -buildid=")
	}
	c := exec.CommandContext(ctx, "go", append(args, "./"+Folder(o.Main))...)
	c.Dir = o.Dir
	// Interrupted, go removes what it has begun; killed, it would not. It waits for its
	// compilers, which therefore are interrupted too.
	c.Cancel = func() error { return interruptGroup(c) }
	c.WaitDelay = exitLimit
	ownGroup(c)
	c.Env = append(c.Environ(), environment(o, work)...)
	return c
}

// environment pins every variable that could change the bytes or break the
// build; where modules, caches and toolchains come from stays the user's. None
// of the values is empty: go takes an empty one for unset, and would then follow
// what the user has stored with 'go env -w'.
func environment(o Options, work string) []string {
	pinned := []string{
		"GOOS=" + cmp.Or(o.GOOS, runtime.GOOS),
		"GOARCH=" + cmp.Or(o.GOARCH, runtime.GOARCH),
		"GOAMD64=v1",           // what every machine of Lambda's has
		"GOARM64=v8.0",         // as well
		"CGO_ENABLED=0",        // a C compiler is not part of this
		"GO_EXTLINK_ENABLED=0", // nor a linker of the system's
		"GOEXPERIMENT=,",       // a list of none: Go's own choice
		"GOFIPS140=off",
		"GO111MODULE=on",
		"GOWORK=" + work,    // a workspace around the stack may not replace its modules
		"GOFLAGS=-trimpath", // said anyway: instead of the user's
	}
	if o.TempDir != "" {
		pinned = append(pinned, "GOTMPDIR="+o.TempDir)
	}
	return pinned
}
