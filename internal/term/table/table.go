// Package table lays out tables: in columns where they fit, with cells over several
// lines where that makes them fit, else row by row below each other.
package table

import (
	"strings"

	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/width"
	"github.com/sfngen/sfngen/internal/term/wrap"
)

// Table is a head and rows of as many cells. Cells may have colours.
type Table struct {
	Head []string
	Rows [][]string
	Gap  int // columns between cells; 0: 2
}

// Text is the table for a terminal of so many columns; 0 for any number.
func (t Table) Text(columns int, paint color.Painter) string {
	widths, fits := t.widths(columns)
	if !fits {
		return t.stacked(columns, paint)
	}
	var text strings.Builder
	head := make([]string, len(t.Head))
	for i, cell := range t.Head {
		head[i] = paint.Paint(color.Bold, cell)
	}
	t.write(&text, head, widths)
	for _, row := range t.Rows {
		t.write(&text, row, widths)
	}
	return text.String()
}

func (t Table) gap() int {
	if t.Gap == 0 {
		return 2
	}
	return t.Gap
}

// widths are those of the columns. The widest ones shrink until the table fits, none
// below its longest word; false if that does not make it fit.
func (t Table) widths(columns int) ([]int, bool) {
	widths, least := make([]int, len(t.Head)), make([]int, len(t.Head))
	total := t.gap() * (len(t.Head) - 1)
	for i := range t.Head {
		for _, row := range append([][]string{t.Head}, t.Rows...) {
			widths[i] = max(widths[i], width.Of(row[i]))
			least[i] = max(least[i], wrap.LongestWord(row[i]))
		}
		total += widths[i]
	}
	for columns > 0 && total > columns {
		widest := -1
		for i, w := range widths {
			if w > least[i] && (widest < 0 || w > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return nil, false
		}
		widths[widest]--
		total--
	}
	return widths, true
}

// write writes one row, over as many lines as its longest cell needs.
func (t Table) write(text *strings.Builder, row []string, widths []int) {
	cells, height := make([][]string, len(row)), 0
	for i, cell := range row {
		cells[i] = wrap.Words(cell, widths[i])
		height = max(height, len(cells[i]))
	}
	for n := range height {
		line := ""
		for i, lines := range cells {
			cell := ""
			if n < len(lines) {
				cell = lines[n]
			}
			line += width.Pad(cell, widths[i]+t.gap())
		}
		text.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

// stacked writes each row as a block with a line for each cell, named by its head.
func (t Table) stacked(columns int, paint color.Painter) string {
	label := 0
	for _, head := range t.Head {
		label = max(label, width.Of(head))
	}
	var blocks []string
	for _, row := range t.Rows {
		block := ""
		for i, cell := range row {
			if cell == "" {
				continue
			}
			head := width.Pad(paint.Paint(color.Bold, t.Head[i]), label+2)
			block += strings.Join(wrap.Line(head+cell, columns), "\n") + "\n"
		}
		blocks = append(blocks, block)
	}
	return strings.Join(blocks, "\n")
}
