package main

import (
	"context"
	"io"
	"time"

	"github.com/sfngen/sfngen/internal/history/story"
	"github.com/sfngen/sfngen/internal/term/screen"
)

// narration is where a command that runs a stack writes what happens. It blocks
// nobody, whether it is read or not.
type narration struct {
	*story.Queue
	to io.Writer
}

func newNarration(w io.Writer) *narration { return &narration{Queue: story.NewQueue(w), to: w} }

// Screen is the one behind it; nil for none.
func (n *narration) Screen() *screen.Screen { return screen.Of(n.to) }

// lastLines is how long they may take once the user wants the end.
const lastLines = 500 * time.Millisecond

// finish writes what remains. After an interrupt it does not insist.
func (n *narration) finish(interrupt context.Context) {
	ctx, giveUp := context.WithCancel(context.Background())
	defer giveUp()
	defer context.AfterFunc(interrupt, func() { time.AfterFunc(lastLines, giveUp) })()
	n.Close(ctx)
}
