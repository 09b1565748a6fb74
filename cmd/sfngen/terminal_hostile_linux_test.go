package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// hostileText is what a file, a name or an answer may hold to act on a terminal: it
// sets the clipboard, clears the screen, hides text and reverses it.
const hostileText = "\x1b]52;c;cm0=\x07\x1b[2J\x1b[8mevil\x1b[31mred\u009b1A\u202eback\u2066\u200b"

// ours are the only sequences that may reach a terminal.
var ours = regexp.MustCompile(`\x1b\[(?:0|1|2|31|32|33|36)m|\r\x1b\[2K`)

// TestNothingHostileReachesTheTerminal, whatever command shows it.
func TestNothingHostileReachesTheTerminal(t *testing.T) {
	inFolder(t)
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte("answer " + hostileText))
	}))
	t.Cleanup(api.Close)
	if code, _, stderr := run("build", "orders.yaml"); code != 0 {
		t.Fatal(stderr)
	}
	appendTo(t, "stacks/orders/README.md", hostileText+"\n")
	write(t, "stacks/orders/cmd/egress/"+strings.ReplaceAll(hostileText, "/", "")+".go", "package main")
	write(t, "bad.yaml", strings.Replace(runSpec, "GET, POST", `"`+hostileText+`"`, 1))
	_, record, _ := run("run", "orders.yaml", "GET", "/", "--json", "--upstream", api.URL)
	write(t, "record.json", record)
	for _, args := range [][]string{
		{"diff", "orders.yaml"}, {"diff", "orders.yaml", "--color", "never"}, {"build", "orders.yaml"}, {"build", "orders.yaml", "--force"},
		{"package", "orders"}, {"validate", "bad.yaml"}, {"validate", "bad.yaml", "--format", "json"}, {"validate", hostileText}, {"trace",
			"record.json"},
		{"trace", "record.json", "--json"}, {"run", "orders.yaml", "GET", "/" + hostileText, "--upstream", api.URL}, {hostileText}, {"build",
			"--" + hostileText},
		{"run", "orders.yaml", "GET", "/", "--upstream", api.URL, "--logs", "-i"}, {"run", "orders.yaml", "GET", "/", "--upstream", api.URL,
			"--json"},
		{"invoke", hostileText, "GET", "/"},
	} {
		_, shown := onTerminal(t, 80, args...)
		rest := ours.ReplaceAllString(shown, "")
		if i := strings.IndexAny(rest, "\x1b\x07\r\u009b\u202e\u2066\u200b"); i >= 0 {
			t.Errorf("%q: %q reaches the terminal", args, rest[max(0, i-40):min(len(rest), i+40)])
		}
		if strings.Contains(shown, "\x1b[31mred") {
			t.Errorf("%q: a colour from outside reaches the terminal", args)
		}
	}
}

func appendTo(t *testing.T, name, text string) {
	t.Helper()
	before, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	write(t, name, string(before)+text)
}

// A diff in a file stays what patch(1) needs.
func TestADiffInAFileIsExact(t *testing.T) {
	inFolder(t)
	if code, _, stderr := run("build", "orders.yaml"); code != 0 {
		t.Fatal(stderr)
	}
	appendTo(t, "stacks/orders/README.md", hostileText+"\r\n")
	if _, diff, _ := run("diff", "orders.yaml"); !strings.Contains(diff, "-"+hostileText+"\r\n") {
		t.Errorf("%q", diff)
	}
}

// A binary body stays off the terminal; the status and the headers that -i asks for
// do not.
func TestTheHeadersOfABinaryBodyAreShown(t *testing.T) {
	inFolder(t)
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/x-test")
		_, _ = w.Write([]byte("\x00\xff"))
	}))
	t.Cleanup(api.Close)
	for include, want := range map[string]bool{"--include": true, "--include=false": false} {
		_, shown := onTerminal(t, 80, "run", "orders.yaml", "GET", "/", "--upstream", api.URL, include)
		got := strings.Contains(shown, "HTTP/1.1 200 OK\n") && strings.Contains(shown, "Content-Type: image/x-test\n")
		if got != want || !strings.Contains(shown, "the body is binary (2 bytes)") || strings.ContainsFunc(shown, isNotText) {
			t.Errorf("%s: %q", include, shown)
		}
	}
}

// isNotText reports a character that no terminal should get: NUL, or a byte that is not UTF-8.
func isNotText(r rune) bool { return r == 0 || r == utf8.RuneError }
