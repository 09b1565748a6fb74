package console

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/sfngen/sfngen/internal/timeline"
)

// Style is how a story is written.
type Style struct {
	// Terminal lets what is going on now stand in a last line that changes.
	Terminal bool
	Color    bool
	// Skips says that waits take no time here.
	Skips bool
	// MaxAttempts is the spec's; Source the address of an egress, not valid when
	// the system chooses it.
	MaxAttempts int
	Source      func(egress int) netip.Addr
	Now         func() time.Time
}

// who names attempt and egress, with the address that the upstream sees.
func (s Style) who(a timeline.Attempt) string {
	text := fmt.Sprintf("attempt %d/%d  egress %d", a.Number, s.MaxAttempts, a.Egress)
	if source := s.Source(a.Egress); source.IsValid() {
		text += " from " + source.String()
	}
	return text
}

// attempt is the line of one that has ended.
func (s Style) attempt(a timeline.Attempt) string {
	return fmt.Sprintf("%s  %s  (%s)", s.who(a), s.paint(a.Outcome, result(a)), rounded(a.Ended.Sub(a.Began)))
}

// The colours of outcomes (ECMA-48 SGR).
var colors = map[timeline.Outcome]string{
	timeline.Success:     "32", // green
	timeline.RateLimited: "33", // yellow
	timeline.Transient:   "33",
	timeline.Rejected:    "31", // red
	timeline.Crashed:     "31",
}

func (s Style) paint(o timeline.Outcome, text string) string {
	if !s.Color || colors[o] == "" {
		return text
	}
	return "\x1b[" + colors[o] + "m" + text + "\x1b[0m"
}
