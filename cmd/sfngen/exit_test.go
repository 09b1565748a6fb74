package main

import (
	"bytes"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// run runs the program in this process, in the current folder.
func run(args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = Run(args, strings.NewReader(""), &out, &err)
	return code, out.String(), err.String()
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

// CI reads the exit status: 0 fine, 1 findings or differences, 2 wrong use or trouble.
func TestExitStatus(t *testing.T) {
	t.Chdir(t.TempDir())
	right := "version: 1\nname: right\nupstream: {url: 'https://api.example'}\nretry: {maxAttempts: 1}\n"
	write(t, "right.yaml", right)
	write(t, "wrong.yaml", strings.Replace(right, "maxAttempts: 1", "maxAttempts: 99", 1))
	write(t, "warned.yaml", right+"triggers: {functionUrl: {auth: none}}\n")
	write(t, "file", "")
	tests := []struct {
		args string
		want int
	}{
		{"validate right.yaml", 0},
		{"validate warned.yaml", 0},
		{"validate --strict warned.yaml", 1},
		{"validate wrong.yaml", 1},
		{"validate right.yaml wrong.yaml", 1},
		{"validate missing.yaml", 2},
		{"validate", 2},
		{"plan right.yaml", 0},
		{"plan wrong.yaml", 1},
		{"diff right.yaml", 1},
		{"build wrong.yaml", 1},
		{"build --strict warned.yaml", 1},
		{"build -o file right.yaml", 2},
		{"build right.yaml", 0},
		{"diff right.yaml", 0},
		{"diff wrong.yaml", 2},
		{"diff missing.yaml", 2},
		{"diff -o file right.yaml", 2},
		{"init right", 2},
		{"schema", 0},
		{"version", 0},
		{"nonsense", 2},
		{"build --nonsense right.yaml", 2},
	}
	for _, test := range tests {
		if code, out, err := run(strings.Fields(test.args)...); code != test.want {
			t.Errorf("sfngen %s: exit status %d, want %d\n%s%s", test.args, code, test.want, out, err)
		}
	}
	write(t, "stacks/right/template.yaml", "changed by hand")
	if code, _, err := run("build", "right.yaml"); code != 2 {
		t.Errorf("build over a change by hand: exit status %d, want 2\n%s", code, err)
	}
}

// Every command helps itself to an example, and results go to stdout alone.
func TestHelpEndsInAnExample(t *testing.T) {
	for _, c := range newRoot().Commands() {
		if c.Name() != "completion" && c.Name() != "help" && !strings.Contains(c.Example, "sfngen "+c.Name()) {
			t.Errorf("%s has no example of its own: %q", c.Name(), c.Example)
		}
		if c.Short == "" || strings.HasSuffix(c.Short, ".") {
			t.Errorf("%s: short help %q", c.Name(), c.Short)
		}
	}
}

// A new command says which arguments it takes (cobra lets all pass), and is in the
// README's list.
func TestEachCommandIsWhole(t *testing.T) {
	page, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(page), "\n## The commands\n")
	list, _, _ = strings.Cut(list, "\n## ")
	for _, c := range newRoot().Commands() {
		if c.Name() == "help" {
			continue
		}
		if c.Args == nil && c.Name() != "completion" {
			t.Errorf("%s takes any argument: set Args", c.Name())
		}
		if !regexp.MustCompile("(?m)^\\| .*`(sfngen )?" + c.Name() + "\\b").MatchString(list) {
			t.Errorf("README.md does not list sfngen %s", c.Name())
		}
	}
}

// What STACK is stands in the same words in every help, so that who knows one
// command knows all. Only what compiles needs a folder.
func TestHelpSaysWhatAStackIs(t *testing.T) {
	for _, c := range newRoot().Commands() {
		want := stackIsDeployed
		switch {
		case !strings.Contains(c.Use, " STACK"):
			continue
		case c.Name() == "package", c.Name() == "deploy":
			want = stackIsFolder
		}
		if strings.Count(c.Long, want) != 1 || strings.Count(c.Long, "STACK is ") != strings.Count(c.Long, "STACK is a spec")+1 {
			t.Errorf("%s --help lacks %q, or says it twice:\n%s", c.Name(), want, c.Long)
		}
	}
}

// A reader that goes away (sfngen schema | head -1) is not told that all is well.
func TestOutputThatCannotBeWritten(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "right.yaml", "version: 1\nname: right\nupstream: {url: 'https://api.example'}\nretry: {maxAttempts: 1}\n")
	reader, writer := io.Pipe()
	reader.Close()
	for _, args := range [][]string{{"schema"}, {"version"}, {"build", "right.yaml"}, {"plan", "right.yaml"}, {"graph", "right.yaml"},
		{"init", "other"}} {
		var err bytes.Buffer
		if code := Run(args, strings.NewReader(""), writer, &err); code != 2 {
			t.Errorf("%v: exit status %d, want 2", args, code)
		}
	}
}

// A file without an end is not read to its end, and no size is said that it has not.
func TestEndlessInput(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "huge.yaml", "")
	if err := os.Truncate("huge.yaml", 30_000_000); err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{"-": "<stdin>", "huge.yaml": "huge.yaml"} {
		var out, err bytes.Buffer
		code := Run([]string{"validate", name}, endless{}, &out, &err)
		want := file + ": error: the file has more than 16 MiB, a spec may have 1048576 (1 MiB) [file-too-large]\n"
		if diff := cmp.Diff(want, out.String()); code != 1 || diff != "" {
			t.Errorf("exit status %d, %s (-want +got):\n%s", code, err.String(), diff)
		}
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }
