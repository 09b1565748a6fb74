package trace

import (
	"context"
	"sync"
)

// atOnce is how many histories are read, or logs searched, at the same time. Their
// rates are shared with the account's other callers: GetExecutionHistory has a bucket
// of 400 calls and 20 more a second (Step Functions quotas), FilterLogEvents a few a
// second (CloudWatch Logs quotas).
const atOnce = 4

// each does n things, some at the same time, and gives the first error: with one
// the others are told to stop.
func each(ctx context.Context, n int, do func(ctx context.Context, i int) error) error {
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
