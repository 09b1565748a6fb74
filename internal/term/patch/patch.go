// Package patch shows a unified diff on a terminal. For a program, which applies it,
// a diff must stay what it is.
package patch

import (
	"strings"

	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/internal/term/wrap"
)

// Show makes a diff safe, gives its lines their colours, and breaks those that are
// wider than so many columns: what follows keeps the line's sign.
func Show(diff string, columns int, paint color.Painter) string {
	var text strings.Builder
	inHunk := false
	for line := range strings.Lines(diff) {
		line = printable.Marked(strings.TrimSuffix(line, "\n"))
		inHunk = strings.HasPrefix(line, "@@") || inHunk && !strings.HasPrefix(line, "diff ")
		for _, part := range split(line, columns, inHunk) {
			text.WriteString(paint.Paint(colorOf(line, inHunk), part) + "\n")
		}
	}
	return text.String()
}

func split(line string, columns int, inHunk bool) []string {
	if !inHunk || line == "" || strings.HasPrefix(line, "@@") {
		return []string{line} // names of files, which are whole or nothing
	}
	parts := wrap.Line(line[1:], max(0, columns-1))
	for i := range parts {
		parts[i] = line[:1] + parts[i]
	}
	return parts
}

func colorOf(line string, inHunk bool) color.Color {
	switch {
	case !inHunk:
		return color.Bold
	case strings.HasPrefix(line, "@@"):
		return color.Cyan
	case strings.HasPrefix(line, "-"):
		return color.Red
	case strings.HasPrefix(line, "+"):
		return color.Green
	}
	return ""
}
