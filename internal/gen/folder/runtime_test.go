package folder_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// named is the small stack under another name.
func named(t *testing.T, name string) *stack.Stack {
	t.Helper()
	return load(t, strings.Replace(smallSpec, "name: small", "name: "+name, 1))
}

// upgraded is the stack as another sfngen gives it, whose runtime has another file.
func upgraded(s *stack.Stack) *stack.Stack {
	files := []stack.File{{Path: "contract/later.go", Content: []byte("package contract\n")}}
	for _, f := range s.Runtime.Files {
		if f.Path != manifest.Name {
			files = append(files, f)
		}
	}
	other := *s
	other.Runtime = stack.Assemble("", files)
	other.Runtime.Name = other.Runtime.Manifest.Files.RuntimeName()
	other.Files = slices.Clone(s.Files)
	module := strings.ReplaceAll(string(s.File(stack.ModuleFile)), s.Runtime.Name, other.Runtime.Name)
	other.Manifest.Runtime, other.Manifest.Files = other.Runtime.Name, manifest.Hashes{}
	for path, hash := range s.Manifest.Files {
		other.Manifest.Files[path] = hash
	}
	other.Manifest.Files[stack.ModuleFile] = manifest.Hash([]byte(module))
	for i, f := range other.Files {
		switch f.Path {
		case stack.ModuleFile:
			other.Files[i].Content = []byte(module)
		case manifest.Name:
			other.Files[i].Content = other.Manifest.Text()
		}
	}
	return &other
}

// build does what the command does.
func build(t *testing.T, out string, stacks ...*stack.Stack) []folder.Unused {
	t.Helper()
	if _, err := folder.Write(context.Background(), folder.Targets(stacks, out, nil), false); err != nil {
		t.Fatal(err)
	}
	unused, err := folder.RemoveUnusedRuntimes(out)
	if err != nil {
		t.Fatal(err)
	}
	return unused
}

// runtimes are the runtimes that are there.
func runtimes(t *testing.T, out string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(out, manifest.RuntimesFolder))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func wantRuntimes(t *testing.T, out string, want ...string) {
	t.Helper()
	slices.Sort(want)
	if diff := cmp.Diff(want, runtimes(t, out)); diff != "" {
		t.Errorf("runtimes (-want +got):\n%s", diff)
	}
}

// Both stay while a stack points to each; the old one goes with the last.
func TestAnUnusedRuntimeGoes(t *testing.T) {
	out := t.TempDir()
	one, two := named(t, "one"), named(t, "two")
	older, newer := one.Runtime.Name, upgraded(one).Runtime.Name
	build(t, out, one, two)
	wantRuntimes(t, out, older)
	build(t, out, upgraded(one))
	wantRuntimes(t, out, older, newer)
	targets := folder.Targets([]*stack.Stack{upgraded(two)}, out, nil)
	if unused, err := folder.UnusedRuntimes(out, targets); err != nil || len(unused) != 1 || filepath.Base(unused[0].Dir) != older {
		t.Errorf("what a build would leave unused: %v, %v", unused, err)
	}
	unused := build(t, out, upgraded(two))
	wantRuntimes(t, out, newer)
	if len(unused) != 1 || unused[0] != (folder.Unused{Dir: filepath.Join(out, manifest.RuntimesFolder, older)}) {
		t.Errorf("unused: %v", unused)
	}
}

// In doubt a runtime stays.
func TestARuntimeStaysInDoubt(t *testing.T) {
	for name, test := range map[string]struct {
		doubt func(t *testing.T, out, old string)
		want  string // of what is said; "" for nothing
	}{
		"a file of somebody's": {func(t *testing.T, _, old string) { writeFile(t, filepath.Join(old, "egress", "mine.txt"), "mine") },
			"egress/mine.txt was not written by sfngen"},
		"a changed file": {func(t *testing.T, _, old string) { writeFile(t, filepath.Join(old, "egress", "call.go"), "mine") },
			"egress/call.go was changed by hand since sfngen wrote it"},
		"a link": {func(t *testing.T, out, old string) { link(t, out, filepath.Join(old, "there")) }, "there was not written by sfngen"},
		"no manifest": {func(t *testing.T, _, old string) { remove(t, filepath.Join(old, manifest.Name)) },
			"sfngen.manifest.json is not the one that sfngen wrote"},
		"a merge conflict in a stack's go.mod": {func(t *testing.T, out, old string) {
			writeFile(t, filepath.Join(out, "two", "go.mod"), "<<<<<<<\n=> ../_runtime/"+filepath.Base(old)+"\n")
		}, ""},
		"an interrupted build of a stack": {func(t *testing.T, out, old string) {
			writeFile(t, filepath.Join(out, "two", ".sfngen-staging", "old", "go.mod"), "=> ../_runtime/"+filepath.Base(old)+"\n")
		}, ""},
		"a module of somebody's": {func(t *testing.T, out, old string) {
			writeFile(t, filepath.Join(out, "mine", "go.mod"), "module mine\nreplace x => ../_runtime/"+filepath.Base(old)+"\n")
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			out := t.TempDir()
			one := named(t, "one")
			build(t, out, one)
			old := manifest.RuntimeDir(filepath.Join(out, "one"), one.Runtime.Name)
			test.doubt(t, out, old)
			before := readTree(t, old)
			said := ""
			for _, u := range build(t, out, upgraded(one)) {
				said += u.Keeps
			}
			if said != test.want {
				t.Errorf("said %q, want %q", said, test.want)
			}
			wantTree(t, old, before)
		})
	}
}

// Nobody removes through a link what others may share.
func TestALinkedFolderOfRuntimesStays(t *testing.T) {
	out, elsewhere := t.TempDir(), t.TempDir()
	one := named(t, "one")
	build(t, elsewhere, one)
	link(t, filepath.Join(elsewhere, manifest.RuntimesFolder), filepath.Join(out, manifest.RuntimesFolder))
	build(t, out, upgraded(one))
	wantRuntimes(t, elsewhere, one.Runtime.Name, upgraded(one).Runtime.Name)
	wantRuntimes(t, out, one.Runtime.Name, upgraded(one).Runtime.Name)
}

// A runtime that was changed by hand is kept, and the stacks with it: all or nothing.
func TestAChangedRuntimeIsAConflict(t *testing.T) {
	out := t.TempDir()
	one := named(t, "one")
	build(t, out, one)
	changed := filepath.Join(manifest.RuntimeDir(filepath.Join(out, "one"), one.Runtime.Name), "egress", "call.go")
	writeFile(t, changed, "mine")
	before := readTree(t, out)
	_, err := folder.Write(t.Context(), folder.Targets([]*stack.Stack{named(t, "two")}, out, nil), false)
	if err == nil || !strings.Contains(err.Error(), changed+" was changed by hand since sfngen wrote it") {
		t.Errorf("got %v", err)
	}
	wantTree(t, out, before)
	if _, err := folder.Write(t.Context(), folder.Targets([]*stack.Stack{named(t, "two")}, out, nil), true); err != nil {
		t.Error(err)
	}
}

// A conflict in a stack leaves no runtime behind, and no folder for it.
func TestARefusedStackLeavesNoRuntime(t *testing.T) {
	out := t.TempDir()
	writeFile(t, filepath.Join(out, "one", "template.yaml"), "mine")
	if _, err := folder.Write(t.Context(), folder.Targets([]*stack.Stack{named(t, "one")}, out, nil), false); err == nil {
		t.Fatal("it was written over")
	}
	if entries, err := os.ReadDir(out); err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
}

// older is the stack's folder as it was before runtimes were shared.
func older(t *testing.T, s *stack.Stack, dir string) *stack.Stack {
	t.Helper()
	then := by(s.Standalone(), manifest.Version{Layout: 2, Contract: 2})
	mustWrite(t, then, dir)
	return then
}

// A folder of the layout before is carried over, but not what somebody changed in it.
func TestAnOlderLayoutIsCarriedOver(t *testing.T) {
	out := t.TempDir()
	one := named(t, "one")
	dir := filepath.Join(out, "one")
	older(t, one, dir)
	writeFile(t, filepath.Join(dir, "runtime", "egress", "call.go"), "mine")
	before := readTree(t, out)
	_, err := folder.Write(t.Context(), folder.Targets([]*stack.Stack{one}, out, nil), false)
	if err == nil || !strings.Contains(err.Error(), filepath.Join(dir, "runtime/egress/call.go")+" was changed by hand") {
		t.Errorf("got %v", err)
	}
	wantTree(t, out, before)
	written, err := folder.Write(t.Context(), folder.Targets([]*stack.Stack{one}, out, nil), true)
	if err != nil {
		t.Fatal(err)
	}
	if own, moved := written[0].Own(); len(own) != 3 || moved != len(one.RuntimeFiles()) {
		t.Errorf("%d changes, and %d files of the runtime", len(own), moved)
	}
	wantTree(t, out, withRuntime(prefixed("one/", contents(one))))
}

// What an earlier version of sfngen wrote, as it stands in the corpus, is no standalone
// stack.
func TestOlderFoldersAreNotStandalone(t *testing.T) {
	names, err := filepath.Glob("../../testdata/older/*/*/" + manifest.Name)
	if err != nil || len(names) < 2 {
		t.Fatalf("%d manifests, %v", len(names), err)
	}
	for _, name := range names {
		src, err := os.ReadFile(filepath.Join(filepath.Dir(name), "spec.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		s, out := load(t, string(src)), t.TempDir()
		dir := filepath.Join(out, s.Name)
		written, err := manifest.Parse(dir, text)
		if err != nil {
			t.Fatal(err)
		}
		for path := range written.Files { // the contents are not in the corpus
			writeFile(t, filepath.Join(dir, path), "then")
			written.Files[path] = manifest.Hash([]byte("then"))
		}
		writeFile(t, filepath.Join(dir, manifest.Name), string(written.Text()))
		build(t, out, s)
		wantTree(t, out, withRuntime(prefixed(s.Name+"/", contents(s))))
	}
}

// A folder stays as it was built until another is asked for.
func TestAStandaloneStackStaysOne(t *testing.T) {
	out, yes, no := t.TempDir(), true, false
	one := []*stack.Stack{named(t, "one")}
	for _, step := range []struct {
		choice     *bool
		standalone bool
	}{{nil, false}, {&yes, true}, {nil, true}, {&no, false}, {nil, false}} {
		targets := folder.Targets(one, out, step.choice)
		if _, err := folder.Write(t.Context(), targets, false); err != nil {
			t.Fatal(err)
		}
		want := one[0]
		if step.standalone {
			want = want.Standalone()
		}
		wantTree(t, filepath.Join(out, "one"), contents(want))
		f, err := folder.Open(filepath.Join(out, "one"))
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Matches(one[0], "one.yaml"); err != nil {
			t.Error(err)
		}
	}
}

// Builds of two versions at once: each stack finds the runtime that it points to.
func TestRuntimesOfBuildsAtOnce(t *testing.T) {
	out := t.TempDir()
	versions := [][]*stack.Stack{{named(t, "one")}, {upgraded(named(t, "two"))}, {upgraded(named(t, "one"))}, {named(t, "two")}}
	var builds sync.WaitGroup
	for i := range 12 {
		builds.Go(func() {
			if _, err := folder.Write(context.Background(), folder.Targets(versions[i%4], out, nil), false); err != nil {
				t.Error(err)
			}
			if _, err := folder.RemoveUnusedRuntimes(out); err != nil {
				t.Error(err)
			}
		})
	}
	builds.Wait()
	for _, name := range []string{"one", "two"} {
		if _, err := folder.SharedRuntime(filepath.Join(out, name)); err != nil {
			t.Error(err)
		}
	}
}

// What a build that died while it removed a runtime has left goes with the next.
func TestRemainsOfARuntimeGo(t *testing.T) {
	out := t.TempDir()
	one := named(t, "one")
	build(t, out, one)
	left := filepath.Join(out, manifest.RuntimesFolder, ".0123456789abcdef.sfngen-staging")
	writeFile(t, filepath.Join(left, "go.mod"), "half")
	build(t, out, one)
	wantRuntimes(t, out, one.Runtime.Name)
}

func TestDifferenceOfARuntime(t *testing.T) {
	out := t.TempDir()
	one := named(t, "one")
	dir := filepath.Join(out, "one")
	build(t, out, one)
	d, err := folder.Compare(upgraded(one), dir)
	if err != nil || !d.Runtime.Missing || d.Runtime.From != manifest.RuntimeDir(dir, one.Runtime.Name) || len(d.Runtime.Code) != 1 ||
		d.Runtime.Code[0].Path != "contract/later.go" || d.Runtime.OwnCopy() {
		t.Errorf("upgraded: %+v, %v", d.Runtime, err)
	}
	remove(t, d.Runtime.From)
	if d, err = folder.Compare(upgraded(one), dir); err != nil || !d.Runtime.Unknown {
		t.Errorf("the one before is gone: %+v, %v", d.Runtime, err)
	}
	if d, err = folder.Compare(one, dir); err != nil || d.None() || !d.Runtime.Missing || d.Runtime.From != "" || len(d.Runtime.Code) > 0 {
		t.Errorf("gone: %+v, %v", d.Runtime, err)
	}
	old := filepath.Join(t.TempDir(), "one")
	older(t, one, old)
	writeFile(t, filepath.Join(old, "runtime", "egress", "call.go"), "another")
	d, err = folder.Compare(one, old)
	if err != nil || !d.Runtime.OwnCopy() || len(d.Runtime.Code) != 1 || d.Runtime.Code[0].Path != "egress/call.go" {
		t.Errorf("an own copy: %+v, %v", d.Runtime, err)
	}
}
