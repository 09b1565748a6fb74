package width_test

import (
	"testing"

	"github.com/sfngen/sfngen/internal/term/width"
)

func TestOf(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "abc": 3, "Größe": 5, "日本": 4, "e\u0301": 1, "👩‍💻": 2, "🇩🇪": 2, "❤️": 2, "\x1b[31mred\x1b[0m": 3, "a\tb": 9, "日本語日\tb": 17, "…": 1,
	} {
		if got := width.Of(text); got != want {
			t.Errorf("%q takes %d columns, want %d", text, got, want)
		}
	}
}

func TestCut(t *testing.T) {
	for _, test := range []struct {
		text string
		most int
		want string
	}{
		{"abcd", 4, "abcd"}, {"abcde", 4, "abc…"}, {"日本語", 5, "日本…"}, {"日本語", 4, "日…"}, {"e\u0301e\u0301e\u0301", 2, "e\u0301…"}, {"👩‍💻👩‍💻", 3,
			"👩‍💻…"}, {"ab", 1, "…"},
	} {
		if got := width.Cut(test.text, test.most); got != test.want {
			t.Errorf("%q in %d columns: %q, want %q", test.text, test.most, got, test.want)
		}
	}
}

func TestPad(t *testing.T) {
	for text, want := range map[string]string{"a": "a   ", "日": "日  ", "abcde": "abcde"} {
		if got := width.Pad(text, 4); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
