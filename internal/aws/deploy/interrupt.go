package deploy

import (
	"context"
	"io"
	"sync"
	"time"
)

// onInterrupt says at once what an interrupt waits for: a user who sees nothing presses
// Ctrl-C again. stop ends that, and waits for the end of what is being said.
func (s *Session) onInterrupt(ctx context.Context, say func()) (stop func()) {
	said := make(chan struct{})
	cancel := context.AfterFunc(ctx, func() {
		defer close(said)
		say()
	})
	return sync.OnceFunc(func() {
		if !cancel() {
			<-said
		}
	})
}

// grace is how long an interrupt waits for what must not be left half done.
const grace = 8 * time.Second

// finishing is for a call that changes something: an interrupt does not cut it off,
// because its outcome would be unknown. The call only gets little time from there on.
func finishing(ctx context.Context) (context.Context, context.CancelFunc) {
	own, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })
	return own, func() { stop(); cancel() }
}

// afterwards is for what is cleaned up although the command was interrupted: it has its
// own few seconds, so Ctrl-C still ends it soon.
func afterwards(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), grace)
}

// stopped is err, or only the interrupt that it comes from.
func stopped(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// inTurn keeps the lines of an interrupt and those of the work apart.
type inTurn struct {
	mu sync.Mutex
	to io.Writer
}

func (w *inTurn) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.to.Write(p)
}
