package drain

import (
	"context"
	"sync"
)

// Wait returns when all that the group counts has ended, or with ctx's error.
// Nothing may be added to an empty group in the meantime.
func Wait(ctx context.Context, group *sync.WaitGroup) error {
	over := make(chan struct{})
	go func() {
		group.Wait()
		close(over)
	}()
	select {
	case <-over:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
