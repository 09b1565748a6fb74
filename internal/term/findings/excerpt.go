package findings

import (
	"strings"

	"github.com/sfngen/sfngen/internal/term/width"
)

// A source line that takes more columns is shown in part, with so many of it before
// the position: enough to know the place, and one line on a usual terminal.
const (
	widest = 100
	before = 40
)

// window cuts a line to so many columns around a character of it, and gives that
// one's place in the rest.
func window(line []rune, at, most int) (shown []rune, place int) {
	at = min(max(at, 0), len(line))
	if columns(line) <= most {
		return line, at
	}
	from := at
	for from > 0 && (columns(line[from-1:at]) <= min(before, most/2) || columns(line[from-1:]) <= most) {
		from--
	}
	to := from
	for to < len(line) && columns(line[from:to+1]) <= most {
		to++
	}
	shown = append([]rune(nil), line[from:to]...)
	if from > 0 {
		shown[0] = '…'
	}
	if to < len(line) {
		shown[len(shown)-1] = '…'
	}
	return shown, at - from
}

func columns(line []rune) int { return width.Of(string(line)) }

// blank is empty text as wide as the line: a tab stays a tab, so that it ends where
// the line's own does.
func blank(line []rune) string {
	parts := strings.Split(string(line), "\t")
	for i, part := range parts {
		parts[i] = strings.Repeat(" ", width.Of(part))
	}
	return strings.Join(parts, "\t")
}
