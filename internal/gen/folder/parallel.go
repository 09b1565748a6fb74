package folder

import (
	"errors"
	"runtime"

	"golang.org/x/sync/errgroup"
)

// forEach calls do for every item, as many at a time as there are processors,
// and joins the errors in the order of the items. It waits for all of them.
func forEach[T any](items []T, do func(T) error) error {
	failed := make([]error, len(items))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, item := range items {
		group.Go(func() error {
			failed[i] = do(item)
			return nil // one that fails stops no other
		})
	}
	_ = group.Wait()
	return errors.Join(failed...)
}
