// Package printable makes text from outside safe to show: what AWS, an API, a log or
// a file says must not move a terminal's cursor, change its colours, reverse the
// direction of writing, hide a part of itself, or begin lines that look like sfngen's.
package printable

import (
	"io"
	"strings"
	"unicode"

	"github.com/sfngen/sfngen/internal/term/width"
)

// Line is the text in one line. A space replaces each character that is not seen:
// line ends, controls (C0 and C1), directions of writing, zero-width characters.
// U+FFFD replaces each byte that is not UTF-8. Letters of any script, combining marks
// and emoji stay.
func Line(text string) string { return clean(text, "", ' ') }

// Lines is the text with its line ends and tabs, for what may have several lines.
func Lines(text string) string { return clean(text, "\n\t", ' ') }

// Marked is the text in one line with its tabs. U+FFFD replaces what is not seen: it is
// for source lines, whose reader has to find that.
func Marked(text string) string { return clean(text, "\t", unicode.ReplacementChar) }

// Writer makes what is written to w safe. Each write must be of whole lines.
func Writer(w io.Writer) io.Writer { return safeWriter{w} }

type safeWriter struct{ to io.Writer }

func (w safeWriter) Write(lines []byte) (int, error) {
	_, err := io.WriteString(w.to, Lines(string(lines)))
	return len(lines), err
}

// Is reports whether the text is shown as it is, in one line.
func Is(text string) bool { return Line(text) == text }

// Cut shortens a text to a line of at most so many columns, and shows that it did.
func Cut(text string, columns int) string { return width.Cut(Line(text), columns) }

// clean replaces what is not seen by a mark, except for some characters.
func clean(text, except string, mark rune) string {
	if isPlain(text) {
		return text
	}
	var out strings.Builder
	previous := rune(0)
	for i, r := range text {
		switch {
		case strings.ContainsRune(except, r), isSeen(r), isJoiner(r) && joins(previous, text[i+len(string(r)):]):
			out.WriteRune(r)
		default:
			out.WriteRune(mark)
		}
		previous = r
	}
	return out.String()
}

// isPlain is the quick answer for most texts: printable ASCII.
func isPlain(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}
