package printable_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/term/printable"
)

func TestLines(t *testing.T) {
	for _, test := range []struct{ name, text, line, lines string }{
		{"words", "Größe 日本 ✓ é e\u0301", "Größe 日本 ✓ é e\u0301", "Größe 日本 ✓ é e\u0301"},
		{"words in emoji", "👩\u200d💻 ❤\ufe0f\u200d🔥 👍🏽 🇩🇪", "👩\u200d💻 ❤\ufe0f\u200d🔥 👍🏽 🇩🇪", "👩\u200d💻 ❤\ufe0f\u200d🔥 👍🏽 🇩🇪"},
		{"words of other scripts", "می\u200cخواهم क्\u200dष", "می\u200cخواهم क्\u200dष", "می\u200cخواهم क्\u200dष"},
		{"an escape sequence", "a\x1b[2Jb", "a [2Jb", "a [2Jb"},
		{"a sequence of one character (CSI)", "a\u009b2Jb", "a 2Jb", "a 2Jb"},
		{"a title", "a\x1b]0;x\x07b", "a ]0;x b", "a ]0;x b"},
		{"a line over the line", "fine\rgone", "fine gone", "fine gone"},
		{"deleted", "a\x7f\bb", "a  b", "a  b"},
		{"writing that turns", "a\u202eb\u2066c", "a b c", "a b c"},
		{"line ends of Unicode", "a\u2028b\u2029c\u0085d", "a b c d", "a b c d"},
		{"nothing to see", "a\u200bb\ufeffc", "a b c", "a b c"},
		{"lines", "a\n\tb", "a  b", "a\n\tb"},
		{"letters that show nothing", "a\u115fb\u3164c\u2800d\u034fe", "a b c d e", "a b c d e"},
		{"a joiner that hides", "pay\u200dpal\u200c.com", "pay pal .com", "pay pal .com"},
		{"tags", "a\U000e0041b", "a b", "a b"},
		{"no UTF-8", "a\xffb", "a\ufffdb", "a\ufffdb"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := printable.Line(test.text); got != test.line {
				t.Errorf("in one line %q, want %q", got, test.line)
			}
			if got := printable.Lines(test.text); got != test.lines {
				t.Errorf("in lines %q, want %q", got, test.lines)
			}
			if got := strings.NewReplacer("\ufffd", " ", "\t", " ").Replace(printable.Marked(test.text)); got != strings.ReplaceAll(test.line,
				"\ufffd", " ") {
				t.Errorf("marked %q, but in one line %q", got, test.line)
			}
			if got := printable.Is(test.text); got != strings.HasPrefix(test.name, "words") {
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

// JSON that is safe to show means what it meant.
func TestJSON(t *testing.T) {
	value := map[string]string{"a": "\x1b[2J\u009b\u202e\U000e0041 <日本> \u200b"}
	var out strings.Builder
	if err := printable.JSON(&out, value); err != nil {
		t.Fatal(err)
	}
	want := "{\n  \"a\": \"\\u001b[2J\\u009b\\u202e\\udb40\\udc41 <日本> \\u200b\"\n}\n"
	if out.String() != want {
		t.Errorf("got %q\nwant %q", out.String(), want)
	}
	var back map[string]string
	if err := json.Unmarshal([]byte(out.String()), &back); err != nil || back["a"] != value["a"] {
		t.Errorf("read back %q, %v", back, err)
	}
}
