package gobuild_test

import (
	"bytes"
	"context"
	"debug/elf"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/gobuild"
)

const (
	goMod = "module stacks/small\n\ngo 1.25.0\n"
	hello = "package main\n\nfunc main() { println(greeting) }\n\nvar greeting = \"hello\"\n"
)

// files are by their path in a module's folder.
type files map[string]string

func module(t *testing.T, dir string, changed files) string {
	t.Helper()
	all := files{"go.mod": goMod, "cmd/egress/main.go": hello}
	for path, content := range changed {
		all[path] = content
	}
	for path, content := range all {
		name := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// compiled is the program, stripped, for Linux.
func compiled(t *testing.T, dir, goarch string) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), "new", "bootstrap")
	if err := gobuild.Build(t.Context(),
		gobuild.Options{Dir: dir, Main: "egress", Out: out, GOOS: "linux", GOARCH: goarch, Strip: true}); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// What somebody has in the environment, or has stored with 'go env -w'.
var foreign = []string{
	"GOFLAGS=-gcflags=-N", "GOOS=plan9", "GOARCH=386", "GOAMD64=v3", "GOARM64=v9.0", "GOEXPERIMENT=jsonv2", "GOFIPS140=latest",
	"GO111MODULE=off", "CGO_ENABLED=1", "GO_EXTLINK_ENABLED=1", "GOWORK=",
}

func TestSameBytes(t *testing.T) {
	for _, goarch := range []string{"amd64", "arm64"} {
		t.Run(goarch, func(t *testing.T) {
			want := compiled(t, module(t, t.TempDir(), nil), goarch)
			for name, set := range map[string]func(t *testing.T){
				"environment": func(t *testing.T) {
					for _, variable := range foreign {
						key, value, _ := strings.Cut(variable, "=")
						t.Setenv(key, value)
					}
				},
				"go env -w": func(t *testing.T) {
					stored(t, foreign...)
					for _, variable := range foreign {
						key, _, _ := strings.Cut(variable, "=")
						t.Setenv(key, "")
					}
				},
			} {
				t.Run(name, func(t *testing.T) {
					set(t)
					dir := t.TempDir()
					got := compiled(t, module(t, inWorkspace(t, dir), nil), goarch)
					if !bytes.Equal(want, got) {
						t.Error("the program depends on the machine")
					}
					if bytes.Contains(got, []byte(dir)) {
						t.Error("the program tells the folder it was made in")
					}
				})
			}
		})
	}
}

// stored is as if by 'go env -w'.
func stored(t *testing.T, variables ...string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "env")
	if err := os.WriteFile(file, []byte(strings.Join(variables, "\n")), 0o666); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOENV", file)
}

// inWorkspace is a folder under one whose go.work does not know it.
func inWorkspace(t *testing.T, dir string) string {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "go.work"), []byte("go 1.25.0\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "other", "small")
}

var unwanted = regexp.MustCompile(`^\.(symtab|interp|z?debug.*|note\.go\.buildid)$`)

func TestProgramIsForLambda(t *testing.T) {
	for goarch, machine := range map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64} {
		t.Run(goarch, func(t *testing.T) {
			program, err := elf.NewFile(bytes.NewReader(compiled(t, module(t, t.TempDir(), nil), goarch)))
			if err != nil {
				t.Fatal(err)
			}
			if program.Machine != machine {
				t.Errorf("machine %v, want %v", program.Machine, machine)
			}
			for _, s := range program.Sections {
				if unwanted.MatchString(s.Name) {
					t.Errorf("the program has a section %s: it is not stripped, or not static", s.Name)
				}
			}
		})
	}
}

func TestForThisMachineUnlessSaidOtherwise(t *testing.T) {
	stored(t, "GOOS=plan9", "GOARCH=386")
	dir := module(t, t.TempDir(), nil)
	t.Chdir(filepath.Dir(dir))
	if err := gobuild.Build(t.Context(), gobuild.Options{Dir: filepath.Base(dir), Main: "egress", Out: "hello"}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("hello\n", runs(t, "hello")); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}

func TestNoGo(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	err := gobuild.Build(t.Context(),
		gobuild.Options{Dir: module(t, t.TempDir(), nil), Main: "egress", Out: filepath.Join(t.TempDir(), "out")})
	want := "the Lambdas cannot be compiled: no go command is on the PATH; install Go from https://go.dev/dl"
	if !errors.Is(err, gobuild.ErrNoGo) || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestInterruptedBeforeItBegins(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	out := filepath.Join(t.TempDir(), "out")
	err := gobuild.Build(ctx, gobuild.Options{Dir: module(t, t.TempDir(), nil), Main: "egress", Out: out})
	if !errors.Is(err, gobuild.ErrInterrupted) {
		t.Errorf("error %v, want %v", err, gobuild.ErrInterrupted)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("there is a program")
	}
}

// runs is what a program says.
func runs(t *testing.T, program string) string {
	t.Helper()
	path, err := filepath.Abs(program)
	if err != nil {
		t.Fatal(err)
	}
	said, err := exec.Command(path).CombinedOutput()
	if err != nil {
		t.Fatal(err)
	}
	return string(said)
}
