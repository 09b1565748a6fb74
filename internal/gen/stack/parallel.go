package stack

import (
	"errors"
	"runtime"
	"sync"
)

// forEach calls do for every item, as many at a time as there are processors,
// and joins the errors in the order of the items. It waits for all of them.
func forEach[T any](items []T, do func(T) error) error {
	failed := make([]error, len(items))
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(len(items), runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := range next {
				failed[i] = do(items[i])
			}
		})
	}
	for i := range items {
		next <- i
	}
	close(next)
	workers.Wait()
	return errors.Join(failed...)
}
