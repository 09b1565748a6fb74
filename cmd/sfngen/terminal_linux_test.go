package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/sfngen/sfngen/internal/fakeaws"
	"github.com/sfngen/sfngen/internal/fakeaws/s3"
	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/screen"
	"github.com/sfngen/sfngen/internal/term/width"
)

// onTerminal runs the program on a terminal of so many columns, and gives what that
// gets.
func onTerminal(t *testing.T, columns int, args ...string) (status int, shown string) {
	t.Helper()
	t.Setenv("COLUMNS", "") // the terminal's own width counts
	return shownOn(t, columns, args...)
}

func shownOn(t *testing.T, columns int, args ...string) (status int, shown string) {
	t.Helper()
	t.Setenv("TERM", "xterm")
	master, terminal := openTerminal(t, columns)
	read := make(chan string)
	go func() {
		text, _ := io.ReadAll(master) // it ends with EIO, as terminals do
		read <- string(text)
	}()
	status = Run(args, strings.NewReader(""), terminal, terminal)
	terminal.Close()
	return status, strings.ReplaceAll(<-read, "\r\n", "\n")
}

// openTerminal opens a pair of pseudo-terminals (pty(7)).
func openTerminal(t *testing.T, columns int) (master, terminal *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("no pseudo-terminals here: ", err)
	}
	t.Cleanup(func() { master.Close() })
	fd := int(master.Fd())
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 50, Col: uint16(columns)})
	}
	if err != nil {
		t.Fatal(err)
	}
	terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { terminal.Close() })
	return master, terminal
}

// readable checks that no line is wider than the terminal, unless it is a command or
// a single word, and that no word is broken: each is one of the plain output.
func readable(t *testing.T, what string, columns int, shown, plain string) {
	t.Helper()
	words := map[string]bool{}
	for _, word := range strings.Fields(plain) {
		words[word] = true
	}
	for line := range strings.Lines(shown) {
		line = color.Strip(strings.TrimSuffix(line, "\n"))
		if n := width.Of(line); n > columns && len(strings.Fields(line)) > 1 && !isCommandLine(line) {
			t.Errorf("%s: %d columns where there are %d: %q", what, n, columns, line)
		}
		for _, word := range strings.Fields(line) {
			if !words[word] && !strings.ContainsAny(word, "…^|") {
				t.Errorf("%s: %q in %d columns is no word of the plain output", what, word, columns)
			}
		}
	}
}

func isCommandLine(line string) bool {
	for _, program := range []string{"sfngen ", "curl ", "aws ", "diff "} {
		if strings.HasPrefix(strings.TrimLeft(line, " '`("), program) {
			return true
		}
	}
	return false
}

// helps are the arguments that show each help that there is.
func helps() [][]string {
	all := [][]string{{"--help"}}
	for _, c := range newRoot().Commands() {
		all = append(all, []string{c.Name(), "--help"})
		if c.Name() == "completion" {
			continue
		}
		for _, sub := range c.Commands() {
			all = append(all, []string{c.Name(), sub.Name(), "--help"})
		}
	}
	return all
}

func TestHelpIsReadable(t *testing.T) {
	for _, args := range helps() {
		_, plain, _ := run(args...)
		for _, columns := range []int{40, 80, 120} {
			status, shown := onTerminal(t, columns, args...)
			if status != exitFine || shown == "" {
				t.Errorf("%v: exit status %d, %q", args, status, shown)
			}
			if args[0] != "completion" { // cobra's text, with a script in it
				readable(t, strings.Join(args, " "), columns, shown, plain)
			}
		}
	}
}

// At 80 columns, the usual width, even commands of a help fit a line.
func TestExamplesFitAUsualTerminal(t *testing.T) {
	for _, args := range helps() {
		if _, plain, _ := run(args...); args[0] != "completion" {
			_, shown := onTerminal(t, 80, args...)
			for line := range strings.Lines(shown) {
				if n := width.Of(strings.TrimSuffix(line, "\n")); n > 80 {
					t.Errorf("%v: %d columns: %q of\n%s", args, n, line, plain)
				}
			}
		}
	}
}

func TestOutputIsReadable(t *testing.T) {
	inFolder(t)
	url, _ := upstream(t, 429, 503, 200)
	wrong := strings.ReplaceAll(runSpec, "1h", "1 hour, as long as it takes until the API has forgotten what it was asked for")
	write(t, "wrong.yaml", wrong)
	if code, _, stderr := run("build", "orders.yaml"); code != 0 {
		t.Fatal(stderr)
	}
	page := strings.Repeat("some words of a page that has long lines ", 9)
	if err := os.WriteFile("stacks/orders/README.md", []byte(page), 0o666); err != nil {
		t.Fatal(err)
	}
	_, record, _ := run("run", "orders.yaml", "GET", "/", "--json", "--fast", "--upstream", url)
	write(t, "record.json", record)
	for _, args := range [][]string{
		{"plan", "orders.yaml"}, {"validate", "orders.yaml", "wrong.yaml"}, {"trace", "record.json"}, {"build", "orders.yaml"},
		{"build", "wrong.yaml"},
		{"validate", "missing.yaml"}, {"deploy", "orders"}, {"nonsense"}, {"run", "orders.yaml", "GET"},
		{"invoke", "no/where", "GET", "/"}, {"version"},
		{"diff", "orders.yaml"},
	} {
		_, out, messages := run(args...)
		plain := out + messages + runSpec + wrong + " 1 2 3 4 5 then " // source lines, their numbers, and a word of narrow tables
		for _, columns := range []int{40, 80} {
			_, shown := onTerminal(t, columns, args...)
			if args[0] == "diff" { // the sign is repeated
				shown, plain = unsigned(shown), unsigned(plain)
			}
			readable(t, strings.Join(args, " "), columns, shown, plain)
		}
	}
}

// What is wrong with a file of values is a sentence, and no command to copy.
func TestWarningsOfValuesAreReadable(t *testing.T) {
	inFolder(t)
	write(t, "keyed.yaml", "version: 1\nname: keyed\nupstream:\n  url: https://api.acme.example\n"+
		"  credentials: {headers: {x-key: {secret: prod/acme}}}\nretry: {maxAttempts: 2}\n")
	write(t, ".sfngen.env", "other=sk_live_1\n")
	for _, git := range [][]string{{"init", "-q"}, {"add", "-f", ".sfngen.env"}} {
		if out, err := exec.Command("git", git...).CombinedOutput(); err != nil {
			t.Skipf("no git here: %v %s", err, out)
		}
		for _, args := range [][]string{{"credentials", "check", "keyed.yaml"}, {"run", "keyed.yaml", "GET", "/"}} {
			_, out, messages := run(args...)
			if !strings.Contains(messages, "warning: .sfngen.env is ") {
				t.Errorf("no warning in %q", messages)
			}
			for _, columns := range []int{40, 80} {
				_, shown := onTerminal(t, columns, args...)
				readable(t, strings.Join(args, " "), columns, shown, out+messages)
			}
		}
	}
}

// COLUMNS is for terminals that do not know their width, or lie.
func TestColumnsOverrideTheTerminal(t *testing.T) {
	_, plain, _ := run("deploy", "--help")
	for columns, want := range map[string]int{"40": 40, "120": 120, "0": 80, "wide": 80} {
		t.Setenv("COLUMNS", columns)
		_, shown := shownOn(t, 80, "deploy", "--help")
		readable(t, "COLUMNS="+columns, want, shown, plain)
		widest := 0
		for line := range strings.Lines(shown) {
			widest = max(widest, width.Of(strings.TrimSuffix(line, "\n")))
		}
		if widest < want*3/4 {
			t.Errorf("COLUMNS=%s: the widest line has %d columns", columns, widest)
		}
	}
}

func unsigned(diff string) string {
	var lines []string
	for line := range strings.Lines(color.Strip(diff)) {
		lines = append(lines, strings.TrimLeft(line, "+-"))
	}
	return strings.Join(lines, "")
}

// TestColourOfEachCommand: there is some on a terminal, and none where that is said.
func TestColourOfEachCommand(t *testing.T) {
	inFolder(t)
	url, _ := upstream(t, 200)
	_, record, _ := run("run", "orders.yaml", "GET", "/", "--json", "--upstream", url)
	write(t, "record.json", record)
	write(t, "wrong.yaml", strings.Replace(runSpec, "maxAttempts: 3", "maxAttempts: 99", 1))
	commands := map[string][]string{
		"diff": {"diff", "orders.yaml"}, "plan": {"plan", "orders.yaml"}, "validate": {"validate", "wrong.yaml"},
		"trace": {"trace", "record.json"},
		"run":   {"run", "orders.yaml", "GET", "/", "--upstream", url},
	}
	for _, name := range slices.Sorted(maps.Keys(commands)) {
		args := commands[name]
		colored := func(env string, more ...string) bool {
			t.Setenv("NO_COLOR", env)
			_, shown := onTerminal(t, 80, append(args, more...)...)
			return strings.Contains(shown, "\x1b[3")
		}
		if !colored("") {
			t.Errorf("%s has no colour", name)
		}
		if colored("1") || colored("", "--color", "never") {
			t.Errorf("%s has colour in spite of NO_COLOR or --color never", name)
		}
		if !colored("1", "--color", "always") {
			t.Errorf("%s has no colour in spite of --color always", name)
		}
		if _, out, messages := run(args...); strings.Contains(out+messages, "\x1b") {
			t.Errorf("%s has colour in a file", name)
		}
	}
}

// A deployment from its beginning to its end, on a usual terminal.
func TestADeploymentIsReadable(t *testing.T) {
	withStubGo(t)
	_, buckets := inRegion(t)
	buckets.Add("zips", s3.Bucket{Owner: fakeaws.Account, Region: fakeaws.Region})
	for _, args := range [][]string{
		{"deploy", "orders", "--yes", "--bucket", "zips"}, {"status", "orders"}, {"deploy", "orders", "--yes"}, {"destroy", "orders", "--yes"},
	} {
		status, shown := onTerminal(t, 80, args...)
		if status != exitFine {
			t.Errorf("%v: exit status %d", args, status)
		}
		t.Log(shown)
		for line := range strings.SplitSeq(strings.ReplaceAll(shown, screen.EraseLine, "\n"), "\n") {
			if n := width.Of(line); n > 80 && len(strings.Fields(line)) > 1 && !isCommandLine(line) {
				t.Errorf("%v: %d columns: %q", args, n, line)
			}
		}
	}
}
