package main

import (
	"context"
	"io"
	"os"
	"strconv"
	"time"

	"golang.org/x/term"

	"github.com/sfngen/sfngen/internal/history/story"
)

// screen is where a command that runs a stack tells what happens. It holds
// nobody up, whether somebody reads or not.
type screen struct {
	*story.Queue
	terminal, color bool
}

func newScreen(w io.Writer) *screen {
	terminal := isTerminal(w)
	return &screen{Queue: story.NewQueue(w), terminal: terminal, color: terminal && wantsColor()}
}

// lastLines is how long they may take once somebody wants the end.
const lastLines = 500 * time.Millisecond

// finish writes what is left. After an interrupt it does not insist.
func (s *screen) finish(interrupt context.Context) {
	ctx, giveUp := context.WithCancel(context.Background())
	defer giveUp()
	defer context.AfterFunc(interrupt, func() { time.AfterFunc(lastLines, giveUp) })()
	s.Close(ctx)
}

// columns is the terminal's width: what COLUMNS says, else what the terminal
// itself does; 0 if neither.
func columns() int {
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n >= 20 {
		return n
	}
	if n, _, err := term.GetSize(int(os.Stderr.Fd())); err == nil && n >= 20 {
		return n
	}
	return 0
}
