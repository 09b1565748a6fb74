package coordination_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/coordination"
)

// What cannot be read counts as a window that is just full: it is over after one window, and
// whatever stands there, the limit is kept from then on.
func TestBrokenSlots(t *testing.T) {
	limits := []contract.Limit{limit(3, 60, 0, ip), limit(3, 60, 3, credential)}
	for _, text := range []string{
		"", "x", "1.2.3.4", "1.mi.0.0.*", "1.zzzzzzzzzzzz.0.0.",
		"1.mi3rbqz8.0.0.B", "0.mi3rbqz8.0.0.A", "1.-5.0.0.A", "1.mi3rbqz8.0.0.ggg",
	} {
		for i, attribute := range []string{"w60000", "b60000"} {
			d := newDesk(t)
			whose := []coordination.Identity{egress(1), shared}[i]
			d.store.items[whose] = coordination.Item{Version: 4, Logs: map[string]string{attribute: text}}
			ask := coordination.Ask{Egresses: 1, Limits: limits[i : i+1], Latest: d.in(10 * time.Second)}
			first := d.choose(ask)
			if wait := first.At.Sub(d.now); first.Slot != nil || wait < 10*time.Second || wait > 70*time.Second {
				t.Errorf("%s %q: it goes after %s", attribute, text, wait)
			}
			d.now = d.in(70 * time.Second)
			ask.Latest = d.now
			if again := d.choose(ask); again.Slot == nil || !again.At.Equal(d.now) {
				t.Errorf("%s %q: a window later it goes after %s", attribute, text, again.At.Sub(d.now))
			}
		}
	}
}

// Any text of slots is read without a panic, holds nobody up for ever, and once it is written
// again it is one that can be read, with the limit kept.
func FuzzSlots(f *testing.F) {
	f.Add("1.mi3rbqz8.0.0.AAgC", "1.mi3rbqz8.9zz.3.AAgC", 3, 60, 0, int64(0))
	f.Add("h9.mi3rbqz8.0.0.BgEH", "", 1000, 60, 20, int64(60))
	f.Fuzz(func(t *testing.T, window, bucket string, requests, seconds, burst int, later int64) {
		requests, seconds, burst = bound(requests, 1e9), bound(seconds, 8760*3600), bound(burst, 1e9)
		limits := []contract.Limit{limit(requests, seconds, 0, ip), limit(requests, seconds, burst, credential)}
		d := newDesk(t)
		d.now = d.in(time.Duration(later%1e6) * time.Second)
		keep := func(prefix, text string) map[string]string {
			return map[string]string{prefix + milliseconds(limits[0]): text}
		}
		d.store.items[egress(1)] = coordination.Item{Version: 1, Logs: keep("w", window)}
		d.store.items[shared] = coordination.Item{Version: 1, Logs: keep("b", bucket)}
		last := time.Time{}
		for range 5 {
			slot := d.choose(coordination.Ask{Egresses: 1, Limits: limits}).Slot
			if slot == nil || slot.At.Before(d.now) || slot.At.Before(last) {
				t.Fatalf("slot %v after %s, now %s", slot, last, d.now)
			}
			last = slot.At
		}
		if len(d.store.items) != 2 {
			t.Fatal(d.store.items)
		}
	})
}

func bound(n int, most int) int { return max(1, min(n, most)) }

func milliseconds(l contract.Limit) string {
	return strconv.FormatInt(length(l).Milliseconds(), 10)
}
