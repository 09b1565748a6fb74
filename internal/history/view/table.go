package view

import (
	"strings"
	"unicode/utf8"

	"github.com/sfngen/sfngen/internal/history/story"
	"github.com/sfngen/sfngen/internal/history/timeline"
)

// Style is how things are written.
type Style struct {
	// Width is how many columns a line may take; 0: any number.
	Width int
	Color bool
}

func (s Style) paint(o timeline.Outcome, text string) string {
	if !s.Color {
		return text
	}
	return story.Paint(o, text)
}

// gutter is between columns.
const gutter = "  "

// row has a cell for each column; those of the last may go over several lines.
type row struct {
	cells   []string
	last    []string // lines
	outcome timeline.Outcome
	painted int // the column that has its colour
	// below are lines of their own, from the last but one column on.
	below []string
}

// table writes rows below each other. The cells keep their length, the last
// column is broken at blanks to fit.
func (s Style) table(head []string, rows []row) string {
	widths := make([]int, len(head)-1)
	for i := range widths {
		widths[i] = utf8.RuneCountInString(head[i])
		for _, r := range rows {
			widths[i] = max(widths[i], utf8.RuneCountInString(r.cells[i]))
		}
	}
	var b strings.Builder
	s.write(&b, row{cells: head[:len(head)-1], last: head[len(head)-1:], painted: -1}, widths)
	for _, r := range rows {
		s.write(&b, r, widths)
	}
	return b.String()
}

func (s Style) write(b *strings.Builder, r row, widths []int) {
	var line strings.Builder
	indent := 0
	for i, width := range widths {
		cell := r.cells[i]
		space := strings.Repeat(" ", width-utf8.RuneCountInString(cell))
		line.WriteString(s.colored(r, i, cell) + space + gutter)
		indent += width + len(gutter)
	}
	for i, text := range r.last {
		for _, part := range wrap(text, s.room(indent)) {
			if i == 0 {
				part = s.colored(r, len(widths), part) // the first is the result
			}
			b.WriteString(strings.TrimRight(line.String()+part, " ") + "\n")
			line.Reset()
			line.WriteString(strings.Repeat(" ", indent))
		}
	}
	for _, text := range r.below {
		b.WriteString(strings.Repeat(" ", indent-widths[len(widths)-1]-len(gutter)) + text + "\n")
	}
}

func (s Style) colored(r row, column int, text string) string {
	if column != r.painted {
		return text
	}
	return s.paint(r.outcome, text)
}

// fits reports whether every line has room. It is for text without colours.
func (s Style) fits(text string) bool {
	if s.Width == 0 {
		return true
	}
	for line := range strings.Lines(text) {
		if utf8.RuneCountInString(line) > s.Width { // with its end, for the column that stays free
			return false
		}
	}
	return true
}

// leastRoom is what the last column has on the narrowest terminal.
const leastRoom = 20

// room is what an indent leaves of a line; 0 for any length. The last column of
// the terminal stays free, since some break after it.
func (s Style) room(indent int) int {
	if s.Width == 0 {
		return 0
	}
	return max(leastRoom, s.Width-1-indent)
}

// cut leaves of a text what has room in one line after an indent.
func (s Style) cut(text string, indent int) string {
	room := s.room(indent)
	if runes := []rune(text); room > 0 && len(runes) > room {
		return string(runes[:room-1]) + "…"
	}
	return text
}

// wrap breaks a text at blanks, and inside a word only when that is longer than a
// line.
func wrap(text string, width int) []string {
	if width == 0 || utf8.RuneCountInString(text) <= width {
		return []string{text}
	}
	var lines []string
	var current []rune
	for _, word := range strings.Fields(text) {
		w := []rune(word)
		if len(current) > 0 && len(current)+1+len(w) > width {
			lines, current = append(lines, string(current)), nil
		}
		if len(current) > 0 {
			current = append(current, ' ')
		}
		for current = append(current, w...); len(current) > width; current = current[width:] {
			lines = append(lines, string(current[:width]))
		}
	}
	return append(lines, string(current))
}
