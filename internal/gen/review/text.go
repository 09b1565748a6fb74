package review

import (
	"strings"

	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// Text is the review for people: the dangers first, a line for each thing.
func (r Review) Text(paint color.Painter) string {
	var out strings.Builder
	out.WriteString(paint.Paint(color.Bold, printable.Line(r.Folder)) + ": " + printable.Line(r.head()) + "\n")
	for _, d := range r.Dangers {
		out.WriteString("  " + paint.Paint(color.Red, "! "+string(d.Kind)+":") + " " + printable.Line(d.Text) + "\n")
	}
	for _, l := range r.lines() {
		out.WriteString("  " + printable.Line(l.plain()) + "\n")
	}
	return out.String()
}
