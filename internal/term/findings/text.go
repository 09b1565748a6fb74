package findings

import (
	"fmt"
	"io"
	"strings"

	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/spec"
)

// Style says how findings look as text.
type Style struct {
	Source  bool // the source line follows, with a caret under the position
	Columns int  // of the terminal, for the source line; 0: there is none
	Paint   color.Painter
}

// Text writes one line for each finding, in the form of spec.Finding.String. Those
// that the spec ignores are left out.
func Text(w io.Writer, findings []spec.Finding, style Style) error {
	for _, f := range spec.Open(findings) {
		text := style.line(f) + "\n"
		if style.Source && f.Position.Line > 0 && f.Source != "" {
			text += style.excerpt(f)
		}
		if _, err := io.WriteString(w, text); err != nil {
			return err
		}
	}
	return nil
}

// line gives severity and place more weight than the rule: a reader looks for them
// first.
func (s Style) line(f spec.Finding) string {
	line := printable.Marked(f.String())
	tone := color.Red
	if f.Severity == spec.Warning {
		tone = color.Yellow
	}
	severity := string(f.Severity) + ": "
	place, rest, _ := strings.Cut(line, severity)
	text, rule := rest, ""
	if i := strings.LastIndex(rest, " ["); i >= 0 {
		text, rule = rest[:i], rest[i:]
	}
	return s.Paint.Paint(color.Bold, place) + s.Paint.Paint(color.Bold, s.Paint.Paint(tone, severity)) + text +
		s.Paint.Paint(color.Faint, rule)
}

// excerpt is the source line behind its number, and a caret under the position.
func (s Style) excerpt(f spec.Finding) string {
	gutter := fmt.Sprintf(" %d | ", f.Position.Line)
	most := widest
	if s.Columns > 0 {
		most = min(most, s.Columns-len(gutter))
	}
	shown, caret := window([]rune(printable.Marked(f.Source)), f.Position.Column-1, most)
	empty := strings.Repeat(" ", len(gutter)-2) + "| "
	return s.Paint.Paint(color.Faint, gutter) + string(shown) + "\n" +
		s.Paint.Paint(color.Faint, empty) + blank(shown[:caret]) + s.Paint.Paint(color.Bold, "^") + "\n"
}
