package review

import (
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// Text is the reviews for people: stacks with the same words together, those that do not
// change last, and of many of these the first ones.
func Text(reviews []Review, paint color.Painter) string {
	var folders [][]string
	var words, same []string
	head := ""
	for _, r := range reviews {
		if r.State == Same {
			same, head = append(same, printable.Line(r.Folder)), r.head()
			continue
		}
		said := printable.Line(r.head()) + "\n" + r.text(paint)
		i := slices.Index(words, said)
		if i < 0 {
			i = len(words)
			words, folders = append(words, said), append(folders, nil)
		}
		folders[i] = append(folders[i], printable.Line(r.Folder))
	}
	var out strings.Builder
	for i, said := range words {
		out.WriteString(paint.Paint(color.Bold, count.And(folders[i]...)) + ": " + said)
	}
	if len(same) > 0 {
		out.WriteString(paint.Paint(color.Bold, shortened(same)) + ": " + head + "\n")
	}
	return out.String()
}

// text is what follows the head: the dangers first, a line for each thing.
func (r Review) text(paint color.Painter) string {
	var out strings.Builder
	for _, d := range r.Dangers {
		out.WriteString("  " + paint.Paint(color.Red, "! "+string(d.Kind)+":") + " " + printable.Line(d.Text) + "\n")
	}
	for _, l := range r.lines() {
		out.WriteString("  " + printable.Line(l.plain()) + "\n")
	}
	return out.String()
}
