package drain

import (
	"context"
	"sync"
)

// Wait returns when the group is empty, or with ctx's error. Nothing may be added
// to an empty group during the call.
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
