package screen

import (
	"io"
	"os"
	"strconv"

	"golang.org/x/term"

	"github.com/sfngen/sfngen/internal/term/color"
)

// onScreen is a Screen, or a writer in front of one.
type onScreen interface{ Screen() *Screen }

// Screen is s itself.
func (s *Screen) Screen() *Screen { return s }

// Of is the screen behind a writer. A writer without one is like a file.
func Of(w io.Writer) *Screen {
	if s, ok := w.(onScreen); ok {
		return s.Screen()
	}
	return &Screen{out: w}
}

// IsTerminal reports whether a person is likely to read what is written to w.
func IsTerminal(w io.Writer) bool { return Of(w).terminal != nil }

// Painter paints where w wants colours.
func Painter(w io.Writer) color.Painter { return color.Painter(Of(w).color.Load()) }

// SetColor decides again whether w has colours.
func SetColor(w io.Writer, mode color.Mode) { Of(w).SetColor(mode) }

// Columns are those that a line on the terminal behind w may take; 0 if there is none.
func Columns(w io.Writer) int { return Of(w).columns() }

// Flush shows what was written to w and has no end yet.
func Flush(w io.Writer) error { return Of(w).Flush() }

// Verbatim is w for lines that must stay whole and have no colours: JSON, an API's
// answer, a script. They are made safe like others.
func Verbatim(w io.Writer) io.Writer { return as{Of(w), kind{whole: true, outside: true}} }

// LaidOut is w for lines that fit already.
func LaidOut(w io.Writer) io.Writer { return as{Of(w), kind{whole: true}} }

// as writes lines of one kind.
type as struct {
	*Screen
	kind kind
}

func (w as) Write(p []byte) (int, error) { return w.write(p, w.kind) }

const (
	usualColumns = 80 // of a terminal that does not say its width
	leastColumns = 20 // less is a mistake
)

// columns are those that a line may take: the last one stays free, since some
// terminals begin the next line after it.
func (s *Screen) columns() int {
	if s.terminal == nil {
		return 0
	}
	return s.width() - 1
}

// width is what COLUMNS says, else what the terminal itself does.
func (s *Screen) width() int {
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n >= leastColumns {
		return n
	}
	if n, _, err := term.GetSize(int(s.terminal.Fd())); err == nil && n >= leastColumns {
		return n
	}
	return usualColumns
}

// CanType reports whether a person may be typing what is read from in.
func CanType(in io.Reader) bool {
	file, ok := in.(*os.File)
	return ok && isTerminal(file)
}

func isTerminal(file *os.File) bool { return term.IsTerminal(int(file.Fd())) }
