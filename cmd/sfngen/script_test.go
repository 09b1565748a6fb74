package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "go" {
		os.Exit(stubGo(os.Args[1:]))
	}
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
