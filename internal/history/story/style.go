package story

import (
	"cmp"
	"fmt"
	"net/netip"
	"time"

	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/internal/term/color"
	"github.com/sfngen/sfngen/internal/term/width"
)

// Style is how the log of an execution is written.
type Style struct {
	// Terminal shows what is going on now in a last line that changes.
	Terminal bool
	Paint    color.Painter
	// Width is how many columns that line may take; 0: those of a usual terminal.
	Width int
	// Skips says that waits take no time here.
	Skips bool
	// Hint is shown beside the countdown of a long wait; "" for none.
	Hint string
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

// attempt is what there is to say of one that has ended: a line, and what else
// the upstream and the egress have said in further lines.
func (s Style) attempt(a timeline.Attempt) []string {
	var lines []string
	for _, name := range a.Repeats {
		lines = append(lines, fmt.Sprintf("%s  %s: called again", s.who(a), name))
	}
	lines = append(lines, fmt.Sprintf("%s  %s  (%s)", s.who(a), s.Paint.Paint(Color(a.Outcome), Result(a)), Rounded(a.Ended.Sub(a.Began))))
	for _, more := range []string{Said(a), Final(a)} {
		if more != "" {
			lines = append(lines, more)
		}
	}
	return lines
}

// ended is the last word about an execution, and before it the attempt that it
// has cut off.
func (s Style) ended(t *timeline.Timeline) []string {
	var lines []string
	if n := len(t.Attempts); n > 0 && t.Attempts[n-1].Outcome == timeline.Open {
		lines = append(lines, s.who(t.Attempts[n-1])+"  cut off: it had not answered when the execution ended")
	}
	return append(lines, ending(t))
}

// Color is that of an outcome; "" for none.
func Color(o timeline.Outcome) color.Color {
	switch o {
	case timeline.Success:
		return color.Green
	case timeline.RateLimited, timeline.Transient, timeline.Skipped:
		return color.Yellow
	case timeline.Rejected, timeline.Crashed:
		return color.Red
	}
	return ""
}

// usualWidth is that of a terminal of 80 columns.
const usualWidth = 79

// fit cuts a line to the terminal's width: one that breaks could not be erased.
func (s Style) fit(line string) string {
	return width.Cut(line, cmp.Or(s.Width, usualWidth))
}
