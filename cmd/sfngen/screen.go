package main

import (
	"context"
	"io"
	"os"
	"strconv"
	"time"

	"github.com/sfngen/sfngen/internal/console"
)

// screen is where a command that runs a stack tells what happens. It holds
// nobody up, whether somebody reads or not.
type screen struct {
	*console.Queue
	terminal, color bool
}

func newScreen(w io.Writer) *screen {
	terminal := isTerminal(w)
	return &screen{Queue: console.NewQueue(w), terminal: terminal, color: terminal && wantsColor()}
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

// columns is the terminal's width, if the shell tells it; 0 if not.
func columns() int {
	n, err := strconv.Atoi(os.Getenv("COLUMNS"))
	if err != nil || n < 20 {
		return 0
	}
	return n
}
