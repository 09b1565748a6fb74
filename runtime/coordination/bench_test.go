package coordination_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/coordination"
)

func BenchmarkChoose(b *testing.B) {
	limits := []contract.Limit{limit(1000, 60, 0, ip), limit(2_000_000, 3600, 0, credential)}
	for _, egresses := range []int{3, 50} {
		b.Run(fmt.Sprintf("%d egresses", egresses), func(b *testing.B) {
			now := virtualStart
			pool := coordination.New(newMemory(), coordination.Environment{Now: func() time.Time { return now }})
			for b.Loop() {
				now = now.Add(25 * time.Millisecond)
				if _, err := pool.Choose(context.Background(), coordination.Ask{Egresses: egresses, Limits: limits}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
