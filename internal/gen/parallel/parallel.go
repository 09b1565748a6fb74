// Package parallel does the same for many things, on all processors.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Each calls do for 0 to n-1, as many at a time as there are processors, and waits for
// all. There are no more goroutines than that: one for each of n has to grow a stack of
// its own, 5 % of a build of 100 specs.
func Each(n int, do func(i int)) {
	var begun atomic.Int64
	var workers sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := begun.Add(1) - 1; i < int64(n); i = begun.Add(1) - 1 {
				do(int(i))
			}
		})
	}
	workers.Wait()
}
