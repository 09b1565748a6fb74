package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/sfngen/sfngen/internal/clock"
)

func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "go" {
		os.Exit(stubGo(os.Args[1:]))
	}
	betweenCalls = func(ctx context.Context, d time.Duration) error { return clock.Sleep(ctx, d/20) }
	testscript.Main(m, map[string]func(){"sfngen": main})
}

// TestScripts runs testdata/script: each file is one story at the command line,
// with its files, in a folder of its own. SFNGEN_UPDATE=1 rewrites expected output.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       os.Getenv("SFNGEN_UPDATE") == "1",
		RequireExplicitExec: true,
	})
}
