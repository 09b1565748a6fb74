package folder_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

const smallSpec = "version: 1\nname: small\nupstream: {url: 'https://api.example'}\nretry: {maxAttempts: 2}\n"

func load(t testing.TB, src string) *stack.Stack {
	t.Helper()
	s, findings := stack.Load("spec.yaml", []byte(src))
	if s == nil {
		t.Fatal(findings)
	}
	return s
}

func write(s *stack.Stack, dir string, force bool) ([]folder.Written, error) {
	return folder.Write(context.Background(), []folder.Target{{Stack: s, Dir: dir}}, force)
}

func mustWrite(t testing.TB, s *stack.Stack, dir string) []folder.Change {
	t.Helper()
	written, err := write(s, dir, false)
	if err != nil {
		t.Fatal(err)
	}
	return written[0].Changes
}

// contents are a stack's files as they should stand in its folder.
func contents(s *stack.Stack) map[string]string {
	m := map[string]string{}
	for _, f := range s.Files {
		m[f.Path] = string(f.Content)
	}
	return m
}

func wantTree(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	if diff := cmp.Diff(want, readTree(t, dir)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", dir, diff)
	}
}

func TestWriteThenNothingToDo(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "small")
	s := load(t, smallSpec)
	if got := len(mustWrite(t, s, dir)); got != len(s.Files) {
		t.Errorf("%d of %d files written", got, len(s.Files))
	}
	wantTree(t, filepath.Dir(dir), withRuntime(prefixed("small/", contents(s))))
	before := modTimes(t, dir)
	if changes := mustWrite(t, s, dir); len(changes) != 0 {
		t.Errorf("the second build changes %v", changes)
	}
	if diff := cmp.Diff(before, modTimes(t, dir)); diff != "" {
		t.Errorf("the second build touched files (-before +after):\n%s", diff)
	}
}

// withRuntime is a folder of stacks with the runtime that they share.
func withRuntime(stacks map[string]string) map[string]string {
	maps.Copy(stacks, prefixed("_runtime/"+stack.Runtime().Name+"/", contents(stack.Runtime())))
	return stacks
}

func prefixed(prefix string, m map[string]string) map[string]string {
	out := map[string]string{}
	for k, v := range m {
		out[prefix+k] = v
	}
	return out
}

func modTimes(t *testing.T, dir string) map[string]string {
	times := map[string]string{}
	for path := range readTree(t, dir) {
		info, err := os.Stat(filepath.Join(dir, path))
		if err != nil {
			t.Fatal(err)
		}
		times[path] = info.ModTime().String() + info.Mode().String()
	}
	return times
}

func TestWriteFollowsTheSpec(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "small")
	mustWrite(t, load(t, smallSpec), dir)
	writeFile(t, filepath.Join(dir, "notes.txt"), "mine")
	writeFile(t, filepath.Join(dir, "cmd", "mine.go"), "mine")
	changed := load(t, strings.Replace(smallSpec, "maxAttempts: 2", "maxAttempts: 4", 1))
	var paths []string
	for _, c := range mustWrite(t, changed, dir) {
		paths = append(paths, string(c.Kind)+" "+c.Path)
	}
	want := []string{"update README.md", "update cmd/egress/main.go", "update cmd/orchestrator/main.go", "update plan.json",
		"update sfngen.manifest.json", "update statemachine.asl.json", "update template.yaml"}
	if diff := cmp.Diff(want, paths); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	tree := contents(changed)
	tree["notes.txt"], tree["cmd/mine.go"] = "mine", "mine"
	wantTree(t, dir, tree)
}

func TestWriteRemovesWhatIsNoLongerGenerated(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "small")
	older := stack.Assemble("small",
		[]stack.File{{Path: "a.txt", Content: []byte("a")}, {Path: "old/deep/b.txt", Content: []byte("b")},
			{Path: "old/c.txt", Content: []byte("c")}})
	newer := stack.Assemble("small", []stack.File{{Path: "a.txt", Content: []byte("a")}})
	mustWrite(t, older, dir)
	writeFile(t, filepath.Join(dir, "old", "mine.txt"), "mine")
	mustWrite(t, newer, dir)
	want := contents(newer)
	want["old/mine.txt"] = "mine"
	wantTree(t, dir, want)
	if _, err := os.Stat(filepath.Join(dir, "old", "deep")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the empty folder is still there: %v", err)
	}
}

func TestWriteKeepsWhatIsNotItsOwn(t *testing.T) {
	newer := strings.Replace(smallSpec, "maxAttempts: 2", "maxAttempts: 3", 1)
	tests := []struct {
		name   string
		change func(t *testing.T, dir string)
		want   string // of the error, DIR standing for the folder
	}{
		{"a file changed by hand", func(t *testing.T, dir string) {
			writeFile(t, filepath.Join(dir, "template.yaml"), "mine")
		}, "nothing was written: DIR/template.yaml was changed by hand since sfngen wrote it\nmove your changes into the spec or elsewhere, " +
			"or overwrite them with --force"},
		{"two files changed by hand", func(t *testing.T, dir string) {
			writeFile(t, filepath.Join(dir, "README.md"), "mine")
			writeFile(t, filepath.Join(dir, "cmd/egress/main.go"), "mine")
		}, "nothing was written: DIR/README.md was changed by hand since sfngen wrote it\n  DIR/cmd/egress/main.go was changed by hand " +
			"since sfngen wrote it\nmove your changes into the spec or elsewhere, or overwrite them with --force"},
		{"no manifest", func(t *testing.T, dir string) {
			remove(t, filepath.Join(dir, manifest.Name))
			for _, keep := range []string{"README.md", "statemachine.asl.json", "plan.json", "cmd"} {
				remove(t, filepath.Join(dir, keep))
			}
		}, "nothing was written: DIR/template.yaml was not written by sfngen\nmove your changes into the spec or elsewhere, or overwrite " +
			"them with --force"},
		{"a manifest with a merge conflict in it", func(t *testing.T, dir string) {
			writeFile(t, filepath.Join(dir, manifest.Name), "<<<<<<< HEAD\n")
		}, "DIR/sfngen.manifest.json: not readable as sfngen's manifest (invalid character '<' looking for beginning of value): restore it " +
			"from version control"},
		{"a manifest that is something else", func(t *testing.T, dir string) {
			writeFile(t, filepath.Join(dir, manifest.Name), `{"name": "mine"}`)
		}, "DIR/sfngen.manifest.json: not readable as sfngen's manifest (its format is 0): restore it from version control"},
		{"a manifest that names a file elsewhere", func(t *testing.T, dir string) {
			writeFile(t, filepath.Join(dir, manifest.Name), `{"format": 1, "files": {"../mine.txt": ""}}`)
		}, "DIR/sfngen.manifest.json: \"../mine.txt\" is not a path inside the stack: restore the manifest from version control"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "small")
			mustWrite(t, load(t, smallSpec), dir)
			test.change(t, dir)
			before := readTree(t, dir)
			_, err := write(load(t, newer), dir, false)
			if err == nil {
				t.Fatal("it was written over")
			}
			if diff := cmp.Diff(test.want, strings.ReplaceAll(err.Error(), dir, "DIR")); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			wantTree(t, dir, before)
			if _, err := write(load(t, newer), dir, true); err != nil {
				t.Errorf("with force: %v", err)
			}
			wantTree(t, dir, contents(load(t, newer)))
		})
	}
}

func remove(t *testing.T, name string) {
	t.Helper()
	if err := os.RemoveAll(name); err != nil {
		t.Fatal(err)
	}
}

// With force, a manifest that names a file elsewhere is not used to remove it.
func TestForceRemovesNothingElsewhere(t *testing.T) {
	out := t.TempDir()
	dir, mine := filepath.Join(out, "small"), filepath.Join(out, "mine.txt")
	mustWrite(t, load(t, smallSpec), dir)
	writeFile(t, mine, "mine")
	writeFile(t, filepath.Join(dir, manifest.Name), `{"format": 1, "files": {"../mine.txt": ""}}`)
	if _, err := write(load(t, smallSpec), dir, true); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(mine); err != nil {
		t.Error(err)
	}
}

// What cannot be written is refused with force too, and leaves everything as it was.
func TestWriteRefusesWhatCannotBeWritten(t *testing.T) {
	tests := []struct {
		name   string
		change func(t *testing.T, dir, elsewhere string)
		want   string
	}{
		{"a link to a file elsewhere", func(t *testing.T, dir, elsewhere string) {
			link(t, filepath.Join(elsewhere, "victim"), filepath.Join(dir, "template.yaml"))
		}, "DIR/template.yaml is a symbolic link: sfngen writes only real files inside the stack; remove the link"},
		{"a link to a folder elsewhere", func(t *testing.T, dir, elsewhere string) {
			link(t, elsewhere, filepath.Join(dir, "cmd"))
		}, "DIR/cmd is a symbolic link: sfngen writes only real files inside the stack; remove the link"},
		{"a link to nowhere", func(t *testing.T, dir, elsewhere string) {
			link(t, filepath.Join(elsewhere, "none"), filepath.Join(dir, "go.sum"))
		}, "DIR/go.sum is a symbolic link: sfngen writes only real files inside the stack; remove the link"},
		{"a folder where a file belongs", func(t *testing.T, dir, _ string) {
			writeFile(t, filepath.Join(dir, "README.md", "mine"), "mine")
		}, "DIR/README.md is not a regular file, but sfngen generates a file there: move it away"},
		{"a file where a folder belongs", func(t *testing.T, dir, _ string) {
			writeFile(t, filepath.Join(dir, "cmd"), "mine")
		}, "DIR/cmd is a file, but sfngen needs a folder there for cmd/egress/main.go: move it away"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			elsewhere := t.TempDir()
			writeFile(t, filepath.Join(elsewhere, "victim"), "victim")
			dir := filepath.Join(t.TempDir(), "small")
			if err := os.Mkdir(dir, 0o777); err != nil {
				t.Fatal(err)
			}
			test.change(t, dir, elsewhere)
			before := readTree(t, dir)
			for _, force := range []bool{false, true} {
				_, err := write(load(t, smallSpec), dir, force)
				if err == nil {
					t.Fatal("it was written")
				}
				if diff := cmp.Diff(test.want, strings.ReplaceAll(err.Error(), dir, "DIR")); diff != "" {
					t.Errorf("error (-want +got):\n%s", diff)
				}
			}
			wantTree(t, dir, before)
			wantTree(t, elsewhere, map[string]string{"victim": "victim"})
		})
	}
}

func link(t *testing.T, to, name string) {
	t.Helper()
	if err := os.Symlink(to, name); err != nil {
		t.Fatal(err)
	}
}

// A place that nothing can be written to: what stands there is a file.
func TestWriteIntoAFile(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	writeFile(t, out, "mine")
	_, err := write(load(t, smallSpec), filepath.Join(out, "small"), false)
	if want := "mkdir OUT: not a directory: there is a file where a folder is needed; choose another place with -o"; err == nil ||
		strings.ReplaceAll(err.Error(), out, "OUT") != want {
		t.Errorf("got %v, want %s", err, want)
	}
	_, err = write(load(t, smallSpec), out, false)
	if want := "OUT is a file, but the stack needs a folder there: move it away, or choose another place with -o"; err == nil ||
		strings.ReplaceAll(err.Error(), out, "OUT") != want {
		t.Errorf("got %v, want %s", err, want)
	}
	wantTree(t, filepath.Dir(out), map[string]string{"out": "mine"})
	nowhere := filepath.Join(t.TempDir(), "link")
	link(t, nowhere+"/gone", nowhere)
	_, err = write(load(t, smallSpec), filepath.Join(nowhere, "small"), false)
	if want := "mkdir LINK: file exists: it is a link that leads nowhere; mend it, or choose another place with -o"; err == nil ||
		strings.ReplaceAll(err.Error(), nowhere, "LINK") != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// One stack that cannot be written keeps the others of the same call from being
// written.
func TestWriteAllOrNothing(t *testing.T) {
	out := t.TempDir()
	good, bad := load(t, smallSpec), load(t, strings.Replace(smallSpec, "name: small", "name: other", 1))
	writeFile(t, filepath.Join(out, "other", "template.yaml"), "mine")
	_, err := folder.Write(context.Background(), []folder.Target{
		{Stack: good, Dir: filepath.Join(out, "small")}, {Stack: bad, Dir: filepath.Join(out, "other")},
	}, false)
	if !errors.Is(err, folder.ErrConflict) {
		t.Errorf("got %v", err)
	}
	wantTree(t, out, map[string]string{"other/template.yaml": "mine"})
}

func TestWriteInterrupted(t *testing.T) {
	out := filepath.Join(t.TempDir(), "made", "for", "it")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	s := load(t, smallSpec)
	_, err := folder.Write(ctx, []folder.Target{{Stack: s, Dir: filepath.Join(out, "a")}, {Stack: s, Dir: filepath.Join(out, "b")}}, false)
	if err == nil || err.Error() != "interrupted; nothing was written" {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(filepath.Dir(filepath.Dir(out))); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folders made for it are still there: %v", err)
	}
}

// Builds at once of different specs of one name: the folder is one or the other,
// whole.
func TestWriteAtOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "small")
	versions := []*stack.Stack{load(t, smallSpec), load(t, strings.Replace(smallSpec, "maxAttempts: 2", "maxAttempts: 9", 1))}
	var builds sync.WaitGroup
	for i := range 12 {
		builds.Go(func() {
			if _, err := write(versions[i%2], dir, false); err != nil {
				t.Error(err)
			}
		})
	}
	builds.Wait()
	got := readTree(t, dir)
	if cmp.Diff(contents(versions[0]), got) != "" && cmp.Diff(contents(versions[1]), got) != "" {
		t.Error("the folder is neither of the two stacks")
	}
	wantTree(t, filepath.Dir(dir), withRuntime(prefixed("small/", got)))
}
