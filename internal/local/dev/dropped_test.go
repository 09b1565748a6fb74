package dev

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/dropped"
)

// A header is mentioned once; names that somebody invents do not fill the memory.
func TestDropsAreMentionedOnce(t *testing.T) {
	var d drops
	a, b := dropped.Field{Name: "a"}, dropped.Field{Name: "b"}
	for i, want := range [][]dropped.Field{{a}, nil, {b}} {
		fields := []dropped.Field{a}
		if i == 2 {
			fields = append(fields, b)
		}
		if diff := cmp.Diff(want, d.fresh(fields)); diff != "" {
			t.Errorf("request %d (-want +got):\n%s", i, diff)
		}
	}
	for i := range 2 * mostDrops {
		d.fresh([]dropped.Field{{Name: fmt.Sprint("x-", i)}})
	}
	if len(d.names) != mostDrops {
		t.Errorf("%d names are remembered, want %d", len(d.names), mostDrops)
	}
}
