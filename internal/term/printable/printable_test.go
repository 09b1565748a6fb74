package printable_test

import (
	"testing"

	"github.com/sfngen/sfngen/internal/term/printable"
)

func TestLines(t *testing.T) {
	for _, test := range []struct{ name, text, line, lines string }{
		{"words", "Größe 日本 ✓ é", "Größe 日本 ✓ é", "Größe 日本 ✓ é"},
		{"an escape sequence", "a\x1b[2Jb", "a [2Jb", "a [2Jb"},
		{"a sequence of one character (CSI)", "a\u009b2Jb", "a 2Jb", "a 2Jb"},
		{"a title", "a\x1b]0;x\x07b", "a ]0;x b", "a ]0;x b"},
		{"a line over the line", "fine\rgone", "fine gone", "fine gone"},
		{"deleted", "a\x7f\bb", "a  b", "a  b"},
		{"writing that turns", "a\u202eb\u2066c", "a b c", "a b c"},
		{"line ends of Unicode", "a\u2028b\u2029c\u0085d", "a b c d", "a b c d"},
		{"nothing to see", "a\u200bb\ufeffc", "a b c", "a b c"},
		{"lines", "a\n\tb", "a  b", "a\n\tb"},
		{"no UTF-8", "a\xffb", "a\ufffdb", "a\ufffdb"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := printable.Line(test.text); got != test.line {
				t.Errorf("in one line %q, want %q", got, test.line)
			}
			if got := printable.Lines(test.text); got != test.lines {
				t.Errorf("in lines %q, want %q", got, test.lines)
			}
			if got := printable.Is(test.text); got != (test.name == "words") {
				t.Errorf("shown as it is: %t", got)
			}
		})
	}
}

func TestCut(t *testing.T) {
	for text, want := range map[string]string{"": "", "äöü": "äöü", "äöüß": "äö…", "a\nb": "a b"} {
		if got := printable.Cut(text, 3); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
