package color_test

import (
	"testing"

	"github.com/sfngen/sfngen/internal/term/color"
)

func TestPaint(t *testing.T) {
	for _, test := range []struct {
		paint color.Painter
		color color.Color
		text  string
		want  string
	}{
		{true, color.Red, "no", "\x1b[31mno\x1b[0m"},
		{false, color.Red, "no", "no"},
		{true, "", "no", "no"},
		{true, color.Red, "", ""},
	} {
		if got := test.paint.Paint(test.color, test.text); got != test.want {
			t.Errorf("%v: %q", test, got)
		}
	}
}

// What passes to a terminal is ours to the byte.
func TestOnlyOurSequencesAreColours(t *testing.T) {
	for text, want := range map[string]int{
		"\x1b[31mred": 5, "\x1b[0m": 4, "\x1b[2J": 0, "\x1b[8mhidden": 0, "\x1b[31;5m": 0, "\x1b[31": 0, "31m": 0, "": 0, "\x1b]0;m": 0,
	} {
		if got := color.Prefix(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
	if got := color.Strip("a\x1b[31mb\x1b[0m\x1b[2Jc"); got != "ab\x1b[2Jc" {
		t.Errorf("stripped %q", got)
	}
}

func TestOpen(t *testing.T) {
	for text, want := range map[string]string{
		"plain": "", "\x1b[1m\x1b[31mred": "\x1b[1m\x1b[31m", "\x1b[31mred\x1b[0m": "", "\x1b[0m\x1b[2mfaint": "\x1b[2m",
	} {
		if got := color.Open("", text); got != want {
			t.Errorf("%q leaves %q open, want %q", text, got, want)
		}
	}
}

func TestWanted(t *testing.T) {
	for _, test := range []struct {
		name     string
		mode     color.Mode
		terminal bool
		env      map[string]string
		want     bool
	}{
		{"a terminal", color.Auto, true, nil, true},
		{"a file", color.Auto, false, nil, false},
		{"NO_COLOR", color.Auto, true, map[string]string{"NO_COLOR": "1"}, false},
		{"NO_COLOR without a value", color.Auto, true, map[string]string{"NO_COLOR": ""}, true},
		{"NO_COLOR before CLICOLOR_FORCE", color.Auto, true, map[string]string{"NO_COLOR": "1", "CLICOLOR_FORCE": "1"}, false},
		{"CLICOLOR_FORCE", color.Auto, false, map[string]string{"CLICOLOR_FORCE": "1"}, true},
		{"CLICOLOR_FORCE of 0", color.Auto, false, map[string]string{"CLICOLOR_FORCE": "0"}, false},
		{"CLICOLOR of 0", color.Auto, true, map[string]string{"CLICOLOR": "0"}, false},
		{"a dumb terminal", color.Auto, true, map[string]string{"TERM": "dumb"}, false},
		{"always", color.Always, false, map[string]string{"NO_COLOR": "1", "TERM": "dumb"}, true},
		{"never", color.Never, true, map[string]string{"CLICOLOR_FORCE": "1"}, false},
	} {
		getenv := func(name string) string { return test.env[name] }
		if got := test.mode.Wanted(test.terminal, getenv); got != test.want {
			t.Errorf("%s: %t", test.name, got)
		}
	}
}

func TestParseMode(t *testing.T) {
	if m, err := color.ParseMode("always"); err != nil || m != color.Always {
		t.Errorf("%q, %v", m, err)
	}
	if _, err := color.ParseMode("yes"); err == nil || err.Error() != `must be auto, always or never, got "yes"` {
		t.Error(err)
	}
}
