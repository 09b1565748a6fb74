// Package color has the colours of the terminal: which there are, how a text gets
// one, and when colours are wanted at all.
package color

import (
	"fmt"
	"strings"
)

// Color is one of the colours and weights that sfngen uses (ECMA-48, SGR). No
// other sequence reaches a terminal: screen takes out what is not listed here.
type Color string

const (
	Bold   Color = "1"
	Faint  Color = "2"
	Red    Color = "31"
	Green  Color = "32"
	Yellow Color = "33"
	Cyan   Color = "36"

	reset Color = "0"
)

func (c Color) sequence() string { return "\x1b[" + string(c) + "m" }

// Painter gives texts their colours, or leaves them as they are.
type Painter bool

// Paint gives the text this colour. "" is no colour.
func (p Painter) Paint(c Color, text string) string {
	if !p || c == "" || text == "" {
		return text
	}
	return c.sequence() + text + reset.sequence()
}

// Prefix is the length of the colour sequence that the text begins with; 0 if it
// begins with another text.
func Prefix(text string) int {
	if !strings.HasPrefix(text, "\x1b[") {
		return 0
	}
	end := strings.IndexByte(text, 'm')
	if end < 0 {
		return 0
	}
	switch Color(text[2:end]) {
	case Bold, Faint, Red, Green, Yellow, Cyan, reset:
		return end + 1
	}
	return 0
}

// Strip is the text without colours.
func Strip(text string) string {
	if strings.IndexByte(text, '\x1b') < 0 {
		return text
	}
	var plain strings.Builder
	for text != "" {
		if n := Prefix(text); n > 0 {
			text = text[n:]
			continue
		}
		plain.WriteByte(text[0])
		text = text[1:]
	}
	return plain.String()
}

// Open is what is still on at the end of a text: the sequences since the last reset.
// Before is what was on at its beginning.
func Open(before, text string) string {
	for text != "" {
		n := Prefix(text)
		switch {
		case n == 0:
			n = 1
		case text[:n] == reset.sequence():
			before = ""
		default:
			before += text[:n]
		}
		text = text[n:]
	}
	return before
}

// Close ends what is on.
func Close(open string) string {
	if open == "" {
		return ""
	}
	return reset.sequence()
}

// Mode says when colours are wanted.
type Mode string

const (
	Auto   Mode = "auto"
	Always Mode = "always"
	Never  Mode = "never"
)

// ParseMode reads the value of --color.
func ParseMode(text string) (Mode, error) {
	switch m := Mode(text); m {
	case Auto, Always, Never:
		return m, nil
	}
	return "", fmt.Errorf("must be auto, always or never, got %q", text)
}

// Wanted decides for one stream. Auto follows the usual environment variables:
// NO_COLOR (no-color.org), CLICOLOR_FORCE and CLICOLOR (bixense.com/clicolors), and
// TERM=dumb, a terminal that shows escape sequences as text.
func (m Mode) Wanted(terminal bool, getenv func(string) string) bool {
	force := getenv("CLICOLOR_FORCE")
	switch {
	case m == Always:
		return true
	case m == Never || getenv("NO_COLOR") != "":
		return false
	case force != "" && force != "0":
		return true
	}
	return terminal && getenv("TERM") != "dumb" && getenv("CLICOLOR") != "0"
}
