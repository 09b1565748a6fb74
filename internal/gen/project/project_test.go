package project

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/release"
)

// inFolder goes to a new folder with these files; one whose name ends with / is a folder.
func inFolder(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "/") {
			continue
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

const (
	orders  = "version: 1\nname: orders\nupstream: {url: 'https://api.example'}\nretry: {maxAttempts: 2}\n"
	compose = "name: orders\nservices:\n  web: {image: nginx}\n"
)

func TestFindLooksUpToTheRepositorysRoot(t *testing.T) {
	for name, test := range map[string]struct {
		files    map[string]string
		from     string
		want     string
		stacksIn string
	}{
		"here": {map[string]string{"sfngen.yaml": ""}, ".", "sfngen.yaml", "stacks"},
		"above": {map[string]string{".git/": "", "sfngen.yaml": "stacks: infra/out", "a/b/": ""}, "a/b", "../../sfngen.yaml",
			"../../infra/out"},
		"the nearest": {map[string]string{".git/": "", "sfngen.yaml": "", "a/sfngen.yaml": "", "a/b/": ""}, "a/b", "../sfngen.yaml",
			"../stacks"},
		"of a worktree":     {map[string]string{".git": "gitdir: x", "sfngen.yaml": "", "a/": ""}, "a", "../sfngen.yaml", "../stacks"},
		"beyond the root":   {map[string]string{"sfngen.yaml": "", "a/.git/": ""}, "a", "", "stacks"},
		"above, not in git": {map[string]string{"sfngen.yaml": "", "a/": ""}, "a", "", "stacks"},
		"none":              {map[string]string{".git/": "", "a/": ""}, "a", "", "stacks"},
	} {
		t.Run(name, func(t *testing.T) {
			inFolder(t, test.files)
			t.Chdir(test.from)
			p, err := Find()
			if err != nil {
				t.Fatal(err)
			}
			if filepath.ToSlash(p.File) != test.want || filepath.ToSlash(p.Stacks()) != test.stacksIn || p.Exists() != (test.want != "") {
				t.Errorf("got %q with stacks in %q, want %q and %q", p.File, p.Stacks(), test.want, test.stacksIn)
			}
		})
	}
}

func TestFieldsAreRead(t *testing.T) {
	p, err := parse("../sfngen.yaml", []byte("# comment\nsfngen: \">=0.4, <0.6\"\nspecs: [apis, 'more/*.yaml']\nstacks: infra/stacks\n"+
		"region: eu-central-1\nprofile: staging\nbucket: acme-artifacts\n"))
	if err != nil {
		t.Fatal(err)
	}
	got := []string{p.Release.String(), strings.Join(p.sources, " "), filepath.ToSlash(p.Stacks()), p.Region, p.Profile, p.Bucket}
	want := []string{">=0.4, <0.6", "apis more/*.yaml", "../infra/stacks", "eu-central-1", "staging", "acme-artifacts"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, text := range []string{"", "# only a comment\n", "---\n", "sfngen: 0.4\n", "specs: apis\n"} {
		if _, err := parse("sfngen.yaml", []byte(text)); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// Each mistake has its place, and all are said at once.
func TestMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"bukcet: x\n":          "sfngen.yaml:1:1: bukcet: unknown key; did you mean bucket?",
		"zzz: x\n":             "sfngen.yaml:1:1: zzz: unknown key; there are bucket, profile, region, sfngen, specs, stacks",
		"stacks: [a]\n":        "sfngen.yaml:1:9: stacks: must be a text",
		"stacks:\n":            "sfngen.yaml:1:8: stacks: is empty; give it a value, or leave the key out",
		"profile: true\n":      "sfngen.yaml:1:10: profile: must be a text, got true; write it in quotes",
		"profile: 123\n":       "sfngen.yaml:1:10: profile: must be a text, got the number 123; write it in quotes",
		"specs: [a, {b: c}]\n": "sfngen.yaml:1:12: specs[1]: must be a text",
		"specs: []\n":          "sfngen.yaml:1:8: specs: is empty: name files, folders or patterns, or leave the key out",
		"stacks: /infra\n": "sfngen.yaml:1:9: stacks: /infra is an absolute path, which only one machine has; write it from " +
			"the folder of sfngen.yaml",
		"specs: ~/specs\n": "sfngen.yaml:1:8: specs: ~/specs begins with ~, which only shells know; write a path from the " +
			"folder of sfngen.yaml",
		"region: Frankfurt\n": "sfngen.yaml:1:9: region: \"Frankfurt\" is no region, such as eu-central-1",
		"bucket: Acme\n": "sfngen.yaml:1:9: bucket: \"Acme\" is no name of an S3 bucket: 3 to 63 small letters, digits, " +
			"hyphens and dots",
		"sfngen: ^0.4\n": "sfngen.yaml:1:9: sfngen: is no range of versions: \"^0.4\"; write conditions as in \">=0.4, " +
			"<0.6\" or \"~> 0.4\"",
		"stacks: a\nstacks: b\n":      "sfngen.yaml:2:1: stacks: stands twice, first in line 1",
		"- a\n":                       "sfngen.yaml:1:1: a project file has keys and values, such as stacks: infra/stacks",
		"stacks: a\n---\nstacks: b\n": "sfngen.yaml:2:1: a second document begins here: a project file has one",
		"stacks: [a\n":                "sfngen.yaml:1: is not YAML: did not find expected ',' or ']'",
		"stacks: a: b\n":              "sfngen.yaml:1: is not YAML: mapping values are not allowed in this context",
		"\tstacks: a\n":               "sfngen.yaml:1: is not YAML: found character that cannot start any token",
		"stacks: a\nregion: 'x\n":     "sfngen.yaml:2: is not YAML: found unexpected end of stream",
		"stacks: a\nbucket: b: c\n":   "sfngen.yaml:2: is not YAML: mapping values are not allowed in this context",
		"stacks: a\nbucket: \x01\n":   "sfngen.yaml:2: is not YAML: control characters are not allowed",
		"stacks: a\nbucket: *b\n":     "sfngen.yaml:2: is not YAML: unknown anchor 'b' referenced",
		"stacks: \xff\n":              "sfngen.yaml: is not UTF-8",
		"profile: &p x\nstacks: *p\n": "sfngen.yaml:2:9: stacks: aliases are not for project files: write the text itself",
		"regoin: x\nbucket: [a]\n":    "sfngen.yaml:1:1: regoin: unknown key; did you mean region?\nsfngen.yaml:2:9: bucket: must be a text",
		"name: x\nupstream: {url: x}\n": "sfngen.yaml:1:1: name: unknown key; there are bucket, profile, region, sfngen, specs, " +
			"stacks\nsfngen.yaml:2:1: upstream: is a key of a spec, and sfngen.yaml is the file that says where specs and stacks are: give the " +
			"spec another name, such as acme-orders.yaml",
	} {
		_, err := parse("sfngen.yaml", []byte(text))
		if err == nil {
			t.Errorf("%q is read", text)
			continue
		}
		if diff := cmp.Diff(want, err.Error()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestPin(t *testing.T) {
	p, err := parse("sfngen.yaml", []byte("stacks: a\nsfngen: '>=0.4, <0.6'\n"))
	if err != nil {
		t.Fatal(err)
	}
	for version, want := range map[string]string{
		"v0.4.0": "", "v0.5.2+dirty": "", "v0.5.3-0.20261201170945-e05173f8a1b2": "", "(devel)": "",
		"v0.3.9": "sfngen.yaml:2:9: sfngen: the project is for sfngen >=0.4, <0.6, and this is v0.3.9: install one of those " +
			"(go install 'github.com/sfngen/sfngen/cmd/sfngen@<v0.6.0'), or change the range",
		"v0.6.1-0.20261201170945-e05173f8a1b2": "sfngen.yaml:2:9: sfngen: the project is for sfngen >=0.4, <0.6, and this is " +
			"v0.6.1-0.20261201170945-e05173f8a1b2, which counts as v0.6.0: install one of " +
			"those (go install 'github.com/sfngen/sfngen/cmd/sfngen@<v0.6.0'), or change the range",
	} {
		got := ""
		if err := p.Check(release.Build{Version: version}); err != nil {
			got = err.Error()
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", version, diff)
		}
		if note := p.Unchecked(release.Build{Version: version}); (note != "") != (version == "(devel)") {
			t.Errorf("%s: note %q", version, note)
		}
	}
}

func put(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
