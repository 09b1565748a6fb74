package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/sfngen/sfngen/internal/gen/gobuild"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/local/lambda"
)

// compile builds the stack's mains for this machine, as for Lambda except for the
// architecture. Each call has its own folder in scratch: a running binary cannot be
// overwritten.
func compile(ctx context.Context, s *stack.Stack, scratch string) (code, error) {
	dir, err := os.MkdirTemp(scratch, s.Name+"-")
	if err != nil {
		return code{}, err
	}
	for _, f := range s.Standalone().Files {
		if err := writeFile(filepath.Join(dir, filepath.FromSlash(f.Path)), f.Content); err != nil {
			return code{}, err
		}
	}
	egress, err := build(ctx, dir, gobuild.Egress)
	if err != nil {
		return code{}, err
	}
	orchestrator, err := build(ctx, dir, gobuild.Orchestrator)
	return code{egress: lambda.Binary(egress), orchestrator: lambda.Binary(orchestrator)}, err
}

func writeFile(name string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	return os.WriteFile(name, content, 0o666)
}

func build(ctx context.Context, dir, name string) (string, error) {
	out := filepath.Join(dir, "dist", name, gobuild.Program)
	err := gobuild.Build(ctx, gobuild.Options{Dir: dir, Main: name, Out: out, TempDir: dir, Strip: true})
	if errors.Is(err, gobuild.ErrNoGo) {
		return "", fmt.Errorf("%w, or run without --binaries", err)
	}
	return out, err
}
