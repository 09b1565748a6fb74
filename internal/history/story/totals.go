package story

import (
	"fmt"
	"strings"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/runtime/contract"
)

// Totals count what a session has done. Refused are the requests that no
// execution was started for.
type Totals struct {
	Succeeded, Failed, Refused int
	Attempts                   int
	RateLimited                [contract.MaxEgresses + 1]int // calls, by egress, from 1
}

func (t *Totals) add(x *timeline.Timeline) {
	if x.Status == event.Succeeded {
		t.Succeeded++
	} else {
		t.Failed++
	}
	t.Attempts += x.Made()
	for _, a := range x.Attempts {
		if a.Outcome == timeline.RateLimited && a.Fault != contract.FaultSkipped && a.Egress <= contract.MaxEgresses {
			t.RateLimited[a.Egress]++
		}
	}
}

// String is empty when nothing was requested.
func (t Totals) String() string {
	all := t.Succeeded + t.Failed + t.Refused
	if all == 0 {
		return ""
	}
	parts := []string{fmt.Sprintf("%d succeeded", t.Succeeded)}
	if t.Failed > 0 {
		parts = append(parts, fmt.Sprintf("%d failed", t.Failed))
	}
	if t.Refused > 0 {
		parts = append(parts, fmt.Sprintf("%d refused", t.Refused))
	}
	parts = append(parts, count.Of(t.Attempts, "attempt"))
	if limited := t.limited(); limited != "" {
		parts = append(parts, "rate-limited: "+limited)
	}
	return count.Of(all, "request") + ": " + strings.Join(parts, ", ")
}

func (t Totals) limited() string {
	var list []string
	for egress, n := range t.RateLimited {
		if n > 0 {
			list = append(list, fmt.Sprintf("egress %d %d×", egress, n))
		}
	}
	return strings.Join(list, ", ")
}
