package project

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// staged has all that is required in its environments alone.
const staged = "version: 1\nname: staged\nenvironments:\n  dev:\n    upstream: {url: 'https://api.example'}\n    retry: {maxAttempts: 2}\n"

func TestSpecs(t *testing.T) {
	tree := map[string]string{
		".git/": "", "orders.yaml": orders, "compose.yaml": compose, "notes.txt": "", "specs/b.yml": orders, "specs/a.yaml": orders,
		"specs/deep/c.yaml": orders, "apis/x.yaml": orders, "apis/compose.yaml": compose, "empty/readme.md": "", "work/": "",
	}
	for name, test := range map[string]struct{ file, want, wrong string }{
		"the usual places": {"", "../orders.yaml ../specs/a.yaml ../specs/b.yml", ""},
		"a folder":         {"specs: apis", "../apis/x.yaml", ""},
		"each once":        {"specs: [apis, apis/x.yaml, 'apis/*']", "../apis/x.yaml", ""},
		"patterns":         {"specs: ['*s/*.y*ml', 'spec?/deep']", "../apis/x.yaml ../specs/a.yaml ../specs/b.yml ../specs/deep/c.yaml", ""},
		"a named file":     {"specs: compose.yaml", "../compose.yaml", ""},
		"absent":           {"specs: [apis, none]", "", "../sfngen.yaml:1:15: specs: there is no file or folder ../none"},
		"an empty folder":  {"specs: [empty]", "", "../sfngen.yaml:1:9: specs: no specs in the folder ../empty"},
		"an empty pattern": {"specs: ['empty/*']", "", "../sfngen.yaml:1:9: specs: no specs that empty/* matches"},
		"one of two":       {"specs: [apis, empty]", "", "../sfngen.yaml:1:15: specs: no specs in the folder ../empty"},
		"a wrong pattern":  {"specs: ['a[']", "", "../sfngen.yaml:1:9: specs: a[ is no pattern: syntax error in pattern"},
	} {
		t.Run(name, func(t *testing.T) {
			inFolder(t, tree)
			put(t, "sfngen.yaml", test.file)
			t.Chdir("work")
			p, err := Find()
			if err != nil {
				t.Fatal(err)
			}
			found, err := p.Specs()
			wrong := ""
			if err != nil {
				wrong = err.Error()
			}
			got := []string{filepath.ToSlash(strings.Join(found, " ")), filepath.ToSlash(wrong)}
			if diff := cmp.Diff([]string{test.want, test.wrong}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// What is broken must not be left out: whoever checks the folder would not hear of it.
func TestInLeavesOutOnlyWhatIsNoSpec(t *testing.T) {
	inFolder(t, map[string]string{
		"whole.yaml": orders, "flow.yml": "{version: 1, name: orders, upstream: {url: 'https://api.example'}}",
		"broken.yaml": orders + "egress: [",
		"staged.yaml": staged, "staged-flow.yaml": "{name: a, environments: {dev: {upstream: {url: x}}}}\n",
		"staged-broken.yaml": staged + "  prod: [",
		"releases.yaml":      "name: a\nenvironments:\n  prod: {values: [upstream]} # upstream\n",
		"helm.yaml":          "environments:\n  dev: {upstream: x}\n",
		"nameless.yaml":      "upstream: {url: x}\nretry: {}\n", "windows.yaml": strings.ReplaceAll(orders, "\n", "\r\n"),
		"quoted.yaml": "\"name\": a\n\"upstream\": {}\n", "compose.yaml": compose, "nginx.yaml": "http:\n  upstream: x\n  name: y\n",
		"sfngen.yaml": "", "empty.yaml": "", "dir.yaml/x": "", "orders.json": orders,
	})
	found, err := In(".")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"broken.yaml", "flow.yml", "nameless.yaml", "quoted.yaml", "staged-broken.yaml", "staged-flow.yaml", "staged.yaml",
		"whole.yaml", "windows.yaml"}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
