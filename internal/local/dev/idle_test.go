package dev

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMemoryIsGivenBackAfterAnOverload(t *testing.T) {
	for name, test := range map[string]struct {
		events []int // in each tick
		want   []int // the ticks that release
	}{
		"nothing happens":      {make([]int, 10), nil},
		"one request":          {[]int{8, 0, 0, 0, 0, 0, 0, 0}, []int{3}},
		"an overload":          {[]int{900, 900, 900, 0, 0, 0, 0, 0, 0, 0, 0}, []int{6}},
		"which calms down":     {[]int{900, 3, 5, 0, 2, 4, 0, 0, 0, 0}, []int{4, 8}},
		"which goes on":        {[]int{900, 900, 900, 900, 900, 900, 900}, nil},
		"which comes in bouts": {[]int{900, 0, 0, 900, 0, 0, 0, 0, 0}, []int{7}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []int
			now := 0
			i := idle{release: func() { got = append(got, now) }}
			for _, n := range test.events {
				for range n {
					i.touch()
				}
				i.tick()
				now++
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("ticks that release (-want +got):\n%s", diff)
			}
		})
	}
}
