package findings_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/term/findings"
	"github.com/sfngen/sfngen/spec"
)

// attempts is a finding with everything in it.
func attempts() spec.Finding {
	return spec.Finding{
		File: "spec.yaml", Position: spec.Position{Line: 14, Column: 16}, Severity: spec.Error, Path: "retry.maxAttempts",
		Message: "must be between 1 and 50, got 0", Rule: "retry-max-attempts", Source: "  maxAttempts: 0",
	}
}

func TestText(t *testing.T) {
	tests := []struct {
		name  string
		style findings.Style
		f     func(*spec.Finding)
		want  string
	}{
		{"one line", findings.Style{}, func(*spec.Finding) {},
			"spec.yaml:14:16: error: retry.maxAttempts: must be between 1 and 50, got 0 [retry-max-attempts]\n"},
		{"a hint", findings.Style{}, func(f *spec.Finding) { f.Hint = "write 1" },
			"spec.yaml:14:16: error: retry.maxAttempts: must be between 1 and 50, got 0; write 1 [retry-max-attempts]\n"},
		{"source and caret", findings.Style{Source: true}, func(*spec.Finding) {},
			"spec.yaml:14:16: error: retry.maxAttempts: must be between 1 and 50, got 0 [retry-max-attempts]\n" +
				" 14 |   maxAttempts: 0\n" +
				"    |                ^\n"},
		{"about the whole file", findings.Style{Source: true},
			func(f *spec.Finding) { *f = spec.Finding{File: "a", Severity: "error", Message: "m", Rule: "r"} },
			"a: error: m [r]\n"},
		{"an error in colour", findings.Style{Source: true, Paint: true}, func(*spec.Finding) {},
			"\x1b[1mspec.yaml:14:16: \x1b[0m\x1b[1m\x1b[31merror: \x1b[0m\x1b[0mretry.maxAttempts: must be between 1 and 50, got 0\x1b[2m " +
				"[retry-max-attempts]\x1b[0m\n" +
				"\x1b[2m 14 | \x1b[0m  maxAttempts: 0\n" +
				"\x1b[2m    | \x1b[0m               \x1b[1m^\x1b[0m\n"},
		{"a warning in colour", findings.Style{Paint: true},
			func(f *spec.Finding) { *f = spec.Finding{File: "a", Severity: "warning", Message: "m", Rule: "r"} },
			"\x1b[1ma: \x1b[0m\x1b[1m\x1b[33mwarning: \x1b[0m\x1b[0mm\x1b[2m [r]\x1b[0m\n"},
		{"escape sequences are shown, not sent", findings.Style{}, func(f *spec.Finding) {
			*f = spec.Finding{File: "a\x1b[2J", Severity: "error", Message: "m\u202e", Rule: "r"}
		},
			"a\ufffd[2J: error: m\ufffd [r]\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			finding := attempts()
			test.f(&finding)
			var got strings.Builder
			if err := findings.Text(&got, []spec.Finding{finding}, test.style); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got.String()); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
}

// TestCaret shows the excerpt alone: the source line and what is under it.
func TestCaret(t *testing.T) {
	long := strings.Repeat("0123456789", 30)
	tests := []struct {
		name, source string
		column       int
		line, caret  string
	}{
		{"the first column", "name: x", 1, "name: x", "^"},
		{"behind the end", "name:", 6, "name:", "     ^"},
		{"far behind the end", "name:", 60, "name:", "     ^"},
		{"a tab stays one", "\tname:\tx", 8, "\tname:\tx", "\t     \t^"},
		{"wide characters take two columns", "語: 日x", 5, "語: 日x", "      ^"},
		{"a combining mark takes none", "e\u0301: x", 5, "e\u0301: x", "   ^"},
		{"control characters", "a\x1b[1m: x", 8, "a\ufffd[1m: x", "       ^"},
		{"a long line, at its beginning", long, 3, long[:99] + "…", "  ^"},
		{"in its middle", long, 151, "…" + long[111:209] + "…", strings.Repeat(" ", 40) + "^"},
		{"at its end", long, 300, "…" + long[201:], strings.Repeat(" ", 99) + "^"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			finding := spec.Finding{File: "a", Position: spec.Position{Line: 1, Column: test.column}, Severity: spec.Error, Source: test.source}
			var text strings.Builder
			if err := findings.Text(&text, []spec.Finding{finding}, findings.Style{Source: true}); err != nil {
				t.Fatal(err)
			}
			_, got, _ := strings.Cut(text.String(), "\n")
			if diff := cmp.Diff(" 1 | "+test.line+"\n   | "+test.caret+"\n", got); diff != "" {
				t.Errorf("excerpt (-want +got):\n%s", diff)
			}
		})
	}
}

func TestJSON(t *testing.T) {
	finding := attempts()
	finding.Hint = "a <hint> & more"
	var got strings.Builder
	if err := findings.JSON(&got, []spec.Finding{finding}); err != nil {
		t.Fatal(err)
	}
	want := `[
  {
    "file": "spec.yaml",
    "position": {
      "line": 14,
      "column": 16
    },
    "severity": "error",
    "path": "retry.maxAttempts",
    "message": "must be between 1 and 50, got 0",
    "hint": "a <hint> & more",
    "rule": "retry-max-attempts",
    "link": "https://github.com/sfngen/sfngen/blob/main/docs/rules.md#retry-max-attempts"
  }
]
`
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
}

func TestJSONWithoutFindings(t *testing.T) {
	var got strings.Builder
	if err := findings.JSON(&got, nil); err != nil {
		t.Fatal(err)
	}
	if got.String() != "[]\n" {
		t.Errorf("got %q, want an empty list", got.String())
	}
}

func TestGitHub(t *testing.T) {
	odd := spec.Finding{File: "a,b:c%.yaml", Severity: spec.Warning, Message: "100%\r\nof it: a, b", Hint: "h", Rule: "odd"}
	var got strings.Builder
	if err := findings.GitHub(&got, []spec.Finding{attempts(), odd}); err != nil {
		t.Fatal(err)
	}
	want := "::error file=spec.yaml,line=14,col=16,title=retry-max-attempts::retry.maxAttempts: must be between 1 and 50, got 0%0A" +
		"'sfngen explain retry-max-attempts' says why, with an example\n" +
		"::warning file=a%2Cb%3Ac%25.yaml,title=odd::100%25%0D%0Aof it: a, b; h%0A'sfngen explain odd' says why, with an example\n"
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("commands (-want +got):\n%s", diff)
	}
}

// TestIgnored: what a comment silences is left out, but for JSON.
func TestIgnored(t *testing.T) {
	ignored := attempts()
	ignored.Severity, ignored.Ignored = spec.Warning, &spec.Ignored{Reason: "why", Position: spec.Position{Line: 14, Column: 20}}
	list := []spec.Finding{ignored}
	var text, github, program strings.Builder
	err := errors.Join(findings.Text(&text, list, findings.Style{}), findings.GitHub(&github, list), findings.JSON(&program, list))
	if err != nil {
		t.Fatal(err)
	}
	if text.String()+github.String() != "" {
		t.Errorf("text %q, GitHub %q: got it, want nothing", text.String(), github.String())
	}
	if !strings.Contains(program.String(), `"reason": "why"`) {
		t.Errorf("JSON lacks the reason:\n%s", program.String())
	}
}

// fullDisk refuses every write.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

var errFull = errors.New("no space left on device")

func TestWriteErrors(t *testing.T) {
	list := []spec.Finding{attempts()}
	for name, err := range map[string]error{
		"text":   findings.Text(fullDisk{}, list, findings.Style{}),
		"json":   findings.JSON(fullDisk{}, list),
		"github": findings.GitHub(fullDisk{}, list),
	} {
		if !errors.Is(err, errFull) {
			t.Errorf("%s: got %v, want the writer's error", name, err)
		}
	}
}
