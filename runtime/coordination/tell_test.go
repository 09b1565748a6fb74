package coordination_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/coordination"
)

// What an egress cools down after it was told twice, with the clock at some time.
func TestTell(t *testing.T) {
	type pair [2]time.Duration
	at := func(d *desk, told, until time.Duration) coordination.CoolDown {
		return coordination.CoolDown{Told: d.in(told), Until: d.in(until), Execution: until.String()}
	}
	tests := []struct {
		name          string
		first, second pair // told, until
		now           time.Duration
		want          time.Duration // until; 0: none
	}{
		{"a later one extends", pair{0, time.Minute}, pair{0, 2 * time.Minute}, 0, 2 * time.Minute},
		{"an earlier one does not shorten", pair{0, time.Minute}, pair{0, time.Second}, 0, time.Minute},
		{"the same", pair{0, time.Minute}, pair{0, time.Minute}, 0, time.Minute},
		{"one that is over is replaced", pair{0, time.Second}, pair{10 * time.Second, time.Minute}, 10 * time.Second, time.Minute},
		{"one that was told by a clock that was ahead", pair{0, time.Hour}, pair{-time.Hour, -time.Minute}, -time.Hour, -time.Minute},
		{"a clock that was set back", pair{0, time.Hour}, pair{0, time.Minute}, -time.Hour, 0},
		{"a clock that is a little behind", pair{0, time.Hour}, pair{0, time.Minute}, -time.Second, time.Hour},
		{"longer than a day", pair{0, time.Hour}, pair{0, 48 * time.Hour}, 0, 24 * time.Hour},
		{"over before it was told", pair{0, -time.Hour}, pair{0, 0}, 0, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := newDesk(t)
			start := *d
			d.tell(egress(1), at(&start, test.first[0], test.first[1]))
			d.now = start.in(test.now)
			d.tell(egress(1), at(&start, test.second[0], test.second[1]))
			choice := d.choose(coordination.Ask{Egresses: 1})
			want := d.now
			if test.want != 0 {
				want = start.in(test.want)
			}
			if !choice.At.Equal(want) || (choice.CoolDown == nil) != (test.want == 0) {
				t.Errorf("until %s, want %s: %+v", choice.At, want, choice.CoolDown)
			}
		})
	}
}

// What a spec says itself may be longer than a day, and all that is told is kept.
func TestTellKeeps(t *testing.T) {
	d := newDesk(t)
	told := coordination.CoolDown{
		Of: egress(2), Told: d.now, Until: d.in(100 * time.Hour), Minimum: true, UsedUp: true, Rule: "daily quota", Execution: "6a1f20c9",
	}
	d.tell(egress(2), told)
	d.tell(egress(1), coordination.CoolDown{Until: d.in(200 * time.Hour), Rule: "banned"})
	choice := d.choose(coordination.Ask{Egresses: 2})
	if diff := cmp.Diff(&told, choice.CoolDown); diff != "" || choice.Egress() != 2 {
		t.Errorf("(-want +got):\n%s", diff)
	}
	item := d.store.items[egress(2)]
	if !item.Expires.After(told.Until) || item.Expires.After(told.Until.Add(2*time.Hour)) {
		t.Errorf("kept until %s, and it counts until %s", item.Expires, told.Until)
	}
}

// Slots and cool-downs of one identity stand in one item.
func TestTellKeepsSlots(t *testing.T) {
	d := newDesk(t)
	ask := coordination.Ask{Egresses: 1, Limits: ofAllKinds()[0].limits}
	d.choose(ask)
	d.tell(egress(1), coordination.CoolDown{Until: d.in(time.Second)})
	if got := d.choose(ask).At.Sub(d.now); got != 1050*time.Millisecond {
		t.Errorf("the second one goes after %s", got)
	}
	if got := d.choose(coordination.Ask{Egresses: 1}).At.Sub(d.now); got != time.Second {
		t.Errorf("the cool-down ends after %s", got)
	}
}

func TestTellAlsoACallersCredential(t *testing.T) {
	d := newDesk(t)
	d.tell(callers("a"), coordination.CoolDown{Until: d.in(time.Minute)})
	d.tell(callers("a"), coordination.CoolDown{Until: d.in(time.Second)})
	if got := d.choose(coordination.Ask{Egresses: 1, Credential: "a"}).At.Sub(d.now); got != time.Minute {
		t.Errorf("a cools down for %s", got)
	}
	if _, err := d.pool.Choose(context.Background(), coordination.Ask{Egresses: 1, Credential: "b"}); err != nil {
		t.Error(err)
	}
}
