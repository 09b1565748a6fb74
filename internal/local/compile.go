package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/sfngen/sfngen/internal/local/lambda"
	"github.com/sfngen/sfngen/internal/stack"
)

// compile builds the stack's mains for this machine, as they are built for
// Lambda in all but the architecture. Each call has a folder of its own in
// scratch: a binary that runs cannot be written over.
func compile(ctx context.Context, s *stack.Stack, scratch string) (code, error) {
	dir, err := os.MkdirTemp(scratch, s.Name+"-")
	if err != nil {
		return code{}, err
	}
	for _, f := range s.Files {
		if err := writeFile(filepath.Join(dir, filepath.FromSlash(f.Path)), f.Content); err != nil {
			return code{}, err
		}
	}
	egress, err := build(ctx, dir, "egress")
	if err != nil {
		return code{}, err
	}
	orchestrator, err := build(ctx, dir, "orchestrator")
	return code{egress: lambda.Binary(egress), orchestrator: lambda.Binary(orchestrator)}, err
}

func writeFile(name string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	return os.WriteFile(name, content, 0o666)
}

func build(ctx context.Context, dir, name string) (string, error) {
	out := filepath.Join(dir, "dist", name, "bootstrap")
	c := exec.CommandContext(ctx, "go", "build", "-trimpath", "-tags", "lambda.norpc", "-o", out, "./cmd/"+name)
	c.Dir = dir
	// Interrupted, go leaves its own folder, which is inside the one that goes.
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = 5 * time.Second
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=", "GOTMPDIR="+dir)
	text, err := c.CombinedOutput()
	switch {
	case ctx.Err() != nil:
		return "", errors.New("interrupted while the Lambdas were compiled")
	case errors.Is(err, exec.ErrNotFound):
		return "", errors.New("the Lambdas cannot be compiled: no go command is on the PATH; install Go from https://go.dev/dl, or run without --binaries")
	case err != nil:
		return "", fmt.Errorf("compiling the %s Lambda: %w\n%s", name, err, strings.TrimSpace(string(text)))
	}
	return out, nil
}
