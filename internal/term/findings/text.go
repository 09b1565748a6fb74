package findings

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/sfngen/sfngen/spec"
)

// Style says how findings look as text.
type Style struct {
	Source bool // the source line follows, with a caret under the position
	Color  bool // ANSI colours: for a terminal without NO_COLOR
}

// Text writes one line for each finding, in the form of spec.Finding.String.
func Text(w io.Writer, findings []spec.Finding, style Style) error {
	for _, f := range findings {
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

// The colours of a terminal (ECMA-48 SGR): a line is read by its severity, its
// place comes second.
const (
	bold   = "\x1b[1m"
	red    = "\x1b[31m"
	yellow = "\x1b[33m"
	faint  = "\x1b[2m"
	reset  = "\x1b[0m"
)

func (s Style) paint(color, text string) string {
	if !s.Color || text == "" {
		return text
	}
	return color + text + reset
}

func (s Style) line(f spec.Finding) string {
	line := printable(f.String())
	if !s.Color {
		return line
	}
	color := red
	if f.Severity == spec.Warning {
		color = yellow
	}
	severity := string(f.Severity) + ": "
	place, rest, _ := strings.Cut(line, severity)
	text, rule := rest, ""
	if i := strings.LastIndex(rest, " ["); i >= 0 {
		text, rule = rest[:i], rest[i:]
	}
	return s.paint(bold, place) + s.paint(bold+color, severity) + text + s.paint(faint, rule)
}

// excerpt is the source line behind its number, and a caret under the position.
func (s Style) excerpt(f spec.Finding) string {
	shown, caret := window([]rune(printable(f.Source)), f.Position.Column-1)
	gutter := fmt.Sprintf(" %d | ", f.Position.Line)
	empty := strings.Repeat(" ", len(gutter)-2) + "| "
	return s.paint(faint, gutter) + string(shown) + "\n" +
		s.paint(faint, empty) + indent(shown[:caret]) + s.paint(bold, "^") + "\n"
}

// A source line of more characters is shown in part, with so many before the
// position: enough to know the place, and one line on a usual terminal.
const (
	widest = 100
	before = 40
)

// window cuts a long line around a position, and gives the position in what is
// left.
func window(line []rune, column int) ([]rune, int) {
	column = min(max(column, 0), len(line))
	if len(line) <= widest {
		return line, column
	}
	from := min(max(column-before, 0), len(line)-widest)
	shown := append([]rune(nil), line[from:from+widest]...)
	if from > 0 {
		shown[0] = '…'
	}
	if from+widest < len(line) {
		shown[widest-1] = '…'
	}
	return shown, column - from
}

// indent is blank text as wide as line: a tab stays a tab, so that it ends where
// the line's own does.
func indent(line []rune) string {
	var blank strings.Builder
	for _, r := range line {
		switch {
		case r == '\t':
			blank.WriteByte('\t')
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case isWide(r):
			blank.WriteString("  ")
		default:
			blank.WriteByte(' ')
		}
	}
	return blank.String()
}

// wide are the blocks whose characters take two columns (Unicode UAX #11, W and
// F), coarsely: a caret that is one off in a rare script is still a caret.
var wide = [][2]rune{
	{0x1100, 0x115f}, {0x2e80, 0xa4cf}, {0xac00, 0xd7a3}, {0xf900, 0xfaff}, {0xfe30, 0xfe4f},
	{0xff00, 0xff60}, {0xffe0, 0xffe6}, {0x1f300, 0x1faff}, {0x20000, 0x3fffd},
}

func isWide(r rune) bool {
	for _, block := range wide {
		if block[0] <= r && r <= block[1] {
			return true
		}
	}
	return false
}

// printable replaces what would act on a terminal instead of being shown: a
// spec may come from anyone.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r != '\t' && (unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Bidi_Control, r)) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}
