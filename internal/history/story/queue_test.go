package story_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/sfngen/sfngen/internal/history/story"
)

// stuck is a reader that reads nothing until it is released.
type stuck struct {
	free  chan struct{}
	once  sync.Once
	first chan struct{} // closed at the first write
	text  strings.Builder
}

func newStuck() *stuck { return &stuck{free: make(chan struct{}), first: make(chan struct{})} }

func (s *stuck) Write(p []byte) (int, error) {
	s.once.Do(func() { close(s.first) })
	<-s.free
	return s.text.Write(p)
}

func TestQueueHoldsNobodyUpAndCountsWhatItDrops(t *testing.T) {
	out := newStuck()
	q := story.NewQueue(out)
	fmt.Fprintln(q, "first")
	<-out.first
	for i := range 5000 { // 4096 fit
		fmt.Fprintln(q, "line", i)
	}
	gone, stop := context.WithCancel(context.Background())
	stop()
	q.Close(gone) // nobody reads, and it returns all the same
	fmt.Fprintln(q, "after the end")
	close(out.free)
	q.Close(context.Background())
	lines := strings.Split(strings.TrimSpace(out.text.String()), "\n")
	if n := len(lines); n != 1+4096+1 || lines[0] != "first" || lines[n-2] != "line 4095" {
		t.Errorf("%d lines, from %q to %q", n, lines[0], lines[max(0, n-2)])
	}
	if want := "904 lines dropped here: the reader was too slow"; lines[len(lines)-1] != want {
		t.Errorf("last line %q, want %q", lines[len(lines)-1], want)
	}
}

func TestQueueKeepsTheOrder(t *testing.T) {
	var out strings.Builder
	q := story.NewQueue(&out)
	line := []byte("1\n")
	_, _ = q.Write(line)
	copy(line, "2") // the caller's to use again
	_, _ = q.Write(line)
	q.Close(context.Background())
	if got := out.String(); got != "1\n2\n" {
		t.Errorf("got %q", got)
	}
}
