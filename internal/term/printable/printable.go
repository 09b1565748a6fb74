// Package printable makes texts of others safe to show: what AWS, a log or a
// header says must not move a terminal's cursor, change its colours, turn the
// writing or begin lines that look like sfngen's own.
package printable

import (
	"strings"
	"unicode"
)

// Line is the text in one line: a space stands for each character that is not
// seen (Unicode categories C and Z: controls, line ends, directions of writing),
// and U+FFFD for each byte that is no UTF-8.
func Line(text string) string { return strings.Map(orSpace, text) }

// Lines is the text with its line ends and tabs, for what may have several lines.
func Lines(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return r
		}
		return orSpace(r)
	}, text)
}

// Is reports whether the text is shown as it is, in one line.
func Is(text string) bool { return Line(text) == text }

func orSpace(r rune) rune {
	if unicode.IsPrint(r) {
		return r
	}
	return ' '
}

// Cut shortens a text to a line of at most so many characters, and shows that it did.
func Cut(text string, most int) string {
	text = Line(text)
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most-1]) + "…"
}
