package project

import (
	"fmt"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/stack"
)

// One folder in each state, and one spec of each kind.
func TestList(t *testing.T) {
	inFolder(t, map[string]string{"aa.yaml": named("aa"), "bb.yaml": named("bb"), "cc.yaml": named("cc"), "gone.txt": named("gone"),
		"dd.yaml": named("dd"), "dd2.yaml": named("dd"), "ee.yaml": staged, "ff.yaml": named("ff") + "other: 1\n",
		"gg.yaml": "name: gg\nupstream: [\n",
		"hh.yaml": named("hh")})
	built(t, "aa.yaml", "bb.yaml", "gone.txt", "hh.yaml")
	put(t, "stacks/bb/template.yaml", "changed")
	if err := os.Remove("stacks/hh/plan.json"); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir("stacks/hh/plan.json", 0o777); err != nil {
		t.Fatal(err)
	}
	var sources []stack.Source
	for _, file := range []string{"aa.yaml", "bb.yaml", "cc.yaml", "dd.yaml", "dd2.yaml", "ee.yaml", "ff.yaml", "gg.yaml", "hh.yaml"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, stack.Source{Name: file, Text: text})
	}
	p := &Project{File: FileName, Dir: "."}
	for environment, want := range map[string][]string{
		"": {"aa  same 0", "bb  differs 1", "cc  not built 0", "dd  spec has errors 0", "dd  spec has errors 0", "staged-dev dev not built 0",
			"ff  spec has errors 0", "-  spec has errors 0", "hh  cannot be read 0"},
		"dev": {"staged-dev dev not built 0", "-  spec has errors 0"},
	} {
		var environments []string
		if environment != "" {
			environments = []string{environment}
		}
		list, err := p.List(nil, sources, "stacks", environments)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range list {
			got = append(got, fmt.Sprintf("%s %s %s %d", l.Stack, l.Environment, l.State, l.Files))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", environment, diff)
		}
	}
	// Where each spec can be read, it is known what none gives.
	if err := os.Remove("gg.yaml"); err != nil {
		t.Fatal(err)
	}
	list, err := p.List(nil, nil, "stacks", nil)
	if last := len(list) - 1; err != nil || last < 0 || list[last].Stack != "gone" || list[last].State != NoSpec || list[last].Spec != "" {
		t.Errorf("%+v, %v", list, err)
	}
}
