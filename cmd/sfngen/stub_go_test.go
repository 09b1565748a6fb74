package main

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// withStubGo puts a go command on the PATH that compiles nothing, for tests of what is
// done with compiled Lambdas. It is this test binary, under its name.
func withStubGo(t *testing.T) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(program, filepath.Join(dir, "go")); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	t.Setenv("PATH", dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
}

// stubGo is go build -o OUT ... MAIN: the program is a text that differs where the Go
// files of the folder or the main differ.
func stubGo(args []string) int {
	i := slices.Index(args, "-o")
	if args[0] != "build" || i < 0 {
		fmt.Fprintln(os.Stderr, "go: this one only builds")
		return 2
	}
	sources := sha256.New()
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".go" {
			return err
		}
		text, err := os.ReadFile(name)
		fmt.Fprintf(sources, "%s %q\n", name, text)
		return err
	})
	if err == nil {
		program := fmt.Sprintf("#!%s of %x\n", args[len(args)-1], sources.Sum(nil))
		err = os.WriteFile(args[i+1], []byte(program), 0o777)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "go:", err)
		return 1
	}
	return 0
}
