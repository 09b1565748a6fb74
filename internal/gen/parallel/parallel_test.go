package parallel_test

import (
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/sfngen/sfngen/internal/gen/parallel"
)

func TestEach(t *testing.T) {
	for _, n := range []int{0, 1, 2, 1000} {
		done := make([]int, n)
		var now, most atomic.Int64
		parallel.Each(n, func(i int) {
			at := now.Add(1)
			for seen := most.Load(); at > seen && !most.CompareAndSwap(seen, at); seen = most.Load() {
			}
			done[i]++
			now.Add(-1)
		})
		for i, times := range done {
			if times != 1 {
				t.Errorf("of %d: %d was done %d times, want once", n, i, times)
			}
		}
		if limit := int64(runtime.GOMAXPROCS(0)); most.Load() > limit {
			t.Errorf("of %d: %d at a time, want %d at most", n, most.Load(), limit)
		}
	}
}
