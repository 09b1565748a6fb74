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

// of finds the screen behind a writer. A writer without one is like a file.
func of(w io.Writer) *Screen {
	if s, ok := w.(onScreen); ok && s.Screen() != nil {
		return s.Screen()
	}
	return &Screen{out: w}
}

// IsTerminal reports whether a person is likely to read what is written to w.
func IsTerminal(w io.Writer) bool { return of(w).terminal != nil }

// Painter paints where w wants colours.
func Painter(w io.Writer) color.Painter {
	s := of(w)
	s.mu.Lock()
	defer s.mu.Unlock()
	return color.Painter(s.color)
}

// Columns is the width of the terminal behind w; 0 if there is none.
func Columns(w io.Writer) int { return of(w).columns() }

// Flush shows what was written to w and has no end yet.
func Flush(w io.Writer) error { return of(w).Flush() }

// Verbatim is w for lines that must stay whole: JSON, an API's answer, a script.
// They are made safe like others.
func Verbatim(w io.Writer) io.Writer { return whole{of(w)} }

type whole struct{ *Screen }

func (w whole) Write(p []byte) (int, error) { return w.write(p, true) }

const (
	usualColumns = 80 // of a terminal that does not say its width
	leastColumns = 20 // less is a mistake
)

// columns is the width: what COLUMNS says, else what the terminal itself does.
func (s *Screen) columns() int {
	if s.terminal == nil {
		return 0
	}
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n >= leastColumns {
		return n
	}
	if n, _, err := term.GetSize(int(s.terminal.Fd())); err == nil && n >= leastColumns {
		return n
	}
	return usualColumns
}

func isTerminal(file *os.File) bool { return term.IsTerminal(int(file.Fd())) }
