package view

import (
	"strings"

	"github.com/sfngen/sfngen/internal/history/story"
	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/width"
	"github.com/sfngen/sfngen/internal/term/wrap"
)

// Style is how things are written.
type Style struct {
	// Width is how many columns a line may take; 0: any number.
	Width int
	Paint color.Painter
}

func (s Style) paint(o timeline.Outcome, text string) string {
	return s.Paint.Paint(story.Color(o), text)
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
		widths[i] = width.Of(head[i])
		for _, r := range rows {
			widths[i] = max(widths[i], width.Of(r.cells[i]))
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
	for i, columns := range widths {
		cell := r.cells[i]
		space := strings.Repeat(" ", columns-width.Of(cell))
		line.WriteString(s.colored(r, i, cell) + space + gutter)
		indent += columns + len(gutter)
	}
	for i, text := range r.last {
		for _, part := range wrap.Words(text, s.room(indent)) {
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
		if width.Of(strings.TrimSuffix(line, "\n")) > s.Width {
			return false
		}
	}
	return true
}

// leastRoom is what the last column has on the narrowest terminal.
const leastRoom = 20

// room is what an indent leaves of a line; 0 for any length.
func (s Style) room(indent int) int {
	if s.Width == 0 {
		return 0
	}
	return max(leastRoom, s.Width-indent)
}

// cut leaves of a text what has room in one line after an indent.
func (s Style) cut(text string, indent int) string {
	if room := s.room(indent); room > 0 {
		return width.Cut(text, room)
	}
	return text
}
