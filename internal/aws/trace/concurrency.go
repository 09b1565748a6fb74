package trace

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// mostCalls is how many histories are read, or logs searched, at the same time. Their
// rates are shared with the account's other callers: GetExecutionHistory has a bucket
// of 400 calls and 20 more a second (Step Functions quotas), FilterLogEvents a few a
// second (CloudWatch Logs quotas).
const mostCalls = 4

// each does n things, a few at the same time, and returns the first error, which
// ends the context of the others.
func each(ctx context.Context, n int, do func(ctx context.Context, i int) error) error {
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(mostCalls)
	for i := 0; i < n && inner.Err() == nil; i++ {
		group.Go(func() error { return do(inner, i) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return context.Cause(ctx)
}
