package pack_test

import (
	"archive/zip"
	"context"
	"debug/elf"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/pack"
	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/gobuild"
	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// architecture is this machine's, in Lambda's words: what is packed can run.
func architecture() string {
	if runtime.GOARCH == "arm64" {
		return "arm64"
	}
	return "x86_64"
}

func load(t *testing.T, url string) *stack.Stack {
	t.Helper()
	s, findings := stack.Load("orders.yaml", []byte("version: 1\nname: orders\nretry: {maxAttempts: 2}\narchitecture: "+architecture()+
		"\nupstream: {url: '"+url+"', allowPrivate: true}\n"))
	if s == nil {
		t.Fatal(findings)
	}
	return s
}

// built is the folder of a stack.
func built(t *testing.T, s *stack.Stack) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "stacks", s.Name)
	if _, err := folder.Write(t.Context(), []folder.Target{{Stack: s, Dir: dir}}, false); err != nil {
		t.Fatal(err)
	}
	return dir
}

// small is as much of a stack as is looked at, and quickly compiled.
func small(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "stacks", "orders")
	write(t, string(manifest.Manifest{Version: manifest.Own()}.Text()), dir, manifest.Name)
	write(t, "module stacks/orders\n\ngo 1.25.0\n", dir, "go.mod")
	for _, name := range []string{"egress", "orchestrator"} {
		write(t, "package main\n\nfunc main() { println(`"+name+"`) }\n", dir, "cmd", name, "main.go")
	}
	return dir
}

func packed(t *testing.T, o pack.Options) []pack.Artifact {
	t.Helper()
	artifacts, err := pack.Stack(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return artifacts
}

// firstLine is what packing says first; then it is called off.
func firstLine(t *testing.T, dir string) string {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var said []string
	_, err := pack.Stack(ctx, pack.Options{Dir: dir, Architecture: architecture(), Progress: func(line string) {
		said = append(said, line)
		stop()
	}})
	if err == nil || len(said) == 0 {
		t.Fatalf("packing was to be called off: %v, said %q", err, said)
	}
	return said[0]
}

// temp is where this test's temporary folders are, to see what is left.
func temp(t *testing.T) string {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	return dir
}

func write(t *testing.T, content string, path ...string) {
	t.Helper()
	name := filepath.Join(path...)
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

func list(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

func same(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// The same stack in another folder, by somebody with other settings, gives the
// same zips, and those that are there already stay.
func TestSameBytesEverywhere(t *testing.T) {
	s, left := load(t, echo(t)), temp(t)
	var said []string
	dir := built(t, s)
	first := packed(t, pack.Options{Dir: dir, Architecture: architecture(), Progress: func(line string) { said = append(said, line) }})
	same(t, "progress", []string{"compiling egress for linux/" + runtime.GOARCH, "compiling orchestrator for linux/" + runtime.GOARCH}, said)
	same(t, "zips", []string{"egress.zip", "orchestrator.zip"}, list(t, filepath.Join(dir, "dist")))
	for i, a := range first {
		same(t, "entries of "+a.Lambda, []entry{{Name: "bootstrap", Mode: "-rwxr-xr-x", Date: "1980-01-01T00:00:00Z", Unix: true}},
			entries(t, a.File))
		if !a.Changed || a.Lambda != []string{"egress", "orchestrator"}[i] || a.File != filepath.Join(dir, "dist", a.Lambda+".zip") {
			t.Errorf("artifact %+v", a)
		}
		sizeAndHash(t, a)
	}
	if runtime.GOOS == "linux" {
		t.Run("what is zipped runs", func(t *testing.T) { bootstrapsRun(t, s, first) })
	}

	foreign := filepath.Join(dir, "cmd", "egress", "x_other.go")
	if err := os.WriteFile(foreign, []byte("package main\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	same(t, "the first line", "note: "+foreign+" was not written by sfngen, and is compiled into the Lambdas", firstLine(t, dir))

	t.Setenv("GOFLAGS", "-gcflags=-N")
	t.Setenv("GOAMD64", "v3")
	t.Setenv("GOARM64", "v8.2")
	before := modified(t, first)
	second := packed(t, pack.Options{Dir: built(t, s), Architecture: architecture(), Out: filepath.Join(dir, "dist")})
	for i := range first {
		first[i].Changed = false
	}
	same(t, "the second time", first, second)
	same(t, "times of the files", before, modified(t, second))
	same(t, "left in the temporary folder", []string{}, list(t, left))
}

func TestKey(t *testing.T) {
	a := pack.Artifact{Lambda: "egress", SHA256: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}
	same(t, "key", "acme-orders/egress-0123456789abcdef.zip", a.Key("acme-orders"))
	again := a.KeyAgain("acme-orders", time.Date(2026, 11, 24, 11, 30, 0, 0, time.FixedZone("CET", 3600)))
	same(t, "another key", "acme-orders/egress-0123456789abcdef-20261124T103000Z.zip", again)
	for key, is := range map[string]bool{
		a.Key("acme-orders"): true, again: true, "": false, "acme-orders/egress.zip": false,
		a.Key("acme-blue"): false, "acme-orders/egress-0123456789abcdee.zip": false, "acme-orders/egress-0123456789abcdef-2026.zip": false,
	} {
		same(t, "has the key "+key, is, a.HasKey("acme-orders", key))
	}
	same(t, "hash", "0123456789abcdef", pack.HashIn(again))
	same(t, "no hash", "", pack.HashIn("acme-orders/egress.zip"))
}

func TestArchitectures(t *testing.T) {
	dir := small(t)
	for architecture, want := range map[string]struct {
		said    string
		machine elf.Machine
	}{
		"arm64":  {"linux/arm64", elf.EM_AARCH64},
		"x86_64": {"linux/amd64", elf.EM_X86_64},
	} {
		t.Run(architecture, func(t *testing.T) {
			var said []string
			artifacts := packed(t, pack.Options{
				Dir: dir, Architecture: architecture, Out: filepath.Join(t.TempDir(), "new", "zips"),
				Progress: func(line string) { said = append(said, line) },
			})
			same(t, "progress", []string{"compiling egress for " + want.said, "compiling orchestrator for " + want.said}, said)
			for _, a := range artifacts {
				program, err := elf.Open(unzipped(t, a.File))
				if err != nil {
					t.Fatal(err)
				}
				defer program.Close()
				same(t, "machine of "+a.Lambda, want.machine, program.Machine)
				if program.Section(".symtab") != nil {
					t.Errorf("%s is not stripped", a.Lambda)
				}
			}
		})
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// entry is of a zip.
type entry struct {
	Name, Mode, Date string
	Unix             bool // the mode is one of Unix
	Extra            int  // bytes
}

func entries(t *testing.T, file string) (list []entry) {
	t.Helper()
	archive, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	for _, f := range archive.File {
		list = append(list, entry{
			Name: f.Name, Mode: f.Mode().String(), Date: f.Modified.UTC().Format("2006-01-02T15:04:05Z"),
			Unix: f.CreatorVersion>>8 == 3, Extra: len(f.Extra),
		})
	}
	return list
}

// A TMPDIR that is not named from the root is where this process works, not go.
func TestRelativeTemporaryFolder(t *testing.T) {
	dir := small(t)
	t.Chdir(t.TempDir())
	if err := os.Mkdir("tmp", 0o777); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", "tmp")
	packed(t, pack.Options{Dir: dir, Architecture: architecture()})
	if left := list(t, "tmp"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// A file that a merge, a formatter or a stranger's commit has changed goes into the
// Lambdas, but not without a word.
func TestChangedFilesAreNamed(t *testing.T) {
	for name, test := range map[string]struct {
		path, content string // "": it is removed
		want          string // "": nothing is said
	}{
		"of the runtime":          {"runtime/egress/guard.go", "package egress\n", "is not as sfngen wrote it, and is compiled into the Lambdas"},
		"a main":                  {"cmd/egress/main.go", "package main\n", "is not as sfngen wrote it, and is compiled into the Lambdas"},
		"which modules":           {"go.sum", "", "is gone, and the Lambdas are compiled without it"},
		"the runtime's own":       {"runtime/go.mod", "module x\n", "is not as sfngen wrote it, and is compiled into the Lambdas"},
		"one that is gone":        {"runtime/egress/echo.go", "", "is gone, and the Lambdas are compiled without it"},
		"what no compiler reads":  {"README.md", "mine\n", ""},
		"a manifest from nowhere": {manifest.Name, "{", "not known"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := built(t, load(t, echo(t)).Standalone())
			file := filepath.Join(dir, filepath.FromSlash(test.path))
			if test.content == "" {
				if err := os.Remove(file); err != nil {
					t.Fatal(err)
				}
			} else {
				write(t, test.content, file)
			}
			ctx, cancel := context.WithCancel(t.Context())
			var notes []string
			_, err := pack.Stack(ctx, pack.Options{Dir: dir, Architecture: architecture(), Progress: func(line string) {
				if strings.HasPrefix(line, "note: ") {
					notes = append(notes, line)
					return
				}
				cancel() // it need not compile
			}})
			if !errors.Is(err, gobuild.ErrInterrupted) {
				t.Fatal(err)
			}
			switch {
			case test.want == "" && notes != nil, test.want != "" && len(notes) != 1:
				t.Errorf("notes %q", notes)
			case test.want != "" && (!strings.Contains(notes[0], file) || !strings.Contains(notes[0], test.want)):
				t.Errorf("note %q, want %s and %q", notes[0], file, test.want)
			}
		})
	}
}
