package trace

import (
	"context"
	"sync"
)

// each does n things, some at the same time, and gives the first error: with one
// the others are told to stop.
func each(ctx context.Context, atOnce, n int, do func(ctx context.Context, i int) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var wg sync.WaitGroup
	free := make(chan struct{}, atOnce)
	for i := range n {
		free <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		wg.Go(func() {
			defer func() { <-free }()
			if err := do(ctx, i); err != nil {
				stop(err) // only the first counts
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}
