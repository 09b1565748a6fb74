// Package screen stands between the program and its streams. To a terminal nothing
// passes that would act on it instead of being shown, and lines are broken between
// words. What is not a terminal gets the bytes as they are.
//
//	out := screen.New(os.Stdout, color.Auto)
//	fmt.Fprintln(out, "a message as long as it likes")
//	encoder := json.NewEncoder(screen.Verbatim(out)) // lines that must stay whole
package screen

import (
	"bytes"
	"io"
	"os"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/internal/term/wrap"
)

// EraseLine erases a line that has not ended (ECMA-48, CR and EL). What follows
// it in the same write is shown at once, though it has no end: it is the next state
// of a line that changes.
const EraseLine = "\r\x1b[2K"

// Screen is one of the program's streams. It is safe for concurrent use. A line is
// written when it ends, or by Flush.
type Screen struct {
	out      io.Writer
	terminal *os.File // nil if out is none
	messages bool
	color    atomic.Bool // not under mu: who paints must not wait for a reader of the stream

	mu      sync.Mutex // held while writing
	pending []byte     // a line that has not ended
	kind    kind       // of the pending line
}

// kind says how a line is shown.
type kind struct {
	whole   bool // it is not broken
	outside bool // none of it is ours, so that not even colours pass
}

// New is for results: to what is not a terminal, bytes pass as they are.
func New(w io.Writer, mode color.Mode) *Screen {
	s := &Screen{out: w}
	if file, ok := w.(*os.File); ok && isTerminal(file) {
		s.terminal = file
	}
	s.SetColor(mode)
	return s
}

// NewMessages is for messages, which are for people in a file, too: they are made
// safe in any case.
func NewMessages(w io.Writer, mode color.Mode) *Screen {
	s := New(w, mode)
	s.messages = true
	return s
}

// SetColor decides again whether there are colours.
func (s *Screen) SetColor(mode color.Mode) {
	s.color.Store(mode.Wanted(s.terminal != nil, os.Getenv))
}

// Write takes any part of a text.
func (s *Screen) Write(p []byte) (int, error) { return s.write(p, kind{}) }

func (s *Screen) write(p []byte, k kind) (int, error) {
	if s.terminal == nil && !s.messages {
		return s.out.Write(p)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kind != k {
		if err := s.flush(); err != nil {
			return 0, err
		}
		s.kind = k
	}
	s.pending = append(s.pending, p...)
	end := bytes.LastIndexByte(s.pending, '\n') + 1
	if !k.outside && bytes.HasPrefix(s.pending[end:], []byte(EraseLine)) {
		end = len(s.pending)
	}
	return len(p), s.emit(end)
}

// Flush writes what has no end yet, such as a question.
func (s *Screen) Flush() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.flush()
}

func (s *Screen) flush() error { return s.emit(len(s.pending)) }

// emit writes the first bytes of what is pending, in one piece.
func (s *Screen) emit(end int) error {
	if end == 0 {
		return nil
	}
	columns := 0
	if !s.kind.whole {
		columns = s.columns()
	}
	var text strings.Builder
	for line := range strings.Lines(string(s.pending[:end])) {
		text.WriteString(s.kind.show(line, columns))
	}
	s.pending = s.pending[end:]
	_, err := io.WriteString(s.out, text.String())
	return err
}

// show makes one line safe and breaks it. Erasing is safe where a line of ours
// begins.
func (k kind) show(line string, columns int) string {
	line, ended := strings.CutSuffix(line, "\n")
	safe, erased := printable.Lines, false
	if !k.outside {
		safe = withColors
		line, erased = strings.CutPrefix(line, EraseLine)
	}
	text := strings.Join(wrap.Line(safe(strings.TrimSuffix(line, "\r")), columns), "\n")
	if erased {
		text = EraseLine + text
	}
	if ended {
		text += "\n"
	}
	return text
}

// withColors leaves of control sequences only our colours. Whose they are is not known
// here: code that has text from outside makes it printable before it adds colours.
func withColors(line string) string {
	if !strings.Contains(line, "\x1b[") {
		return printable.Lines(line)
	}
	var text strings.Builder
	for line != "" {
		if n := color.Prefix(line); n > 0 {
			text.WriteString(line[:n])
			line = line[n:]
			continue
		}
		end := strings.IndexByte(line[1:], '\x1b') + 1
		if end == 0 {
			end = len(line)
		}
		text.WriteString(printable.Lines(line[:end]))
		line = line[end:]
	}
	return text.String()
}
