// Package wrap breaks lines between words, so that they fit a terminal. Commands to
// copy and paste, and words that are longer than a line, stay whole.
package wrap

import (
	"strings"

	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/width"
)

// Line breaks one line so that it takes at most so many columns; 0 for any number.
// The lines that follow the first are indented: to the last column of the line's own
// layout (two blanks or more begin one) where that is in the left half, else a bit
// deeper than the line itself.
func Line(text string, columns int) []string {
	if columns <= 0 || width.Of(text) <= columns {
		return []string{text}
	}
	indent := len(text) - len(strings.TrimLeft(text, " "))
	if isCommand(text[indent:]) {
		return command(indent, text[indent:], columns)
	}
	if isJSON(text[indent:]) {
		return fill(members(text[indent:], indent), columns, indent+2)
	}
	words := split(text)
	if hang := lastColumn(words, columns/2); hang > 0 {
		return fill(words, columns, hang)
	}
	if i := firstColumn(words); i > 0 { // a label too wide to have anything beside it
		words[i].gap = indent + 2
		return append(fill(words[:i], columns, indent+2), fill(words[i:], columns, indent+2)...)
	}
	return fill(words, columns, indent+2)
}

// Words breaks a text so that every line takes at most so many columns, without an
// indent: for the cell of a table.
func Words(text string, columns int) []string {
	if columns <= 0 || width.Of(text) <= columns {
		return []string{text}
	}
	return fill(split(strings.TrimLeft(text, " ")), columns, 0)
}

// LongestWord is the width of the longest word, which no wrapping makes narrower.
func LongestWord(text string) int {
	longest := 0
	for _, w := range split(text) {
		longest = max(longest, width.Of(w.text))
	}
	return longest
}

// word is what is never broken, with the blanks before it.
type word struct {
	gap    int
	text   string
	column int // where it begins in the line as it was
}

// split finds the words of a line. A command in quotes is one word, and so is one
// from after a colon to the end of the line.
func split(text string) []word {
	var words []word
	column := 0
	for {
		rest := strings.TrimLeft(text, " ")
		if rest == "" {
			return words
		}
		w := word{gap: len(text) - len(rest), text: rest[:wordLength(rest, words)]}
		w.column = column + w.gap
		column = w.column + width.Of(w.text)
		words, text = append(words, w), rest[len(w.text):]
	}
}

func wordLength(text string, before []word) int {
	if n := quotedCommand(text); n > 0 {
		return n
	}
	if len(before) > 0 && strings.HasSuffix(before[len(before)-1].text, ":") && isCommand(text) {
		return len(text)
	}
	if end := strings.IndexByte(text, ' '); end >= 0 {
		return end
	}
	return len(text)
}

// lastColumn is where the last column of a layout begins, up to this limit; 0 if the
// line has no columns there.
func lastColumn(words []word, limit int) int {
	column := 0
	for i, w := range words {
		if i > 0 && w.gap >= 2 && w.column <= limit {
			column = w.column
		}
	}
	return column
}

// firstColumn is the first word that begins a column; 0 if none does.
func firstColumn(words []word) int {
	for i, w := range words {
		if i > 0 && w.gap >= 2 {
			return i
		}
	}
	return 0
}

// fill puts as many words into each line as fit. All but the first line are
// indented. A colour ends with its line, and goes on in the next one.
func fill(words []word, columns, hang int) []string {
	var lines []string
	line, used, open := "", 0, ""
	for i, w := range words {
		wide := width.Of(w.text)
		if i > 0 && used+w.gap+wide > columns {
			lines = append(lines, line+color.Close(open))
			used = min(hang, max(0, columns-wide)) // rather less of an indent than a line too wide
			line = strings.Repeat(" ", used) + open
			w.gap = 0
		}
		line += strings.Repeat(" ", w.gap) + w.text
		used += w.gap + wide
		open = color.Open(open, w.text)
	}
	return append(lines, line)
}
