package main

import (
	"os"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/docs"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/width"
	"github.com/sfngen/sfngen/spec"
)

// TestExplanationsFitATerminal: of a rule all parts are there, and only what is to be
// copied may be wider than the terminal.
func TestExplanationsFitATerminal(t *testing.T) {
	for _, r := range docs.Rules() {
		says(&r)
		text := explanation(r, 60, color.Painter(false))
		for line := range strings.Lines(text) {
			line = strings.TrimSuffix(line, "\n")
			copied := strings.Contains(r.Breaks+r.Mended, strings.TrimPrefix(line, "  ")) || line == r.Link || isQuoted(strings.TrimSpace(line))
			if width.Of(line) > 60 && !copied && strings.Contains(strings.TrimSpace(line), " ") {
				t.Errorf("%s: %d columns: %s", r.Name, width.Of(line), line)
			}
		}
		for _, want := range []string{r.Name + ": " + r.Severity, "This breaks it", "sfngen says:\n\n  ", r.Link} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: lacks %q:\n%s", r.Name, want, text)
			}
		}
		if strings.Contains(text, "`") && !strings.Contains(r.Breaks+r.Says, "`") {
			t.Errorf("%s: a mark of Markdown is left:\n%s", r.Name, text)
		}
	}
}

// isQuoted reports whether a line is a command in quotes, and nothing else.
func isQuoted(line string) bool {
	return strings.HasPrefix(line, "'") && strings.IndexByte(line[1:], '\'') == len(line)-2
}

// TestMendedCanBeCopied: with its indent, as it stands on the terminal, the spec is right.
func TestMendedCanBeCopied(t *testing.T) {
	for _, r := range docs.Rules() {
		if r.Mended == "" || r.Form != "" {
			continue
		}
		source := stack.Source{Name: "spec.yaml", Text: []byte(indented(r.Mended, 0))}
		source.Beside = func(path string) ([]byte, error) {
			return os.ReadFile("../../internal/gen/stack/testdata/edges/" + path)
		} // a ca.pem
		_, found := stack.LoadWith(source, nil)
		if left := spec.Open(found); len(left) > 0 {
			t.Errorf("%s: %v", r.Name, left)
		}
	}
}

func TestRuleListFits(t *testing.T) {
	for _, columns := range []int{120, 80, 40} {
		list := ruleList(columns, color.Painter(false))
		for line := range strings.Lines(list) {
			if got := width.Of(strings.TrimSuffix(line, "\n")); got > max(columns, 47) {
				t.Errorf("of %d columns a line takes %d: %s", columns, got, line)
			}
		}
		for _, r := range docs.Rules() {
			if !strings.Contains(list, r.Name) || !strings.Contains(list, r.Group) {
				t.Errorf("at %d columns the list lacks %s of %s", columns, r.Name, r.Group)
			}
		}
	}
}
