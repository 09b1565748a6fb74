package pack_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/aws/pack"
)

// Whatever goes wrong, the zips that are there stay, and nothing else does.
func TestFailuresLeaveEverythingAsItWas(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(t *testing.T, dir string, o *pack.Options, cancel context.CancelFunc)
		want   string // DIR is the stack's folder
	}{
		{
			"an error in the second main",
			func(t *testing.T, dir string, _ *pack.Options, _ context.CancelFunc) {
				write(t, "package main\n\nfunc main() { undefinedHere() }\n", dir, "cmd/orchestrator/main.go")
			},
			"compiling the orchestrator Lambda:\n# stacks/orders/cmd/orchestrator\ncmd/orchestrator/main.go:3:15: undefined: undefinedHere",
		},
		{
			"interrupted between the mains",
			func(_ *testing.T, _ string, o *pack.Options, cancel context.CancelFunc) {
				o.Progress = func(line string) {
					if strings.HasPrefix(line, "compiling orchestrator ") {
						cancel()
					}
				}
			},
			"interrupted while the Lambdas were compiled; nothing was written",
		},
		{
			"no go",
			func(t *testing.T, _ string, _ *pack.Options, _ context.CancelFunc) { t.Setenv("PATH", t.TempDir()) },
			"the Lambdas cannot be compiled: no go command is on the PATH; install Go from https://go.dev/dl",
		},
		{
			"another architecture",
			func(_ *testing.T, _ string, o *pack.Options, _ context.CancelFunc) { o.Architecture = "amd64" },
			`architecture: must be arm64 or x86_64, got "amd64"`,
		},
		{
			"no manifest",
			func(t *testing.T, dir string, _ *pack.Options, _ context.CancelFunc) {
				remove(t, dir, "sfngen.manifest.json")
			},
			"DIR is not a stack of sfngen's: it has no sfngen.manifest.json; name a folder that 'sfngen build' has written",
		},
		{
			"no egress",
			func(t *testing.T, dir string, _ *pack.Options, _ context.CancelFunc) { remove(t, dir, "cmd/egress") },
			"DIR has no cmd/egress, which every stack has: write it again with 'sfngen build'",
		},
		{
			"no module of its own",
			func(t *testing.T, dir string, _ *pack.Options, _ context.CancelFunc) { remove(t, dir, "go.mod") },
			"DIR has no go.mod, which every stack has: write it again with 'sfngen build'",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir, left := small(t), temp(t)
			write(t, "old", dir, "dist", "egress.zip")
			o := pack.Options{Dir: dir, Architecture: architecture()}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			test.change(t, dir, &o, cancel)
			_, err := pack.Stack(ctx, o)
			if err == nil || strings.ReplaceAll(err.Error(), dir, "DIR") != test.want {
				t.Errorf("error %v\nwant %s", err, test.want)
			}
			same(t, "in dist", []string{"egress.zip"}, list(t, filepath.Join(dir, "dist")))
			same(t, "the old zip", "old", read(t, filepath.Join(dir, "dist", "egress.zip")))
			same(t, "left in the temporary folder", []string{}, list(t, left))
		})
	}
}

// When go is killed, its files go with ours.
func TestGoWorksInAFolderThatGoes(t *testing.T) {
	bin, left := t.TempDir(), temp(t)
	if err := os.WriteFile(filepath.Join(bin, "go"), []byte("#!/bin/sh\necho \"$GOTMPDIR\"\nexit 1\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin)
	_, err := pack.Stack(t.Context(), pack.Options{Dir: small(t), Architecture: "arm64"})
	if err == nil || !strings.HasPrefix(err.Error(), "compiling the egress Lambda:\n"+filepath.Join(left, "sfngen-package-")) {
		t.Errorf("error %v", err)
	}
	same(t, "left in the temporary folder", []string{}, list(t, left))
}

func remove(t *testing.T, path ...string) {
	t.Helper()
	if err := os.RemoveAll(filepath.Join(path...)); err != nil {
		t.Fatal(err)
	}
}
