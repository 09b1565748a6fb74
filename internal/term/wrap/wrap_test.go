package wrap_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/wrap"
)

func TestLine(t *testing.T) {
	paint := color.Painter(true)
	for _, test := range []struct {
		name, text string
		columns    int
		want       string
	}{
		{"no terminal", "as long as it likes to be", 0, "as long as it likes to be"},
		{"it fits", "it fits", 7, "it fits"},
		{"between words", "one two three four", 10, "one two\n  three\n  four"},
		{"an indent", "    one two three", 10, "    one\n      two\n     three"},
		{"a word that is too long stays whole", "see https://example.com/a/b/c now", 12, "see\nhttps://example.com/a/b/c\n  now"},
		{"below the last column", "10:00  egress 1  failed for a reason", 26, "10:00  egress 1  failed\n       for a reason"},
		{"no room beside a label", "      --stack-name name   the name of the stack", 30,
			"      --stack-name name\n        the name of the stack"},
		{"a command", "  sfngen deploy acme-orders --no-execute", 20, "  sfngen deploy acme-orders --no-execute"},
		{"a command and what it does", "  sfngen deploy acme   # for a second person", 24, "  # for a second person\n  sfngen deploy acme"},
		{"a command in quotes", "run 'sfngen trace acme-orders', then think again", 20, "run\n'sfngen trace acme-orders',\n  then think again"},
		{"a command after a colon", "then: sfngen build acme-orders.yaml -o x", 20, "then:\nsfngen build acme-orders.yaml -o x"},
		{"an apostrophe is no quote", "the stack's own 'go' and more", 12, "the stack's\n  own 'go'\n  and more"},
		{"the name of the program is no command", "sfngen: it failed for some reason", 20, "sfngen: it failed\n  for some reason"},
		{"wide characters", "日本 日本 日本", 10, "日本 日本\n  日本"},
		{"a colour goes on in the next line", paint.Paint(color.Red, "one two three"), 8,
			paint.Paint(color.Red, "one two") + "\n  " + paint.Paint(color.Red, "three")},
		{"JSON, which stays JSON", `{"level":"INFO","reason":"a, b \" c","n":[1,2]}`, 24,
			"{\"level\":\"INFO\",\n  \"reason\":\"a, b \\\" c\",\n  \"n\":[1,2]}"},
		{"blanks", strings.Repeat(" ", 9), 4, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, strings.Join(wrap.Line(test.text, test.columns), "\n")); diff != "" {
				t.Errorf("in %d columns (-want +got):\n%s", test.columns, diff)
			}
		})
	}
}

func TestProse(t *testing.T) {
	const text = "A paragraph that was\nbroken elsewhere.\n\n  a list stays\n\nShort.\nLines.\n"
	for columns, want := range map[int]string{
		0:  text,
		40: text,
		18: "A paragraph that\nwas broken\nelsewhere.\n\n  a list stays\n\nShort.\nLines.\n",
	} {
		if diff := cmp.Diff(want, wrap.Prose(text, columns)); diff != "" {
			t.Errorf("in %d columns (-want +got):\n%s", columns, diff)
		}
	}
}

func TestTheLongestWord(t *testing.T) {
	if got := wrap.LongestWord("see 'sfngen plan' or 日本語"); got != 13 {
		t.Errorf("got %d, want the command's 13", got)
	}
}

// Whatever the text, wrapping only moves blanks and the comment of a command: no
// character is lost, none is added.
func FuzzLine(f *testing.F) {
	f.Add("a b  c", 3)
	f.Add("  sfngen y  # z", 9)
	f.Add("x: sfngen y 'go z'", 9)
	f.Add(`{"a":1,"b":"c d"}`, 5)
	f.Fuzz(func(t *testing.T, text string, columns int) {
		if strings.ContainsAny(text, "\n\x1b") {
			t.Skip("the lines of a screen have neither")
		}
		lines := wrap.Line(text, columns)
		if got, want := seen(strings.Join(lines, "")), seen(text); got != want {
			t.Errorf("%q in %d columns became %q", text, columns, lines)
		}
	})
}

// seen are the characters of a text except blanks, in order of their code points.
func seen(text string) string {
	runes := []rune(strings.ReplaceAll(text, " ", ""))
	slices.Sort(runes)
	return string(runes)
}
