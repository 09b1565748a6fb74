package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The pages whose console blocks are run. A block is a session: lines that begin
// with "$ " are commands, what follows is their output, "…" alone stands for any
// lines. The sessions of a page share a folder that holds the examples.
var pages = []string{"README.md", "docs/*.md", "CONTRIBUTING.md"}

var consoleBlock = regexp.MustCompile("(?ms)^```console\n(.*?)^```$")

func TestPagesShowWhatHappens(t *testing.T) {
	for _, name := range pageNames(t) {
		t.Run(filepath.Base(name), func(t *testing.T) {
			newPage(t, name).show(t, func(session string) bool { return !onAWS.MatchString(session) })
		})
	}
}

// onAWS are the sessions that need AWS. Their commands are run against moto, by
// .ci/run.
var onAWS = regexp.MustCompile(`(?m)^\$ sfngen (package|deploy|status|destroy|invoke|probe|trace) `)

func pageNames(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, pattern := range pages {
		names, _ := filepath.Glob(filepath.Join("..", "..", pattern))
		if len(names) == 0 {
			t.Errorf("no page %s", pattern)
		}
		for _, name := range names {
			name, err := filepath.Abs(name)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, name)
		}
	}
	return all
}

// show runs the sessions that are wanted and holds the page against them.
func (p *page) show(t *testing.T, wanted func(session string) bool) {
	t.Helper()
	text, err := os.ReadFile(p.name)
	if err != nil {
		t.Fatal(err)
	}
	examples, err := filepath.Abs("../../examples")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if err := os.CopyFS("examples", os.DirFS(examples)); err != nil {
		t.Fatal(err)
	}
	writeFiles(t, string(text))
	got := consoleBlock.ReplaceAllStringFunc(string(text), func(block string) string {
		body := consoleBlock.FindStringSubmatch(block)[1]
		if !wanted(body) {
			return block
		}
		return "```console\n" + p.session(t, body) + "```"
	})
	if os.Getenv("SFNGEN_UPDATE") == "1" {
		if err := os.WriteFile(p.name, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	} else if diff := cmp.Diff(string(text), got); diff != "" {
		t.Errorf("the page shows something else than what happens (-page +happens):\n%s", diff)
	}
}

var fileBlock = regexp.MustCompile("(?ms)^```(?:yaml|sh)\n# ([a-z-]+\\.yaml|\\.sfngen\\.env)\n(.*?)^```$")

// writeFiles puts the blocks that begin with a file's name into the folder: specs, and
// the values of their credentials, which others may not read.
func writeFiles(t *testing.T, page string) {
	t.Helper()
	for _, match := range fileBlock.FindAllStringSubmatch(page, -1) {
		write(t, match[1], "# "+match[1]+"\n"+match[2])
		if strings.HasPrefix(match[1], ".") {
			if err := os.Chmod(match[1], 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// session runs a block's commands and gives the block as it should be.
func (p *page) session(t *testing.T, body string) string {
	t.Helper()
	var out strings.Builder
	for _, part := range regexp.MustCompile(`(?m)^\$ `).Split(body, -1)[1:] {
		command, shown, _ := strings.Cut(part, "\n")
		out.WriteString("$ " + command + "\n")
		happened := p.runLine(t, command)
		switch {
		case matches(shown, happened), runsHere.MatchString(command) && matches(timeless(shown), timeless(happened)):
			happened = shown
		case strings.Contains(shown, "…\n"): // what a person has shortened, a person has to mend
			t.Errorf("%s shows\n%s\nbut what happens is\n%s", command, shown, happened)
			happened = shown
		}
		out.WriteString(happened)
	}
	return out.String()
}

// runLine runs one line of a session: sfngen, by either of its names, with
// patterns of file names expanded; in the background when it ends in "&"; or sed.
func (p *page) runLine(t *testing.T, line string) string {
	t.Helper()
	command, _, _ := strings.Cut(line, " #")
	rest, ok := strings.CutPrefix(command, "sfngen ")
	if !ok {
		rest, ok = strings.CutPrefix(command, "go run ./cmd/sfngen ")
	}
	switch {
	case strings.HasPrefix(command, "sed "): // how a page changes a spec
		if out, err := exec.Command("sed", words(command)[1:]...).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", line, err, out)
		}
		return ""
	case !ok:
		t.Errorf("a console block may only run sfngen, or sed, not %q", line)
		return ""
	}
	var args []string
	for _, word := range words(rest) {
		if names, _ := filepath.Glob(word); len(names) > 0 {
			args = append(args, names...)
		} else {
			args = append(args, p.actual(word))
		}
	}
	if args[len(args)-1] == "&" {
		return p.background(t, args[:len(args)-1])
	}
	var seen safeBuffer // a terminal shows both in the order in which they are written
	Run(args, strings.NewReader(""), &seen, &seen)
	return p.shown(strings.ReplaceAll(seen.String(), "\r\n", "\n"))
}

// words splits a line as a shell does, as far as pages need it: single quotes.
func words(line string) []string {
	var list []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			list = append(list, part)
		} else {
			list = append(list, strings.Fields(part)...)
		}
	}
	return list
}

// matches compares with what is shown, in which "…" stands for any lines.
func matches(shown, happened string) bool {
	var pattern strings.Builder
	for _, line := range strings.SplitAfter(shown, "\n") {
		if strings.TrimSpace(line) == "…" {
			pattern.WriteString(`(?:.*\n)*?`)
		} else {
			pattern.WriteString(regexp.QuoteMeta(line))
		}
	}
	return regexp.MustCompile(`\A` + pattern.String() + `\z`).MatchString(happened)
}

var shellBlock = regexp.MustCompile("(?ms)^```sh\n(.*?)^```$")

// What a page tells to type in a shell is in .ci/run, which runs it.
func TestShellCommandsAreRunByCI(t *testing.T) {
	ci, err := os.ReadFile("../../.ci/run")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"../../README.md", "../../CONTRIBUTING.md"} {
		page, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range shellBlock.FindAllStringSubmatch(string(page), -1) {
			for _, line := range strings.Split(strings.TrimSpace(block[1]), "\n") {
				command, _, _ := strings.Cut(line, " #")
				command = strings.TrimSpace(command)
				if command != "bash .ci/run" && !strings.Contains(string(ci), command) {
					t.Errorf("%s: nothing in .ci/run runs %q", filepath.Base(name), command)
				}
			}
		}
	}
}
