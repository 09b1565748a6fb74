package deploy

import (
	"context"
	"io"
	"sync"
)

// onInterrupt says at once what an interrupt waits for, since who reads nothing
// presses Ctrl-C again. stop ends that, and waits for what is being said.
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

// removing is said once, whether the interrupt comes before the change set is
// removed or while it is.
func (d *Deployment) removing(set *changeSet) func() {
	return func() {
		if !set.told {
			set.told = true
			d.say("interrupted: removing the change set %s (Ctrl-C again leaves it there)", set.name)
		}
	}
}

// inTurn lets what an interrupt says and what else is told at that time each come
// out whole.
type inTurn struct {
	mu sync.Mutex
	to io.Writer
}

func (w *inTurn) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.to.Write(p)
}
