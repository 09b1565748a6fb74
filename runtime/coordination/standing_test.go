package coordination_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/coordination"
)

func TestStanding(t *testing.T) {
	perMinute, bucket := limit(3, 60, 0, ip), limit(60, 60, 3, ip)
	type standing struct {
		Booked, Left int
		Wait         time.Duration
		Broken       bool
	}
	tests := []struct {
		name  string
		limit contract.Limit
		calls int
		later time.Duration
		want  standing
	}{
		{"none", perMinute, 0, 0, standing{0, 3, 0, false}},
		{"some", perMinute, 2, 10 * time.Second, standing{2, 1, 0, false}},
		{"full", perMinute, 3, 10 * time.Second, standing{3, 0, 50500 * time.Millisecond, false}},
		{"ahead", perMinute, 5, 10 * time.Second, standing{2, 0, 50500 * time.Millisecond, false}},
		{"over", perMinute, 3, 61 * time.Second, standing{0, 3, 0, false}},
		{"bucket, none", bucket, 0, 0, standing{0, 3, 0, false}},
		{"bucket, some", bucket, 1, 0, standing{1, 2, 0, false}},
		{"bucket, full", bucket, 3, 0, standing{3, 0, 1550 * time.Millisecond, false}},
		{"bucket, half filled", bucket, 3, 2 * time.Second, standing{2, 1, 0, false}},
		{"bucket, filled", bucket, 3, 4 * time.Second, standing{0, 3, 0, false}},
		{"broken", perMinute, -1, 0, standing{3, 0, 60500 * time.Millisecond, true}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := newDesk(t)
			for range test.calls {
				d.choose(coordination.Ask{Egresses: 1, Limits: []contract.Limit{test.limit}})
			}
			item := d.store.items[egress(1)]
			if test.calls < 0 {
				item.Logs = map[string]string{"w60000": "?"}
			}
			d.now = d.in(test.later)
			s := item.Standing(test.limit, d.now)
			if diff := cmp.Diff(test.want, standing{s.Booked, s.Left, s.Next.Sub(d.now), s.Broken}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
