package folder_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/manifest"
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// TestCompareWithAnotherTime: what sfngen wrote then and does not write now goes; what it
// never wrote is not the stack's.
func TestCompareWithAnotherTime(t *testing.T) {
	s := stack.Assemble("a", []stack.File{{Path: "same", Content: []byte("1")}, {Path: "other", Content: []byte("2")},
		{Path: "new", Content: nil}})
	then := stack.Assemble("a", []stack.File{{Path: "same", Content: []byte("1")}, {Path: "other", Content: []byte("1")},
		{Path: "gone", Content: []byte("g")}})
	files := map[string][]byte{"mine": []byte("m")}
	for _, f := range then.Files {
		files[f.Path] = f.Content
	}
	changes, err := folder.CompareWith(s, "stacks/a", files)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range changes {
		got = append(got, string(c.Kind)+" "+c.Path)
	}
	if diff := cmp.Diff([]string{"remove gone", "create new", "update other", "update " + manifest.Name}, got); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	files[manifest.Name] = []byte("{")
	if _, err := folder.CompareWith(s, "stacks/a", files); err == nil {
		t.Error("a broken manifest is not seen")
	}
}

// TestRenamed finds the folder of the earlier name, and guesses nothing.
func TestRenamed(t *testing.T) {
	const src = "version: 1\nname: NAME\nupstream: {url: 'https://api.example'}\nretry: {maxAttempts: 2}\n"
	for _, test := range []struct {
		name    string
		prepare func(t *testing.T)
		want    string
	}{
		{"its folder beside", func(*testing.T) {}, filepath.Join("stacks", "before")},
		{"a spec of that name", func(t *testing.T) { writeSpec(t, "before", src) }, ""},
		{"two that it may be", func(t *testing.T) { writeStack(t, "earlier", src) }, ""},
		{"no earlier plan", func(t *testing.T) {
			if err := os.Remove("stacks/before/" + stack.PlanFile); err != nil {
				t.Fatal(err)
			}
		}, ""},
		{"its own folder", func(t *testing.T) { writeStack(t, "after", src) }, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			writeStack(t, "before", src)
			test.prepare(t)
			current := folder.Target{Stack: &stack.Stack{Name: "after", Plan: &plan.Plan{Upstream: "https://api.example"}},
				Dir: filepath.Join("stacks", "after")}
			if got := folder.Renamed(current); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func writeStack(t *testing.T, name, src string) {
	t.Helper()
	mustWrite(t, load(t, strings.Replace(src, "NAME", name, 1)), filepath.Join("stacks", name))
}

func writeSpec(t *testing.T, name, src string) {
	t.Helper()
	writeFile(t, name+".yaml", strings.Replace(src, "NAME", name, 1))
}
