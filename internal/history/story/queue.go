package story

import (
	"context"
	"fmt"
	"io"
	"sync"

	"github.com/sfngen/sfngen/internal/term/count"
)

// Queue passes on what is written to it from its own goroutine, so that a reader
// that has stopped reading (Ctrl-S, a full pipe) does not block a writer.
// What does not fit is dropped and counted. It is safe for
// concurrent use.
type Queue struct {
	out     io.Writer
	waiting chan []byte
	done    chan struct{} // closed when all is written

	mu      sync.Mutex
	closed  bool
	dropped int
}

// waitingLines is what a reader may be behind, beyond what the system buffers.
const waitingLines = 4096

// NewQueue writes to out until Close.
func NewQueue(out io.Writer) *Queue {
	q := &Queue{out: out, waiting: make(chan []byte, waitingLines), done: make(chan struct{})}
	go q.pass()
	return q
}

// Write queues one line, or several that belong together. It never waits and
// never fails.
func (q *Queue) Write(lines []byte) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return len(lines), nil
	}
	select {
	case q.waiting <- append([]byte(nil), lines...):
	default:
		q.dropped++
	}
	return len(lines), nil
}

// Close takes no more and returns when all is written, or when ctx ends: what is
// left then may still be written, or never.
func (q *Queue) Close(ctx context.Context) {
	q.mu.Lock()
	if !q.closed {
		q.closed = true
		close(q.waiting)
	}
	q.mu.Unlock()
	select {
	case <-q.done:
	case <-ctx.Done():
	}
}

// pass writes until Close. There is no one to report its errors to.
func (q *Queue) pass() {
	defer close(q.done)
	for lines := range q.waiting {
		_, _ = q.out.Write(lines)
		if len(q.waiting) == 0 {
			q.noteDropped()
		}
	}
}

// noteDropped says how much is missing, where it is missing.
func (q *Queue) noteDropped() {
	q.mu.Lock()
	n := q.dropped
	q.dropped = 0
	q.mu.Unlock()
	if n > 0 {
		fmt.Fprintf(q.out, "%s dropped here: the reader was too slow\n", count.Of(n, "line"))
	}
}
