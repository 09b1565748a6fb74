package screen_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/screen"
)

const hostile = "\x1b]52;c;cm0=\x07\x1b[2Jevil\u009b1A \u202ereversed\u2066 zero\u200bwidth\r\x1b[2Kgone\x1b[8mhidden"

// Results in a file or a pipe are what they are: a program reads them.
func TestResultsInAFileStay(t *testing.T) {
	var out bytes.Buffer
	s := screen.New(&out, color.Auto)
	text := hostile + "\r\n" + strings.Repeat("word ", 100)
	if _, err := io.WriteString(s, text); err != nil || out.String() != text {
		t.Errorf("%q, %v", out.String(), err)
	}
}

// Messages are for people, who may look at the file on a terminal.
func TestMessagesAreSafeEverywhere(t *testing.T) {
	var out bytes.Buffer
	s := screen.NewMessages(&out, color.Always)
	io.WriteString(s, screen.Painter(s).Paint(color.Red, "ours")+" "+hostile+"\n"+strings.Repeat("word ", 100)+"\n")
	want := "\x1b[31mours\x1b[0m  ]52;c;cm0=  [2Jevil 1A  reversed  zero width  [2Kgone [8mhidden\n" + strings.Repeat("word ", 100) + "\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestALineIsWrittenWhenItEnds(t *testing.T) {
	var out bytes.Buffer
	s := screen.NewMessages(&out, color.Never)
	for _, step := range []struct{ text, want string }{
		{"the first ", ""}, {"half\nand \xe6", "the first half\n"}, {"\x97\xa5", "the first half\n"}, {"\n", "the first half\nand 日\n"},
		{screen.EraseLine + "changes", "the first half\nand 日\n" + screen.EraseLine + "changes"},
	} {
		io.WriteString(s, step.text)
		if out.String() != step.want {
			t.Errorf("after %q: %q, want %q", step.text, out.String(), step.want)
		}
	}
	io.WriteString(s, "a question")
	if err := screen.Flush(s); err != nil || !strings.HasSuffix(out.String(), "a question") {
		t.Errorf("%q, %v", out.String(), err)
	}
}

func TestWithoutAScreen(t *testing.T) {
	var out bytes.Buffer
	if screen.IsTerminal(&out) || screen.Columns(&out) != 0 || bool(screen.Painter(&out)) || screen.CanType(&out) {
		t.Error("a buffer is taken for a terminal")
	}
	if _, err := io.WriteString(screen.Verbatim(&out), hostile); err != nil || out.String() != hostile {
		t.Errorf("%q, %v", out.String(), err)
	}
}

func TestTheModeOfColours(t *testing.T) {
	var out bytes.Buffer
	s := screen.New(&out, color.Auto)
	if screen.SetColor(s, color.Always); !screen.Painter(s) {
		t.Error("--color always has none")
	}
	if screen.SetColor(s, color.Never); screen.Painter(s) {
		t.Error("--color never has some")
	}
}

// An API's answer may begin a line with what erases one of ours.
func TestTextFromOutsideErasesNothing(t *testing.T) {
	var out bytes.Buffer
	s := screen.NewMessages(&out, color.Always)
	w := screen.Verbatim(s)
	io.WriteString(w, screen.EraseLine+"one\n"+screen.EraseLine)
	io.WriteString(w, "two\n")
	if diff := cmp.Diff("  [2Kone\n  [2Ktwo\n", out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestPaintersDoNotWaitForAReader: a command decides its colours while another
// goroutine may be held up by a stream that nobody reads.
func TestPaintersDoNotWaitForAReader(t *testing.T) {
	unread, stream := io.Pipe()
	s := screen.NewMessages(stream, color.Always)
	wrote := make(chan struct{})
	go func() {
		defer close(wrote)
		fmt.Fprintln(s, "held up")
	}()
	if _, err := unread.Read(make([]byte, 1)); err != nil { // the write has begun, and has not ended
		t.Fatal(err)
	}
	if !screen.Painter(s) {
		t.Error("no colours")
	}
	s.SetColor(color.Never)
	if screen.Painter(s) {
		t.Error("still colours")
	}
	unread.Close()
	<-wrote
}
