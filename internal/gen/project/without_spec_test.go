package project

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/folder"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

// built writes the stacks of specs to the folder stacks.
func built(t *testing.T, files ...string) (all []*stack.Stack) {
	t.Helper()
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s, findings := stack.Load(file, text)
		if s == nil {
			t.Fatal(findings)
		}
		all = append(all, s)
	}
	if _, err := folder.Write(t.Context(), folder.Targets(all, "stacks", nil), false); err != nil {
		t.Fatal(err)
	}
	return all
}

// named is a spec of that name.
func named(name string) string { return strings.Replace(orders, "orders", name, 1) }

// leftAs are folders of stacks that no spec gives, each DIR=STACK, with + for a copy.
func leftAs(all []Leftover) (list []string) {
	for _, l := range all {
		one := filepath.ToSlash(l.Dir) + "=" + l.Stack
		if l.IsCopy {
			one += "+"
		}
		list = append(list, one)
	}
	return list
}

// What no spec gives is known where a project says which specs there are, or where those
// that are named are all of their folders.
func TestWithoutSpec(t *testing.T) {
	inProject := &Project{File: FileName, Dir: "."}
	for name, test := range map[string]struct {
		project  *Project
		from, to string // a file is moved; to nowhere it is removed
		specs    []string
		want     []string
	}{
		"all are given":              {inProject, "", "", nil, nil},
		"a spec is gone":             {inProject, "specs/bb.yml", "", nil, []string{"stacks/bb=bb"}},
		"the last is gone":           {inProject, "specs", "", nil, []string{"stacks/aa=aa", "stacks/bb=bb"}},
		"another name":               {inProject, "cc.txt", "specs/bb.yml", nil, []string{"stacks/bb=bb"}},
		"one that cannot be read":    {inProject, "broken.txt", "specs/bb.yml", nil, nil},
		"a copy of a folder":         {inProject, "stacks/bb", "stacks/zz", nil, []string{"stacks/zz=bb+"}},
		"all of the folder":          {&Project{}, "specs/bb.yml", "", []string{"specs/aa.yaml"}, []string{"stacks/bb=bb"}},
		"the folder":                 {&Project{}, "specs/bb.yml", "", []string{"specs"}, []string{"stacks/bb=bb"}},
		"another beside":             {&Project{}, "", "", []string{"specs/aa.yaml"}, nil},
		"another in standard input":  {&Project{}, "specs/bb.yml", "", []string{"specs/aa.yaml", "-"}, nil},
		"another where people do so": {&Project{}, "specs/bb.yml", "bb.yml", []string{"specs/aa.yaml"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			inFolder(t, map[string]string{"specs/aa.yaml": named("aa"), "specs/bb.yml": named("bb"), "cc.txt": named("cc"),
				"broken.txt": named("bb") + "  x: [\n"})
			loaded := built(t, "specs/aa.yaml", "specs/bb.yml")[:1]
			move(t, test.from, test.to)
			if test.from == "specs" {
				loaded = nil
			}
			got, err := test.project.WithoutSpec(test.specs, loaded, "stacks")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, leftAs(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func move(t *testing.T, from, to string) {
	t.Helper()
	var err error
	switch {
	case from == "":
	case to == "":
		err = os.RemoveAll(from)
	default:
		err = os.Rename(from, to)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestOrphans(t *testing.T) {
	one, copied := Leftover{Dir: "stacks/bb", Stack: "bb"}, Leftover{Dir: "stacks/zz", Stack: "aa", IsCopy: true}
	orphans, copies := Orphans([]Leftover{copied, one})
	if diff := cmp.Diff([][]Leftover{{one}, {copied}}, [][]Leftover{orphans, copies}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A spec beside its folder counts once; one that is named twice is left to be an error.
func TestNamed(t *testing.T) {
	inFolder(t, map[string]string{"specs/aa.yaml": named("aa"), "specs/bb.yml": named("bb"), "notes.txt": ""})
	for names, want := range map[string]string{
		"specs":                       "specs/aa.yaml specs/bb.yml",
		"./specs/bb.yml specs":        "./specs/bb.yml specs/aa.yaml",
		"specs/aa.yaml specs/aa.yaml": "specs/aa.yaml specs/aa.yaml",
		"notes.txt":                   "notes.txt",
		"none.yaml":                   "none.yaml",
	} {
		got, err := (&Project{}).Named(strings.Fields(names))
		if err != nil || filepath.ToSlash(strings.Join(got, " ")) != want {
			t.Errorf("%s: %v, %v, want %s", names, got, err, want)
		}
	}
}
